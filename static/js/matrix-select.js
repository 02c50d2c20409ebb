// Which cells are chosen. The bar at the bottom hears of it by the event “selection”.
import { all, dubOf, link, matrix, ofRow, rows } from "./matrix-cells.js";

const chosen = new Set();

export const isChosen = (cell) => chosen.has(dubOf(cell));
export const isEmpty = () => chosen.size === 0;
export const snapshot = () => new Set(chosen);

/** Shows what is chosen; after rows have changed too. */
export function show() {
  for (const row of rows()) {
    let count = 0;
    for (const cell of row.cells) {
      if (!link(cell)) continue;
      const on = isChosen(cell);
      count += on;
      if (on !== (cell.getAttribute("aria-selected") === "true")) cell.setAttribute("aria-selected", on);
    }
    const box = row.querySelector(".matrix-box");
    box.checked = count > 0 && ofRow(row).every(isChosen);
    box.indeterminate = count > 0 && !box.checked;
  }
  const whole = document.getElementById("matrix-all");
  whole.checked = chosen.size > 0 && all().every(isChosen);
  whole.indeterminate = chosen.size > 0 && !whole.checked;
  matrix.toggleAttribute("data-choosing", chosen.size > 0);
}

function tell() {
  show();
  const detail = { dubbings: [...chosen], assets: [], all: false };
  document.dispatchEvent(new CustomEvent("selection", { detail }));
}

/** Puts these in, or takes them out where all of them are in already. */
export function toggle(cells) {
  const wanted = !cells.every(isChosen);
  for (const cell of cells) {
    if (wanted) chosen.add(dubOf(cell));
    else chosen.delete(dubOf(cell));
  }
  tell();
}

/** What was chosen before, and these. */
export function choose(before, cells) {
  chosen.clear();
  for (const id of before) chosen.add(id);
  for (const cell of cells) chosen.add(dubOf(cell));
  tell();
}

export function clear() {
  if (isEmpty()) return;
  chosen.clear();
  tell();
}

document.addEventListener("selection-cleared", () => {
  chosen.clear();
  show();
});
