// Files that were chosen and of which nothing had come when their page was killed: the desk cannot
// know of them, so the browser keeps their names, and the next page asks for them by name.
const DAYS_KEPT = 7;
const DAY_MS = 86_400_000;
const NAMED = 6;
const PAUSE_MS = 100;
const member = document.body.dataset.member;
const PREFIX = `uploads-unbegun:${member}:`;
const own = `${PREFIX}${crypto.randomUUID?.() ?? Math.random()}`;
// Held as long as this page lives, however it dies: what another tab is busy with was not lost.
const held = navigator.locks?.request(own, () => new Promise(() => {}));
held?.catch(() => {});

const isUnbegun = ({ state, file, loaded }) =>
  file && !loaded && ["waiting", "beginning", "sending", "broken", "paused"].includes(state);

// A folder of a thousand files is written once, not a thousand times.
let timer = null;

export function keepUnbegun(transfersNow) {
  timer ??= setTimeout(() => {
    timer = null;
    const lost = transfersNow().filter(isUnbegun);
    write(own, lost.map(({ fingerprint, path }) => ({ fingerprint, path })));
  }, PAUSE_MS);
}

function write(key, files) {
  try {
    if (files.length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), files }));
    else localStorage.removeItem(key);
  } catch {
    // Storage is full or forbidden: the names are not kept.
  }
}

function read(key) {
  try {
    const told = JSON.parse(localStorage.getItem(key));
    return Date.now() - told.at < DAYS_KEPT * DAY_MS ? told.files : [];
  } catch {
    return [];
  }
}

async function lostKeys() {
  const alive = (await navigator.locks?.query())?.held ?? [];
  const names = new Set([own, ...alive.map(({ name }) => name)]);
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && !names.has(key));
  } catch {
    return [];
  }
}

export class Unbegun {
  constructor(place) {
    this.place = place;
    this.files = [];
    place.querySelector("[data-unbegun-forget]").addEventListener("click", () => {
      this.files = [];
      this.keep();
    });
  }

  async begin() {
    this.keys = await lostKeys();
    const found = this.keys.flatMap(read);
    this.files = [...new Map(found.map((file) => [file.fingerprint, file])).values()];
    for (const key of this.keys) if (!read(key).length) write(key, []);
    this.show();
  }

  // Chosen again, or found to have come after all.
  found(fingerprint) {
    const left = this.files.filter((file) => file.fingerprint !== fingerprint);
    if (left.length === this.files.length) return;
    this.files = left;
    this.keep();
  }

  keep() {
    const [first, ...others] = this.keys;
    for (const key of others) write(key, []);
    if (first) write(first, this.files);
    this.show();
  }

  show() {
    const count = this.files.length;
    this.place.hidden = count === 0;
    const names = this.files.slice(0, NAMED).map(({ path }) => path);
    if (count > NAMED) names.push(`${count - NAMED} more`);
    const words = count === 1 ? "1 file was not begun: choose it again." : `${count} files were not begun: choose them again.`;
    this.place.querySelector("[data-unbegun-words]").textContent = words;
    this.place.querySelector("[data-unbegun-names]").textContent = names.join(", ");
  }
}
