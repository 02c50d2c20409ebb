// Keeps what somebody looks at in its place while rows and columns come in beside it.
import { matrix, rows } from "./matrix-cells.js";

const TOP = 4; // pixels that still count as the beginning

function scroller() {
  const box = matrix.closest("[data-matrix-scroll]");
  // On a phone it is the page that scrolls.
  return getComputedStyle(box).overflowY === "visible" ? document.scrollingElement : box;
}

// Of what stays in sight: the table's head itself scrolls away, its cells do not.
const headsEnd = () => matrix.querySelector(".matrix-heads th").getBoundingClientRect().bottom;

/** Whether somebody points at it or works in it just now. */
export function isInUse() {
  const isPointedAt = matchMedia("(hover: hover)").matches && matrix.matches(":hover");
  return isPointedAt || matrix.hasAttribute("data-choosing") || matrix.contains(document.activeElement);
}

export const isAtTop = () => scroller().scrollTop < TOP;
export const isAtStart = () => scroller().scrollLeft < TOP;

/** Whether so much fits above and before what is seen that nothing of it has to move. */
export function hasRoom() {
  const box = scroller();
  return box.scrollHeight > box.clientHeight;
}

export function hasRoomBeside() {
  const box = scroller();
  return box.scrollWidth > box.clientWidth;
}

export const isAbove = (row) => row.getBoundingClientRect().bottom <= headsEnd() + 1;
export const isBefore = (cell) => cell.getBoundingClientRect().left < matrix.tHead.rows[0].cells[0].getBoundingClientRect().right;

export function goToStart() {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller().scrollTo({ top: 0, left: 0, behavior: isStill ? "instant" : "smooth" });
}

export function onScroll(callback) {
  matrix.closest("[data-matrix-scroll]").addEventListener("scroll", callback, { passive: true });
  addEventListener("scroll", callback, { passive: true });
}

// The cell one points at, else the one that has the focus, else the first that is seen. Heads stay
// where they are by themselves: for one of them stands the first cell beneath that is seen.
function anchor() {
  const pointed = [...document.querySelectorAll(":hover")].at(-1);
  const cell = [pointed, document.activeElement].map((one) => one?.closest("#matrix td, #matrix th")).find(Boolean);
  if (cell?.closest("tbody")) return cell;
  const row = rows().find((one) => !isAbove(one)) ?? rows()[0];
  const seen = [...row.cells].find((one, at) => at > 0 && !isBefore(one));
  return row.cells[cell?.cellIndex ?? 0] === row.cells[0] ? (seen ?? row.cells[0]) : row.cells[cell.cellIndex];
}

/** Changes the table; what is looked at stays where it is. */
export function still(change) {
  const cell = anchor();
  const before = cell.getBoundingClientRect();
  change();
  const after = cell.getBoundingClientRect();
  scroller().scrollBy({ top: after.top - before.top, left: after.left - before.left, behavior: "instant" });
}
