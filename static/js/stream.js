// The page's one stream from edge: which videos have changed. It brings no content: whoever listens
// fetches that from the desk, where permissions are checked as always.
// Imported, never a page's own script: a second copy of it would open a second stream.
import { loadAnew } from "./leave.js";

const STEP_MS = 300; // no second, wherever it begins, holds more than four changes
const SILENCE_MS = 50_000; // edge says something every 20 seconds
const HIDDEN_MS = 60_000; // a tab that nobody looks at lets go of its stream
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const EACH_MS = 20; // what can wait is asked for this far apart, by all pages of the team together
const SIGN_AFTER_MS = 3_000; // a quick reconnection is nobody's business
const INTERRUPTED = "Live updates are interrupted, asking every few seconds.";
const OTHER_TEAM = "You now work in another team. Reload this page to see it.";
const NO_VIDEO = "00000000-0000-0000-0000-000000000000";
const ENDED = "Live updates have ended. Reload this page.";

const sign = document.getElementById("live-sign");
const listeners = new Map(); // each with how it says what of the page it draws
let team = sign?.dataset.team ?? "";
let source = null;
let isUp = false;
let isOver = false; // no stream for this page any more
let heardAt = performance.timeOrigin; // up to here the page knows everything
let pause = FIRST_PAUSE_MS;
let pending = new Map();
let isResync = false;
let viewers = 1; // of the team, this one among them
let flushedAt = 0;
const timers = {};

/** Calls back with {assets: Map of id to revision, resync: whether anything may have changed}, at
 * most four times a second. `sight` answers {from, to}: the oldest and the newest video that it
 * draws, empty where there is no end, or null where it draws none at once; whose page shows what has
 * changed is told first. Returns how to stop that. */
export function onChanges(callback, sight = () => ({})) {
  listeners.set(callback, sight);
  start();
  return () => listeners.delete(callback);
}

/** Whether news comes by itself just now. */
export function isLive() {
  return isUp;
}

/** Milliseconds to wait with what is not at once before anybody's eyes: with many pages open, not
 * all of them ask at the same moment. */
export function apart() {
  return Math.random() * viewers * EACH_MS;
}

// Once, and not for a tab that was opened behind another.
function start() {
  if (sign && !document.hidden && !isOver && !source && !timers.open && !isOpening) open();
}

function later(name, action, milliseconds) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(() => {
    timers[name] = 0;
    action();
  }, milliseconds);
}

function forget(name) {
  clearTimeout(timers[name]);
  timers[name] = 0;
}

function flush() {
  flushedAt = Date.now();
  const change = { assets: pending, resync: isResync };
  pending = new Map();
  isResync = false;
  for (const listener of listeners.keys()) listener(change);
  document.dispatchEvent(new CustomEvent("desk:changed", { detail: change }));
}

function flushSoon() {
  if (timers.flush) return;
  const rest = STEP_MS - (Date.now() - flushedAt);
  if (rest <= 0) flush();
  else later("flush", flush, rest);
}

function take({ assets, viewers: count }) {
  viewers = count ?? viewers;
  for (const [id, revision] of Object.entries(assets)) {
    pending.set(id, Math.max(revision, pending.get(id) ?? 0));
  }
  flushSoon();
}

function takeAll() {
  // Everybody is told this at the same moment: not everybody asks at the same moment.
  later("resync", () => {
    isResync = true;
    flushSoon();
  }, Math.max(Math.random() * 1000, apart()));
}

function show(words) {
  sign.textContent = words;
  sign.hidden = !words;
}

function mark(up) {
  isUp = up;
  sign.dataset.stream = up ? "up" : "down";
  if (up) {
    forget("sign");
    show("");
  } else if (!timers.sign && sign.hidden && !document.hidden) {
    later("sign", () => isUp || show(INTERRUPTED), SIGN_AFTER_MS);
  }
}

function end(words) {
  isOver = true;
  close();
  mark(false);
  forget("sign");
  show(words);
}

function close() {
  source?.close();
  source = null;
  for (const name of ["renew", "silence", "open"]) forget(name);
}

function failed() {
  close();
  mark(false);
  later("open", open, pause * (0.5 + Math.random()));
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

function heard() {
  heardAt = Date.now();
  later("silence", failed, SILENCE_MS);
}

async function ask() {
  const headers = { Accept: "application/json" };
  const response = await fetch(sign.dataset.url, { headers, redirect: "error", cache: "no-store" });
  return response.ok ? response.json() : { refused: response.status };
}

let asking = 0;
let isOpening = false;

async function open({ wasCut = false } = {}) {
  forget("open");
  const mine = ++asking;
  isOpening = true;
  let permit;
  try {
    permit = await ask();
  } catch {
    permit = { refused: 0 };
  }
  if (mine !== asking) return;
  isOpening = false;
  if (isOver) return;
  if (permit.refused === 403 || permit.refused === 404) {
    if (wasCut) loadAnew(); // no member any more: the desk says what is left
    else end(ENDED);
  } else if (permit.refused !== undefined) {
    failed();
  } else if (team && permit.team !== team) {
    end(OTHER_TEAM);
  } else {
    team = permit.team;
    listen(permit);
  }
}

// Of all its listeners together, by ids: those are as old as their videos.
function sight() {
  const all = [...listeners.values()].map((one) => one()).filter(Boolean);
  if (!all.length) return { from: NO_VIDEO, to: NO_VIDEO };
  const tos = all.map((one) => one.to ?? "").sort();
  return { from: all.map((one) => one.from ?? "").sort()[0], to: tos[0] && tos.at(-1) };
}

function listen(permit) {
  const query = new URLSearchParams({ age: Math.ceil(Math.max(0, Date.now() - heardAt)), ...sight() });
  const next = new EventSource(`${permit.url}?${query}`);
  const mine = (action) => (event) => next === source && action(event);
  const former = source;
  source = next;
  next.addEventListener("ready", mine((event) => {
    viewers = Number(event.data) || 1;
    former?.close();
    pause = FIRST_PAUSE_MS;
    mark(true);
    heard();
    later("renew", open, permit.seconds * 900);
  }));
  next.addEventListener("message", mine((event) => {
    heard();
    take(JSON.parse(event.data));
  }));
  next.addEventListener("resync", mine(() => {
    heard();
    mark(true);
    takeAll();
  }));
  next.addEventListener("down", mine(() => mark(false)));
  next.addEventListener("beat", mine(heard));
  next.addEventListener("bye", mine(() => {
    close();
    mark(false);
    open({ wasCut: true });
  }));
  next.addEventListener("error", mine(() => {
    former?.close();
    failed();
  }));
  later("silence", failed, SILENCE_MS);
}

document.addEventListener("visibilitychange", () => {
  if (isOver || !listeners.size) return;
  if (document.hidden) {
    later("hide", close, HIDDEN_MS);
  } else {
    forget("hide");
    pause = FIRST_PAUSE_MS;
    if (!source) open();
  }
});
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && listeners.size && start());
