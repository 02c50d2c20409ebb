// The matrix's cells by their places: row -1 holds the heads, column 0 the videos.
export const matrix = document.getElementById("matrix");
const heads = matrix?.querySelector(".matrix-heads");

export const rows = () => [...matrix.tBodies[0].rows];
export const link = (cell) => cell.querySelector(':scope > a[href*="/d/"]');

/** The id that the address of a cell holds in 22 characters. */
export function dubOf(cell) {
  const short = link(cell)?.pathname.split("/").at(-2);
  if (!short) return null;
  const bytes = atob(short.replaceAll("-", "+").replaceAll("_", "/"));
  const hex = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function placeOf(cell) {
  const row = cell.closest("tr");
  return { row: row === heads ? -1 : row.sectionRowIndex, column: cell.cellIndex };
}

export function cellAt({ row, column }) {
  const line = row < 0 ? heads : matrix.tBodies[0].rows[Math.min(row, rows().length - 1)];
  return line?.cells[Math.min(Math.max(column, 0), line.cells.length - 1)] ?? null;
}

/** What of a cell takes the focus: its link or button, else the cell itself. */
export function holder(cell) {
  return link(cell) ?? cell.querySelector(".video-title, button, input") ?? cell;
}

/** Whether it has a dub that the filter asks for; the others of a video only stand beside it. */
const isAsked = (cell) => link(cell) && !cell.classList.contains("out");

export const ofRow = (row) => [...row.cells].filter(isAsked);
export const ofColumn = (column) => rows().map((row) => row.cells[column]).filter(isAsked);
export const all = () => rows().flatMap(ofRow);

/** All asked for between two places. */
export function between(from, to) {
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)];
  const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column)];
  return rows()
    .slice(Math.max(top, 0), bottom + 1)
    .flatMap((row) => [...row.cells].slice(left, right + 1))
    .filter(isAsked);
}
