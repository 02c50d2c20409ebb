// The matrix's rows as they change: asked for by their ids when the stream tells of them, else the
// whole page now and then. Only cells that differ are touched, and each glows once.
import { isLive, onChanges } from "./live.js";
import { holder, link, matrix, rows } from "./matrix-cells.js";

const POLL_MS = 15_000;
const RESULT_AFTER_MS = 1_500;
const MOST_BY_ID = 50;
const MINUTE_MS = 60_000;
const EVERY = "every row";
const listeners = new Set();
let isBusy = false;
let queued = null;
let resultTimer = 0;

/** Calls back after cells have changed. */
export function onRows(callback) {
  listeners.add(callback);
}

const rowOf = (id) => matrix.querySelector(`tr[data-asset="${CSS.escape(id)}"]`);

function address(ids) {
  const query = new URLSearchParams(matrix.dataset.query);
  const here = new URLSearchParams(location.search);
  for (const name of ["before", "after"]) if (here.has(name)) query.set(name, here.get(name));
  query.set("codes", matrix.dataset.codes);
  if (ids) query.set("id", ids.join(","));
  return `${matrix.dataset.rowsUrl}?${query}`;
}

// What makes a cell look and lead as it does; ages run by themselves.
function signature(cell) {
  const here = link(cell);
  const words = here ? [...here.querySelectorAll("i, b")].map((part) => part.textContent) : [];
  const marks = [...cell.classList].filter((name) => name !== "changed").sort();
  return [marks, here?.getAttribute("href"), here?.dataset.t, words].join("|");
}

function replaceCell(old, fresh) {
  if (signature(old) === signature(fresh)) return;
  const held = holder(old);
  const hadFocus = document.activeElement === held;
  const index = held.getAttribute("tabindex");
  old.className = fresh.className;
  old.replaceChildren(...fresh.childNodes);
  if (!link(old)) old.removeAttribute("aria-selected");
  holder(old).setAttribute("tabindex", index ?? "-1");
  if (hadFocus) holder(old).focus({ preventScroll: true });
  old.classList.add("changed");
  old.addEventListener("animationend", () => old.classList.remove("changed"), { once: true });
}

function replaceRow(old, fresh) {
  if (old.dataset.r === fresh.dataset.r) return;
  old.dataset.r = fresh.dataset.r;
  old.dataset.s = fresh.dataset.s;
  const words = [old, fresh].map((row) => row.querySelector(".video-facts"));
  words[0].replaceWith(words[1]);
  old.querySelector(".video-title").textContent = fresh.querySelector(".video-title").textContent;
  for (let at = 1; at < old.cells.length; at += 1) replaceCell(old.cells[at], fresh.cells[at]);
}

function take(html) {
  const page = new DOMParser().parseFromString(`<table>${html}</table>`, "text/html");
  const body = page.querySelector("tbody");
  if (!body) return null;
  for (const fresh of [...body.rows]) {
    const old = rowOf(fresh.dataset.asset);
    if (old && old.cells.length === fresh.cells.length) replaceRow(old, fresh);
  }
  recount();
  for (const listener of listeners) listener();
  return body;
}

// What waits in each column of this page.
function recount() {
  const feet = matrix.tFoot.rows[0].cells;
  const found = [...feet].map(() => ({ waiting: 0, seconds: 0 }));
  for (const row of rows()) {
    for (const cell of row.querySelectorAll("td.ready, td.in_review")) {
      found[cell.cellIndex].waiting += 1;
      found[cell.cellIndex].seconds += Number(row.dataset.s);
    }
  }
  for (let at = 1; at < feet.length; at += 1) {
    const { waiting: count, seconds } = found[at];
    const words = document.createElement("span");
    words.textContent = count ? `${Math.round(seconds / 60)} min` : "–";
    const before = feet[at].textContent;
    if (before !== `${count || ""}${words.textContent}`) feet[at].replaceChildren(...(count ? [String(count)] : []), words);
  }
}

async function ask(ids) {
  const headers = ids ? {} : { "If-None-Match": `"${matrix.tBodies[0].dataset.revision}"` };
  const response = await fetch(address(ids), { headers }).catch(() => null);
  if (response?.redirected) location.reload();
  if (!response?.ok) return;
  const body = take(await response.text());
  if (!ids && body) matrix.tBodies[0].dataset.revision = body.dataset.revision;
}

/** These rows, or without ids the whole page; what is asked for meanwhile goes in one asking more. */
async function refresh(ids = EVERY) {
  if (isBusy) {
    queued = queued === null ? ids : queued === EVERY || ids === EVERY ? EVERY : [...queued, ...ids];
    return;
  }
  isBusy = true;
  try {
    await ask(ids === EVERY || ids.length > MOST_BY_ID ? null : ids);
  } finally {
    isBusy = false;
    const next = queued;
    queued = null;
    if (next !== null) refresh(next);
  }
}

export async function refreshRow(row) {
  await ask([row.dataset.asset]);
}

async function showResult() {
  resultTimer = 0;
  const languages = matrix.querySelectorAll(".matrix-head").length;
  const query = new URLSearchParams(matrix.dataset.query);
  query.set("languages", languages);
  const response = await fetch(`${matrix.dataset.resultUrl}?${query}`).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.getElementById("matrix-result")?.replaceWith(page.body.firstElementChild);
}

function hear({ assets, resync }) {
  resultTimer ||= setTimeout(showResult, RESULT_AFTER_MS);
  if (document.hidden) return;
  const shown = [...assets.keys()].filter(rowOf);
  if (resync) refresh();
  else if (shown.length) refresh(shown);
}

function age(seconds) {
  const [size, unit] = seconds >= 1_209_600 ? [604_800, "w"] : seconds >= 86_400 ? [86_400, "d"] : seconds >= 3600 ? [3600, "h"] : [60, "m"];
  return seconds < 60 ? "now" : `${Math.floor(seconds / size)}${unit}`;
}

function tellAges() {
  if (document.hidden) return;
  for (const here of matrix.querySelectorAll("a[data-t]")) {
    const words = age(Date.now() / 1000 - Number(here.dataset.t) * 60);
    const place = here.querySelector("u");
    if (place && place.textContent !== words) place.textContent = words;
  }
}

if (matrix) {
  onChanges(hear);
  setInterval(() => isLive() || document.hidden || refresh(), POLL_MS);
  setInterval(tellAges, MINUTE_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    tellAges();
  });
}
