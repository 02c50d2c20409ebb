// The matrix by mouse and keyboard. One cell takes the focus; arrows carry it on.
import * as card from "./matrix-card.js";
import { all, between, cellAt, holder, link, matrix, ofColumn, ofRow, placeOf, rows } from "./matrix-cells.js";
import { onRows } from "./matrix-live.js";
import * as selection from "./matrix-select.js";

const PAGE = 10;
const STEPS = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  Home: ({ row }) => ({ row, column: 0 }),
  End: ({ row }) => ({ row, column: Infinity }),
  PageUp: ({ row, column }) => ({ row: Math.max(row - PAGE, 0), column }),
  PageDown: ({ row, column }) => ({ row: row + PAGE, column }),
};
let active = null;
let range = null; // the cell it began at, and what was chosen before it

function activate(cell, { focus = true } = {}) {
  if (!cell) return;
  if (active && active !== cell) holder(active).setAttribute("tabindex", "-1");
  active = cell;
  holder(cell).setAttribute("tabindex", "0");
  if (focus) {
    holder(cell).focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function extend(to) {
  range ??= { from: active, before: selection.snapshot() };
  activate(to);
  selection.choose(range.before, between(placeOf(range.from), placeOf(to)));
}

function move(event) {
  const to = cellAt(STEPS[event.key](placeOf(active)));
  if (!to || placeOf(to).row < -1) return;
  event.preventDefault();
  if (event.shiftKey) extend(to);
  else {
    range = null;
    activate(to);
  }
  if (card.isOpen()) card.close({ focus: false });
}

function cellsOf(cell) {
  const { row, column } = placeOf(cell);
  if (row < 0) return column === 0 ? all() : ofColumn(column);
  return column === 0 ? ofRow(cell.closest("tr")) : [cell].filter(link);
}

function chooseRegion(head) {
  const before = [...head.parentElement.cells].slice(0, head.cellIndex);
  const first = before.reduce((sum, cell) => sum + cell.colSpan, 0);
  const columns = Array.from({ length: head.colSpan }, (_, at) => first + at);
  range = null;
  activate(cellAt({ row: -1, column: first }));
  selection.toggle(columns.flatMap(ofColumn));
}

function addLanguages(cell) {
  if (matrix.dataset.mayProduce) location.assign(`${cell.closest("tr").querySelector(".video-title").href}languages/`);
}

function press(event) {
  const cell = event.target.closest("td, th");
  if (!cell || !matrix.contains(cell) || cell.closest("tfoot")) return;
  if (cell !== active) activate(cell, { focus: false });
  if (event.key in STEPS && !event.ctrlKey && !event.metaKey && !event.altKey) move(event);
  else if (event.key === " ") {
    event.preventDefault();
    range = null;
    selection.toggle(cellsOf(cell));
  } else if (event.key === "." && link(cell)) {
    event.preventDefault();
    card.open(cell, { focus: true });
  } else if (event.key === "Enter" && cell.matches("td.none")) addLanguages(cell);
  else if (event.key === "Escape" && !card.isOpen()) selection.clear();
}

// Enter opens, as any link does; a press of the mouse shows the card first.
function click(event) {
  const box = event.target.closest(".matrix-box");
  const head = event.target.closest(".matrix-head");
  const cell = event.target.closest("td, th");
  if (!cell || cell.closest("tfoot")) return;
  if (event.target.closest(".matrix-region")) chooseRegion(cell);
  else if (box || head) {
    activate(cell, { focus: false });
    selection.toggle(cellsOf(cell));
  } else if (link(cell) && event.detail > 0) pointAt(cell, event);
  else if (cell.matches("td.none")) addLanguages(cell);
}

function pointAt(cell, event) {
  event.preventDefault();
  if (event.shiftKey && active) extend(cell);
  else {
    range = null;
    activate(cell);
    if (event.ctrlKey || event.metaKey) selection.toggle([cell]);
    else card.open(cell);
  }
}

function name(cell) {
  const head = cellAt({ row: -1, column: cell.cellIndex })?.querySelector(".matrix-head");
  const words = link(cell)?.querySelector("i").textContent;
  if (!head || !words) return;
  const late = cell.classList.contains("late") ? ", overdue" : "";
  const slow = cell.classList.contains("slow") ? ", slower than usual" : "";
  const out = cell.classList.contains("out") ? ", not asked for by the filter" : "";
  link(cell).title = `${head.dataset.name}: ${words}${late}${slow}${out}`;
}

// On a phone a row is a card: each cell says its language by itself.
function nameCells() {
  const heads = [...matrix.querySelectorAll(".matrix-head")].map((head) => head.dataset.short);
  for (const row of rows()) {
    for (let at = 1; at < row.cells.length; at += 1) row.cells[at].dataset.code = heads[at - 1];
  }
}

function listKeys() {
  const keys = document.getElementById("matrix-keys");
  document.querySelector("#keys dl")?.prepend(keys.content.cloneNode(true));
}

if (matrix) {
  activate(rows()[0]?.cells[1] ?? rows()[0]?.cells[0], { focus: false });
  matrix.addEventListener("keydown", press);
  matrix.addEventListener("click", click);
  matrix.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    if (cell && link(cell) && !link(cell).title) name(cell);
  });
  matrix.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || cell.closest(".matrix-regions")) return; // its press names the cell that takes over
    if (cell !== active && holder(cell) === event.target) activate(cell, { focus: false });
  });
  const phone = matchMedia("(max-width: 767.98px)");
  if (phone.matches) nameCells();
  phone.addEventListener("change", nameCells);
  onRows(() => {
    if (phone.matches) nameCells();
    selection.show();
  });
  listKeys();
}
