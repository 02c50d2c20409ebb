// The matrix's rows as they change: asked for by their ids when the stream tells of them, else the
// whole page now and then. Only cells that differ are touched, and each glows once; rows and columns
// that are new go to matrix-news.js.
import { loadAnew } from "./leave.js";
import { apart, isLive, onChanges } from "./live.js";
import { holder, link, matrix, rows } from "./matrix-cells.js";
import * as news from "./matrix-news.js";

const POLL_MS = 15_000;
const RESULT_AFTER_MS = 1_500;
const NEWS_STEP_MS = 1_500; // between two askings for videos that the page may lack
const NEWS_GRACE_MS = 400;
const RESULT_POLL_MS = 60_000;
const PAGE_ROWS = 200;
const MOST_ROWS = 500;
const MOST_BY_ID = 50;
const MINUTE_MS = 60_000;
const EVERY = {};
const listeners = new Set();
let isBusy = false;
let queued = null;
let resultTimer = 0;
let unknown = new Set(); // videos that changed and are not shown
let newsTimer = 0;
let newsAt = 0;

/** Calls back after cells have changed. */
export function onRows(callback) {
  listeners.add(callback);
}

const rowOf = (id) => matrix.querySelector(`tr[data-asset="${CSS.escape(id)}"]`);

const idsOf = (ids) => [...ids].join(",");

/** Of the page as it stands: its filter, its place, the columns that it has. */
function here() {
  const query = new URLSearchParams(matrix.dataset.query);
  const given = new URLSearchParams(location.search);
  for (const name of ["before", "after"]) if (given.has(name)) query.set(name, given.get(name));
  query.set("codes", matrix.dataset.codes);
  return query;
}

function address({ shown, fresh }) {
  const query = here();
  if (shown) {
    query.set("id", idsOf(shown));
    query.set("new", idsOf(fresh));
  } else if (rows().length > (Number(query.get("rows")) || PAGE_ROWS)) {
    query.set("rows", Math.min(rows().length, MOST_ROWS)); // it has grown since
  }
  return `${matrix.dataset.rowsUrl}?${query}`;
}

async function fetchPage(url, options) {
  const response = await fetch(url, options).catch(() => null);
  if (response?.redirected) loadAnew();
  return response?.ok && !response.redirected ? response.text() : null;
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

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
  if (old.dataset.r === fresh.dataset.r && old.className === fresh.className) return;
  old.className = fresh.className;
  old.dataset.r = fresh.dataset.r;
  old.dataset.s = fresh.dataset.s;
  const words = [old, fresh].map((row) => row.querySelector(".video-facts"));
  words[0].replaceWith(words[1]);
  old.querySelector(".video-title").textContent = fresh.querySelector(".video-title").textContent;
  for (let at = 1; at < old.cells.length; at += 1) replaceCell(old.cells[at], fresh.cells[at]);
}

// Hidden meanwhile, or nothing that the filter asks for any more: it stays until the page is left.
function fade(row) {
  row.className = "out";
  for (const cell of row.cells) if (link(cell)) cell.classList.add("out");
}

function take(body, wanted) {
  const width = rows()[0].cells.length;
  const found = [...body.rows].filter((row) => row.cells.length === width);
  const told = new Map(found.map((row) => [row.dataset.asset, row]));
  for (const old of rows()) {
    const fresh = told.get(old.dataset.asset);
    if (fresh) replaceRow(old, fresh);
    else if (isMissed(old, body, wanted)) fade(old);
    told.delete(old.dataset.asset);
  }
  if (told.size) news.takeIn([...told.values()]);
  if (matrix.tFoot.dataset.of === "page") recount();
  for (const listener of listeners) listener();
}

/** Whether an answer would hold this row, were it as it was. */
function isMissed(row, body, { shown }) {
  if (shown) return shown.has(row.dataset.asset);
  const last = [...body.rows].at(-1)?.dataset.asset;
  return !body.dataset.older || row.dataset.asset >= last;
}

// What waits in each column of this page.
function recount() {
  const feet = matrix.tFoot.rows[0].cells;
  const found = [...feet].map(() => ({ waiting: 0, seconds: 0 }));
  for (const row of rows()) {
    for (const cell of row.querySelectorAll("td.ready:not(.out), td.in_review:not(.out)")) {
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

async function ask(wanted) {
  const headers = wanted.shown ? {} : { "If-None-Match": `"${matrix.tBodies[0].dataset.revision}"` };
  const html = await fetchPage(address(wanted), { headers, priority: "high" });
  const body = html && parse(`<table>${html}</table>`).querySelector("tbody");
  if (!body) return;
  take(body, wanted);
  if (!wanted.shown) matrix.tBodies[0].dataset.revision = body.dataset.revision;
  resultTimer ||= setTimeout(showResult, RESULT_AFTER_MS);
  if (body.dataset.more && !news.holds(body.dataset.more)) await widen();
}

async function widen() {
  const html = await fetchPage(`${matrix.dataset.tableUrl}?${here()}`);
  const table = html && parse(html).querySelector("table");
  if (!table) return;
  news.widen(table);
  resultTimer ||= setTimeout(showResult, RESULT_AFTER_MS);
  for (const listener of listeners) listener();
  // Those that have come in since stand on no page yet: their new cells are still blank.
  const beyond = rows().filter((row) => !table.querySelector(`tr[data-asset="${CSS.escape(row.dataset.asset)}"]`));
  for (const row of beyond) row.dataset.r = "";
  if (beyond.length) refresh({ shown: new Set(beyond.map((row) => row.dataset.asset)), fresh: new Set() });
}

function merged(one, other) {
  if (one === EVERY || other === EVERY) return EVERY;
  return { shown: new Set([...one.shown, ...other.shown]), fresh: new Set([...one.fresh, ...other.fresh]) };
}

/** Some rows, or the whole page; what is asked for meanwhile goes in one asking more. */
async function refresh(wanted = EVERY) {
  if (isBusy) {
    queued = queued === null ? wanted : merged(queued, wanted);
    return;
  }
  isBusy = true;
  try {
    const isMany = wanted !== EVERY && wanted.shown.size + wanted.fresh.size > MOST_BY_ID;
    await ask(isMany ? EVERY : wanted);
  } finally {
    isBusy = false;
    const next = queued;
    queued = null;
    if (next !== null) refresh(next);
  }
}

export async function refreshRow(row) {
  await ask({ shown: new Set([row.dataset.asset]), fresh: new Set() });
}

async function showResult() {
  resultTimer = 0;
  const html = await fetchPage(`${matrix.dataset.resultUrl}?${here()}`);
  if (!html) return;
  const page = parse(html);
  const pairs = [
    [document.getElementById("matrix-result"), page.getElementById("matrix-result")],
    [matrix.tFoot, page.querySelector("tfoot")],
  ];
  for (const [old, fresh] of pairs) if (old && fresh && !old.isEqualNode(fresh)) old.replaceWith(fresh);
}

function hear({ assets, resync }) {
  if (document.hidden) return; // all is asked for when somebody looks again
  resultTimer ||= setTimeout(showResult, RESULT_AFTER_MS + apart());
  const ids = [...assets.keys()];
  const shown = new Set(ids.filter(rowOf));
  for (const id of ids) if (!shown.has(id) && news.belongsHere(id)) unknown.add(id);
  if (resync) refresh();
  else if (shown.size) refresh({ shown, fresh: takeUnknown() });
  if (unknown.size) newsTimer ||= setTimeout(askUnknown, newsWait() + apart());
}

// Most of these are none of this page's business: they are asked for seldom and all at once, if
// possible together with rows that are shown.
function newsWait() {
  const wait = newsAt + NEWS_STEP_MS - Date.now();
  return wait > 0 ? wait + NEWS_GRACE_MS : 0;
}

function takeUnknown() {
  if (!unknown.size || Date.now() < newsAt + NEWS_STEP_MS) return new Set();
  clearTimeout(newsTimer);
  newsTimer = 0;
  newsAt = Date.now();
  const taken = unknown;
  unknown = new Set();
  return taken;
}

function askUnknown() {
  newsTimer = 0;
  const fresh = takeUnknown();
  if (fresh.size) refresh({ shown: new Set(), fresh });
}

/** The oldest and the newest video that could stand here; at the list's ends there are more. */
function sight() {
  const { newer, older } = matrix.tBodies[0].dataset;
  const [first, last] = [rows()[0], rows().at(-1)];
  return { from: older ? last.dataset.asset : "", to: newer ? first.dataset.asset : "" };
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
  onChanges(hear, sight);
  news.start({ rows: (ids) => refresh({ shown: new Set(), fresh: new Set(ids) }), columns: widen });
  setInterval(() => isLive() || document.hidden || refresh(), POLL_MS);
  setInterval(() => isLive() || document.hidden || showResult(), RESULT_POLL_MS);
  setInterval(tellAges, MINUTE_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refresh();
    tellAges();
  });
}
