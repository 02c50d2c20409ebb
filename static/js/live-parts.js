// Live parts of a page: they fetch themselves while something moves (htmx does that, by the
// attributes on the part), and at once where the stream says that something of theirs has changed:
// `data-live-about` names the video, or `*` for any of the team. While the stream is up the asking
// itself is slow. Also: not behind a hidden tab, once more when somebody comes back, never a login
// or an error page in a part's place, and a short glow on what has changed.
import { loadAnew } from "./leave.js";
import { apart, isLive, onChanges } from "./stream.js";

const STEP_MS = 300; // between two fetches of one part
const AROUND_MS = 5_000; // where only a sum beneath the list may have changed
const SLOW_SECONDS = 30;

const parts = () => document.querySelectorAll("[data-live]");
const startedAt = Date.now();
const known = new WeakMap();

function of(part) {
  if (!known.has(part)) known.set(part, { askedAt: startedAt, isBusy: false, isDue: false, timer: 0 });
  return known.get(part);
}

function states(part) {
  const cells = part.querySelectorAll("[data-state]");
  return new Map([...cells].map((cell) => [cell.id, cell.dataset.state]));
}

function fetchPart(part, url = part.dataset.liveUrl) {
  // A poll that was held back meanwhile must not hold back this one.
  of(part).isAsked = true;
  return htmx.ajax("GET", url, {
    source: part,
    target: part,
    swap: "outerMorph",
    headers: { "If-None-Match": `"${part.dataset.live}"` },
  });
}

async function refresh(part) {
  const state = of(part);
  if (state.isBusy) {
    state.isDue = true;
    return;
  }
  state.isBusy = true;
  state.isDue = false;
  try {
    await fetchPart(part);
  } finally {
    state.isBusy = false;
    if (state.isDue) plan(part, STEP_MS);
  }
}

function plan(part, wait, pause = 0) {
  const state = of(part);
  const at = Math.max(Date.now() + pause, state.askedAt + wait);
  if (state.timer && state.at <= at) return;
  clearTimeout(state.timer);
  const go = () => {
    state.timer = 0;
    if (part.isConnected && !document.hidden) refresh(part);
  };
  state.at = at;
  if (at <= Date.now()) go();
  else state.timer = setTimeout(go, at - Date.now());
}

/** Milliseconds this part may wait with its next fetch; null: none of its business. */
function patience(part, { assets, resync }) {
  const about = part.dataset.liveAbout;
  if (!about) return null;
  if (resync) return STEP_MS;
  if (about !== "*") return assets.has(about) ? STEP_MS : null;
  const isShown = [...assets.keys()].some((id) => part.querySelector(`[data-asset="${id}"]`));
  return isShown ? STEP_MS : AROUND_MS;
}

function hear(change) {
  if (document.hidden) return; // all are asked for when somebody looks again
  for (const part of parts()) {
    const wait = patience(part, change);
    if (wait !== null) plan(part, wait, wait === AROUND_MS ? apart() : 0);
  }
}

// Sums alone can wait.
function sight() {
  const shown = [...parts()].flatMap((part) => {
    const about = part.dataset.liveAbout;
    if (about && about !== "*") return [about];
    return [...part.querySelectorAll("[data-asset]")].map((one) => one.dataset.asset);
  });
  shown.sort();
  return shown.length ? { from: shown[0], to: shown.at(-1) } : null;
}

// Pages whose parts the stream knows nothing of need none.
if (document.querySelector("[data-live-about]")) onChanges(hear, sight);

function isEarly(part) {
  const state = of(part);
  if (state.isAsked || !isLive() || !part.dataset.liveAbout) return false;
  const slow = Number(part.dataset.liveSlow ?? SLOW_SECONDS) * 1000;
  return Date.now() - state.askedAt < slow;
}

const before = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  const part = event.target;
  if (!part.matches?.("[data-live]")) return;
  if (document.hidden || isEarly(part)) {
    of(part).isAsked = false;
    event.preventDefault();
    return;
  }
  Object.assign(of(part), { askedAt: Date.now(), isAsked: false });
});

document.addEventListener("htmx:before:response", (event) => {
  const part = event.target;
  if (!part.matches?.("[data-live]")) return;
  const { response } = event.detail.ctx;
  if (response.raw.redirected) {
    // The session ended: the page itself leads to the login and back.
    event.preventDefault();
    loadAnew();
  } else if (response.status >= 400) {
    event.preventDefault();
  } else {
    before.set(part, states(part));
  }
});

document.addEventListener("htmx:after:settle", () => {
  for (const part of parts()) {
    const old = before.get(part);
    if (!old) continue;
    before.delete(part);
    for (const cell of part.querySelectorAll("[data-state]")) {
      if (!old.has(cell.id) || old.get(cell.id) === cell.dataset.state) continue;
      cell.classList.add("changed");
      cell.addEventListener("animationend", () => cell.classList.remove("changed"), { once: true });
    }
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of parts()) {
    const url = new URL(part.dataset.liveUrl, location.href);
    url.searchParams.set("back", "1"); // from the studio, perhaps: the desk looks sooner
    fetchPart(part, url.pathname + url.search);
  }
});
