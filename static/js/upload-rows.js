// How uploads look: a line for each file, and one for all of them.
import { progressWords, Speed, sizeWords } from "./upload-words.js";

const SHOWN_MS = 250;
const WORDS = {
  waiting: ({ size }) => `Waits for its turn · ${sizeWords(size)}`,
  beginning: () => "Begins",
  sending: ({ loaded, size, speed }) => progressWords(loaded, size, speed.value),
  broken: ({ message, loaded, size }) => `${message} It goes on by itself from ${progressWords(loaded, size, 0)}.`,
  paused: ({ loaded, size }) => `Paused at ${progressWords(loaded, size, 0)}`,
  checking: () => "Is here, and is being checked",
  ready: ({ size }) => `Ready · ${sizeWords(size)}`,
  refused: ({ message }) => message,
  missing: ({ loaded, size }) => `Choose the file again to go on: ${progressWords(loaded, size, 0)} is here`,
};
const BUTTONS = {
  pause: ["waiting", "beginning", "sending", "broken"],
  resume: ["paused"],
  choose: ["missing"],
};

function percentOf(loaded, total) {
  return total ? Math.floor((loaded * 100) / total) : 0;
}

function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

export class Row {
  constructor(element, transfer) {
    this.transfer = transfer;
    const template = element.querySelector("[data-uploads-row]");
    this.root = template.content.firstElementChild.cloneNode(true);
    write(this.part("name"), transfer.path);
    this.part("name").title = transfer.path;
    this.part("bar").setAttribute("aria-label", transfer.path);
    for (const button of this.root.querySelectorAll("[data-do]")) {
      button.setAttribute("aria-label", `${button.textContent.trim() || button.title}: ${transfer.path}`);
    }
    element.querySelector("[data-uploads-list]").append(this.root);
    this.shownAt = 0;
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  show() {
    const { transfer } = this;
    const isNews = this.root.dataset.state !== transfer.state;
    if (!isNews && performance.now() - this.shownAt < SHOWN_MS) return;
    this.shownAt = performance.now();
    this.root.dataset.state = transfer.state;
    const percent = percentOf(transfer.loaded, transfer.size);
    this.part("bar").value = percent;
    this.part("bar").hidden = ["ready", "refused", "waiting"].includes(transfer.state);
    write(this.part("percent"), this.part("bar").hidden ? "" : `${percent} %`);
    write(this.part("words"), WORDS[transfer.state]?.(transfer) ?? "");
    for (const [name, states] of Object.entries(BUTTONS)) {
      this.root.querySelector(`[data-do="${name}"]`).hidden = !states.includes(transfer.state);
    }
  }
}

const speeds = new WeakMap();
const shown = new WeakMap();

// The line for all files, where there are several.
export function showAll(element, transfers) {
  element.toggleAttribute("data-has", transfers.length > 0);
  const place = element.querySelector("[data-uploads-all]");
  if (!place) return;
  const counted = transfers.filter(({ state }) => !["refused", "missing"].includes(state));
  place.hidden = counted.length < 2;
  const sending = counted.filter(({ state }) => !["ready", "checking"].includes(state));
  const key = transfers.map(({ state }) => state).join();
  const last = shown.get(element);
  if (last && last.key === key && performance.now() - last.at < SHOWN_MS) return;
  shown.set(element, { key, at: performance.now() });
  const sum = (name) => counted.reduce((total, transfer) => total + transfer[name], 0);
  const [loaded, size] = [sum("loaded"), sum("size")];
  if (!speeds.has(element)) speeds.set(element, new Speed());
  const speed = speeds.get(element);
  if (sending.some(({ state }) => state === "sending")) speed.add(loaded);
  else speed.reset();
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  part("bar").value = percentOf(loaded, size);
  write(part("percent"), `${percentOf(loaded, size)} %`);
  const ready = transfers.filter(({ state }) => state === "ready").length;
  const words = [`${ready} of ${transfers.length} files ready`];
  if (sending.length) words.push(progressWords(loaded, size, speed.value));
  write(part("words"), words.join(" · "));
  const can = (states) => transfers.some(({ state }) => states.includes(state));
  place.querySelector('[data-do="pause"]').hidden = !can(BUTTONS.pause);
  place.querySelector('[data-do="resume"]').hidden = !can(BUTTONS.resume);
}
