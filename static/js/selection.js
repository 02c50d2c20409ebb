// Rows of the review table: chosen by click, Shift and Space, all of a page or all that the filter
// shows; opened in their place with “e” or the pencil. What is chosen survives the table's own news.
const KEY = `chosen:${location.pathname}`;
const chosen = new Set(remembered());
let last = null;

// A change of many rows loads the page anew: the same rows stay chosen for the next change.
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...chosen]));
  } catch {
    // Nothing can be kept here: one chooses again.
  }
}

const bar = () => document.querySelector("[data-selection]");
const boxes = () => [...document.querySelectorAll("#batch-rows [data-select]")];
const rows = () => [...document.querySelectorAll("#batch-rows .batch-row")];

function show() {
  const place = bar();
  if (!place) return;
  const all = place.querySelector("[data-select-all]");
  for (const box of boxes()) {
    box.checked = chosen.has(box.value) || all.checked;
    box.closest("tr").toggleAttribute("data-chosen", box.checked);
  }
  // Rows that were sent or taken out meanwhile are chosen no more.
  const here = new Set(boxes().map((box) => box.value));
  for (const id of chosen) if (!here.has(id)) chosen.delete(id);
  const page = document.querySelector("[data-select-page]");
  if (page) {
    page.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    page.indeterminate = !page.checked && chosen.size > 0;
  }
  const words = chosen.size === 1 ? "1 video" : `${chosen.size} videos`;
  place.querySelector("[data-selected-count]").textContent = all.checked ? "Chosen:" : `${words} chosen`;
  place.toggleAttribute("data-shown", chosen.size > 0 || all.checked);
  remember();
}

function set(box, wanted) {
  if (wanted) chosen.add(box.value);
  else {
    chosen.delete(box.value);
    bar().querySelector("[data-select-all]").checked = false;
  }
}

function select(box, wanted, range) {
  const all = boxes();
  const [from, to] = [all.findIndex((each) => each.value === last), all.indexOf(box)];
  const span = range && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
  for (const each of span) set(each, wanted);
  last = box.value;
  show();
}

function selectPage(wanted) {
  for (const box of boxes()) set(box, wanted);
  show();
}

function toggleEditor(row) {
  const editor = document.getElementById(row.dataset.editor);
  if (editor) {
    editor.remove();
    row.focus();
  } else {
    row.querySelector("[data-open-row]")?.click();
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("#batch-rows [data-select]");
  if (box) select(box, box.checked, event.shiftKey);
  if (event.target.matches("[data-select-page]")) selectPage(event.target.checked);
  if (event.target.matches("[data-select-all]")) {
    if (!event.target.checked) chosen.clear();
    show();
  }
  if (event.target.closest("[data-select-none]")) {
    bar().querySelector("[data-select-all]").checked = false;
    chosen.clear();
    show();
  }
  const close = event.target.closest("[data-close-row]");
  if (close) toggleEditor(close.closest("tr").previousElementSibling);
});

// The pencil of a row that is open closes it; else htmx would fetch it a second time.
document.addEventListener("htmx:before:request", (event) => {
  const open = event.target.closest?.("[data-open-row]");
  const row = open?.closest("tr");
  if (!row || !document.getElementById(row.dataset.editor)) return;
  event.preventDefault();
  toggleEditor(row);
});

const KEYS = {
  ArrowDown: (row) => step(row, 1),
  ArrowUp: (row) => step(row, -1),
  " ": (row, event) => {
    const box = row.querySelector("[data-select]");
    if (box) select(box, !box.checked, event.shiftKey);
  },
  e: (row) => toggleEditor(row),
  a: () => selectPage(true),
};

function step(row, by) {
  const all = rows();
  const next = all[all.indexOf(row) + by];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  const row = event.target.closest?.(".batch-row");
  const onBox = event.target.matches?.("[data-select]");
  if (row && (event.target === row || onBox)) {
    if (onBox && event.key === " ") return; // the box does that itself
    event.preventDefault();
    KEYS[event.key](row, event);
  } else if (event.target === document.body && rows().length && event.key.startsWith("Arrow")) {
    event.preventDefault();
    rows()[0].focus();
  }
});

// Enter in a menu of the bar presses that menu's own button, not the bar's first one.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Enter" && event.target.closest?.("[data-selection] .batch-menu");
  if (!menu || !event.target.matches("input:not([type=checkbox], [type=search])")) return;
  if (event.target.matches("[data-set-name]")) return;
  event.preventDefault();
  const later = [...menu.querySelectorAll("button[type=submit]")];
  later.find((button) => event.target.compareDocumentPosition(button) & 4)?.click();
});

document.addEventListener("htmx:after:settle", show);
show();
