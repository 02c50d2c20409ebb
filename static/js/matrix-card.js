// A cell's card: its facts and what can be done, beside the cell; on a phone a sheet at the bottom.
import { loadAnew } from "./leave.js";
import { dubOf, holder } from "./matrix-cells.js";
import { refreshRow } from "./matrix-live.js";

const card = document.getElementById("cell-card");
const MARGIN = 8;
let of = null;
let asked = 0;

export const isOpen = () => of !== null;

function place() {
  const at = of.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const isRight = at.right + width + MARGIN < innerWidth;
  const left = isRight ? at.right + MARGIN : Math.max(MARGIN, at.left - width - MARGIN);
  const top = Math.min(Math.max(MARGIN, at.top - MARGIN), Math.max(MARGIN, innerHeight - height - MARGIN));
  card.style.setProperty("--card-left", `${left}px`);
  card.style.setProperty("--card-top", `${top}px`);
}

async function load(cell) {
  const mine = ++asked;
  const response = await fetch(`${card.dataset.url}${dubOf(cell)}/card/`).catch(() => null);
  if (mine !== asked) return false;
  if (response?.redirected) loadAnew();
  if (!response?.ok) return false;
  const told = new DOMParser().parseFromString(await response.text(), "text/html");
  card.replaceChildren(...told.body.childNodes);
  return true;
}

export async function open(cell, { focus = false } = {}) {
  of = cell;
  if (!(await load(cell))) {
    if (of === cell) of = null;
    return;
  }
  if (!card.matches(":popover-open")) card.showPopover();
  place();
  if (focus) card.querySelector("a, button:not([data-card-close])")?.focus();
}

export function close({ focus = true } = {}) {
  if (!of) return;
  const cell = of;
  of = null;
  asked += 1;
  if (card.matches(":popover-open")) card.hidePopover();
  if (focus) holder(cell).focus({ preventScroll: true });
}

// What the desk said of an action, as the page after it would say it.
function sayToasts(page) {
  const said = page.querySelectorAll("[data-toast]");
  if (!said.length) return;
  let place = document.querySelector(".toasts");
  if (!place) {
    place = page.querySelector(".toasts");
    document.querySelector(".main .content").before(place);
  } else place.replaceChildren(...said);
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!response) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { isDone: response.ok && response.redirected, page };
}

async function after(answer) {
  sayToasts(answer.page);
  const cell = of;
  if (!cell) return;
  await refreshRow(cell.closest("tr"));
  if (of === cell) await open(cell);
}

if (card) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const isDialog = isOpen() && form.matches("dialog [data-dialog-body], dialog form");
    if (!form.matches("#cell-card form") && !isDialog) return;
    if (form.method !== "post" || !/\/(versions|dubbings)\//.test(form.action)) return;
    event.preventDefault();
    const answer = await send(form, event.submitter);
    if (!answer) form.submit();
    else if (answer.isDone) {
      form.closest("dialog")?.close();
      await after(answer);
    } else {
      // Refused: the same form comes back with its reasons.
      const again = answer.page.querySelector("[data-dialog-body]");
      if (isDialog && again) form.closest("[data-dialog-body]").replaceWith(document.importNode(again, true));
      else await after(answer);
    }
  });
  card.addEventListener("click", (event) => event.target.closest("[data-card-close]") && close());
  document.addEventListener("click", (event) => {
    if (of && !event.target.closest("#cell-card, #matrix, dialog")) close({ focus: false });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && of && !document.querySelector("dialog[open]")) close();
  });
  document.querySelector("[data-matrix-scroll]").addEventListener("scroll", () => of && place(), { passive: true });
  addEventListener("resize", () => of && place());
}
