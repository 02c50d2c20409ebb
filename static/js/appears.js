// A page that has nothing to show yet shows what comes as soon as it comes. `data-appears` is the
// address of its rows, which name their videos.
import { loadAnew } from "./leave.js";
import { isLive, onChanges } from "./live.js";

const POLL_MS = 15_000;
const STEP_MS = 1_500;
const place = document.querySelector("[data-appears]");
let timer = 0;
let askedAt = 0;

// Somebody types, or answers a dialog.
const isInUse = () => document.querySelector("dialog[open], details[open]") || document.activeElement?.matches("input, select, textarea");

async function look() {
  timer = 0;
  askedAt = Date.now();
  if (document.hidden || isInUse()) return;
  const response = await fetch(place.dataset.appears).catch(() => null);
  if (response?.redirected) loadAnew();
  else if (response?.ok && (await response.text()).includes("data-asset=") && !isInUse()) loadAnew();
}

const lookSoon = () => (timer ||= setTimeout(look, Math.max(0, askedAt + STEP_MS - Date.now())));

if (place) {
  onChanges(lookSoon);
  setInterval(() => isLive() || lookSoon(), POLL_MS);
  document.addEventListener("visibilitychange", () => document.hidden || lookSoon());
}
