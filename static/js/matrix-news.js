// Videos and languages that the page does not show yet: each comes in at its place. Who is reading
// keeps it under the eye and the pointer, and is told what came in above.
import { matrix, rows } from "./matrix-cells.js";
import * as place from "./matrix-still.js";

const MOST_ROWS = 500;
const chip = document.getElementById("matrix-news");
const held = new Set(); // they would push away what somebody works at
let unseen = []; // rows that came in above, and heads that came in before
let heldCodes = []; // languages likewise
const wanted = { rows: false, columns: false }; // somebody has pressed the chip: what was held goes in
let isFull = false;

const plural = (count, noun) => `${count} new ${noun}${count === 1 ? "" : "s"}`;

function tell() {
  unseen = unseen.filter((one) => one.isConnected && (one.matches("tr") ? place.isAbove(one) : place.isBefore(one)));
  const heads = unseen.filter((one) => one.matches("th")).length;
  const [videos, languages] = [unseen.length - heads + held.size, heads + heldCodes.length];
  const parts = [videos && plural(videos, "video"), languages && plural(languages, "language")].filter(Boolean);
  const words = isFull ? "More new videos" : parts.join(", ");
  chip.hidden = !words;
  if (words) chip.querySelector("span").textContent = words;
}

function glow(cells) {
  for (const cell of cells) {
    cell.classList.add("changed");
    cell.addEventListener("animationend", () => cell.classList.remove("changed"), { once: true });
  }
}

// Newest first, as ids are. On a phone its cells say their languages, as those of every other row.
function insert(row) {
  const [model] = rows();
  for (const [at, cell] of [...row.cells].entries()) {
    const { code } = model.cells[at].dataset;
    if (code) cell.dataset.code = code;
  }
  const next = rows().find((one) => one.dataset.asset < row.dataset.asset);
  matrix.tBodies[0].insertBefore(row, next ?? null);
  glow(row.cells);
}

/** Puts rows in, or holds them where they would push away what somebody works at. */
export function takeIn(fresh) {
  const room = fresh.slice(0, Math.max(MOST_ROWS - rows().length, 0));
  isFull ||= room.length < fresh.length;
  const isInUse = place.isInUse() && !wanted.rows;
  if (isInUse && !place.hasRoom()) {
    for (const row of room) held.add(row.dataset.asset);
  } else {
    const put = () => room.forEach(insert);
    if (isInUse || !place.isAtTop()) place.still(put);
    else put();
    for (const row of room) held.delete(row.dataset.asset);
    unseen.push(...room);
  }
  wanted.rows = false;
  tell();
}

/** Whether a video that is not shown could stand on this page: between its first and its last. */
export function belongsHere(id) {
  const [first, last] = [rows()[0], rows().at(-1)];
  const { newer, older } = matrix.tBodies[0].dataset;
  return !(newer && id > first.dataset.asset) && !(older && id < last.dataset.asset);
}

function blank() {
  const cell = document.createElement("td");
  cell.className = "none";
  return cell;
}

function putColumn(table, at) {
  const heads = matrix.querySelector(".matrix-heads");
  const head = table.querySelector(".matrix-heads").cells[at].cloneNode(true);
  heads.insertBefore(head, heads.cells[at] ?? null);
  for (const row of rows()) {
    const fresh = table.querySelector(`tr[data-asset="${CSS.escape(row.dataset.asset)}"]`);
    const cell = fresh?.cells[at].cloneNode(true) ?? blank();
    row.insertBefore(cell, row.cells[at] ?? null);
  }
  glow(rows().map((row) => row.cells[at]));
  return head;
}

// What the other heads say now: “es” is “es ES” beside another Spanish.
function renew(table) {
  const olds = matrix.querySelectorAll(".matrix-heads th");
  for (const [at, head] of [...table.querySelectorAll(".matrix-heads th")].entries()) {
    const [button, words] = [olds[at].querySelector("button"), head.querySelector("button")];
    olds[at].className = head.className;
    if (!button || button.innerHTML === words.innerHTML) continue;
    button.dataset.short = words.dataset.short;
    button.replaceChildren(...words.cloneNode(true).childNodes);
  }
  matrix.querySelector(".matrix-regions").replaceWith(table.querySelector(".matrix-regions"));
  matrix.tFoot.replaceWith(table.tFoot);
}

/** Takes the columns in that `table`, the whole of it as it is now, has more. */
export function widen(table) {
  const known = new Set(matrix.dataset.codes.split(","));
  const codes = table.dataset.codes.split(",");
  const isInUse = place.isInUse() && !wanted.columns;
  if (isInUse && !place.hasRoomBeside()) {
    heldCodes = codes.filter((code) => !known.has(code));
    tell();
    return;
  }
  const put = () => {
    for (const [at, code] of codes.entries()) if (!known.has(code)) unseen.push(putColumn(table, at + 1));
    renew(table);
  };
  if (isInUse || !place.isAtStart()) place.still(put);
  else put();
  matrix.dataset.codes = codes.join(",");
  heldCodes = [];
  wanted.columns = false;
  tell();
}

/** Whether these languages, told as codes with commas, are held already. */
export const holds = (more) => more.split(",").every((code) => heldCodes.includes(code));

/** `rows` and `columns` bring what is held: on the word of the person, or once nobody is at it. */
export function start({ rows: bringRows, columns: bringColumns }) {
  const bring = () => {
    const ids = [...held];
    held.clear();
    if (heldCodes.length) bringColumns();
    if (ids.length) bringRows(ids);
  };
  chip.addEventListener("click", () => {
    if (isFull) location.assign(`?${matrix.dataset.query}`);
    wanted.rows = held.size > 0;
    wanted.columns = heldCodes.length > 0;
    bring();
    unseen = [];
    tell();
    place.goToStart();
  });
  matrix.addEventListener("pointerleave", () => place.isInUse() || bring());
  place.onScroll(() => unseen.length && tell());
}
