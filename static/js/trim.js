// The part of a video that is dubbed, chosen by ear and eye. It writes into the form's own fields
// for start and end, which check and save themselves, and follows them when somebody types.
import { lengthWords } from "./lengths.js";
import { clock, read } from "./trim-times.js";
import { draw } from "./trim-wave.js";

const FRAME = 0.04;
const LEAST = 0.1;
const EDGE_SECONDS = 2;
const MOST_ZOOM = 16;

const round = (seconds) => Math.round(seconds * 1000) / 1000;

class Trim {
  constructor(root) {
    this.root = root;
    this.film = root.querySelector("video");
    this.map = root.querySelector("[data-map]");
    this.zoom = 1;
    this.looping = false;
    this.length = Number(root.dataset.length) || 0;
    // Here the cues of the page are followed too: one film is enough.
    this.film.dataset.cuePlayer = "";
    this.listen();
    this.load();
    if (this.length) this.show();
  }

  field(edge) {
    return document.getElementById(this.root.dataset[edge]);
  }

  get start() {
    return Math.min(read(this.field("start")?.value ?? "") ?? 0, this.length);
  }

  get end() {
    return Math.min(read(this.field("end")?.value ?? "") ?? this.length, this.length);
  }

  // What is at the very beginning or end is left blank: it says “all of it”.
  set(edge, seconds) {
    const [first, last] = edge === "start" ? [0, this.end - LEAST] : [this.start + LEAST, this.length];
    const at = round(Math.max(first, Math.min(last, seconds)));
    this.write(edge, at);
  }

  write(edge, at) {
    const blank = edge === "start" ? at <= 0 : at >= this.length;
    const field = this.field(edge);
    const text = blank ? "" : clock(at);
    if (!field || field.value === text) return;
    field.value = text;
    this.paint();
    clearTimeout(this.saving);
    // A handle that is dragged saves when it rests.
    this.saving = setTimeout(() => field.dispatchEvent(new Event("change", { bubbles: true })), 350);
  }

  async load() {
    if (!this.root.dataset.waveform) return;
    const answer = await fetch(this.root.dataset.waveform);
    if (!answer.ok) return;
    this.wave = await answer.json();
    this.redraw();
  }

  show() {
    for (const part of this.root.querySelectorAll("[data-window], [data-tools]")) part.hidden = false;
    this.redraw();
    this.paint();
  }

  redraw() {
    if (!this.length) return;
    this.map.style.width = `${this.zoom * 100}%`;
    if (this.wave) draw(this.root.querySelector("[data-wave]"), this.wave, this.length);
    this.placeCues();
  }

  placeCues() {
    const lane = this.root.querySelector("[data-cue-lane]");
    const cues = [...document.querySelectorAll(".cues-cue[data-start]")];
    lane.replaceChildren(
      ...cues.map(({ dataset }) => {
        const mark = document.createElement("i");
        mark.style.left = this.percent(Number(dataset.start));
        mark.style.width = this.percent(Number(dataset.end) - Number(dataset.start));
        if (Number(dataset.start) < this.start || Number(dataset.end) > this.end) mark.dataset.outside = "";
        return mark;
      }),
    );
  }

  percent(seconds) {
    return `${Math.max(0, Math.min(100, (seconds / this.length) * 100))}%`;
  }

  paint() {
    if (!this.length) return;
    const [start, end] = [this.start, Math.max(this.start, this.end)];
    const place = (part, from, until) => {
      const element = this.root.querySelector(part);
      element.style.left = this.percent(from);
      element.style.width = this.percent(until - from);
    };
    place('[data-shade="before"]', 0, start);
    place('[data-shade="after"]', end, this.length);
    place("[data-part]", start, end);
    for (const [edge, at] of [["start", start], ["end", end]]) {
      const handle = this.root.querySelector(`[data-edge="${edge}"]`);
      handle.style.left = this.percent(at);
      handle.setAttribute("aria-valuemax", String(this.length));
      handle.setAttribute("aria-valuenow", String(at));
      handle.setAttribute("aria-valuetext", clock(at));
    }
    this.say(start, end);
    this.placeCues();
  }

  say(start, end) {
    const form = this.field("start")?.form;
    const languages = form ? form.querySelectorAll("[name=languages]:checked").length : 0;
    const seconds = Math.max(0, end - start);
    const part = start > 0 || end < this.length ? `${clock(start)} to ${clock(end)}` : "All of it";
    const times = languages ? ` × ${languages} language${languages === 1 ? "" : "s"} = ${lengthWords(seconds * languages)}` : "";
    this.root.querySelector("[data-words]").textContent = `${part}: ${clock(round(seconds))}${times}.`;
  }

  follow() {
    const now = this.film.currentTime;
    this.root.querySelector("[data-head]").style.left = this.percent(now);
    if (this.stopAt !== undefined && now >= this.stopAt && !this.film.paused) {
      if (this.looping) this.nextEdge();
      else this.film.pause();
    }
  }

  play(from, until) {
    this.stopAt = until;
    this.film.currentTime = from;
    this.film.play().catch(() => {});
  }

  // First the beginning, then the end, over and over.
  nextEdge() {
    const [start, end] = [this.start, this.end];
    this.atEnd = !this.atEnd;
    if (this.atEnd) this.play(start, Math.min(end, start + EDGE_SECONDS));
    else this.play(Math.max(start, end - EDGE_SECONDS), end);
  }

  do(what) {
    const acts = {
      start: () => this.set("start", this.film.currentTime),
      end: () => this.set("end", this.film.currentTime),
      part: () => this.play(this.start, this.end),
      loop: () => this.toggleLoop(),
      whole: () => ["start", "end"].forEach((edge) => this.write(edge, edge === "start" ? 0 : this.length)),
      in: () => this.rezoom(2),
      out: () => this.rezoom(0.5),
    };
    if (what !== "loop" && this.looping) this.toggleLoop();
    acts[what]();
  }

  toggleLoop() {
    this.looping = !this.looping;
    this.root.querySelector('[data-do="loop"]').setAttribute("aria-pressed", String(this.looping));
    this.atEnd = false;
    if (this.looping) this.nextEdge();
    else {
      this.stopAt = undefined;
      this.film.pause();
    }
  }

  rezoom(factor) {
    const view = this.root.querySelector("[data-window]");
    const middle = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    this.zoom = Math.max(1, Math.min(MOST_ZOOM, this.zoom * factor));
    this.redraw();
    this.paint();
    view.scrollLeft = middle * view.scrollWidth - view.clientWidth / 2;
  }

  at(event) {
    const box = this.map.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.length;
  }

  drag(event) {
    if (event.button) return;
    const edge = event.target.closest("[data-edge]")?.dataset.edge;
    const part = event.target.closest("[data-part]");
    const begun = { at: this.at(event), start: this.start, end: this.end, moved: false };
    this.map.setPointerCapture(event.pointerId);
    const move = (now) => {
      const by = this.at(now) - begun.at;
      begun.moved ||= Math.abs(now.clientX - event.clientX) > 3;
      if (!begun.moved) return;
      if (edge) this.set(edge, begun[edge] + by);
      else if (part) this.shift(begun, by);
    };
    const stop = (now) => {
      this.map.removeEventListener("pointermove", move);
      // A press that went nowhere is a wish to look there.
      if (!begun.moved && !edge) this.film.currentTime = Math.max(0, this.at(now));
    };
    this.map.addEventListener("pointermove", move);
    this.map.addEventListener("pointerup", stop, { once: true });
    this.map.addEventListener("pointercancel", () => this.map.removeEventListener("pointermove", move), { once: true });
  }

  shift({ start, end }, by) {
    const step = Math.max(-start, Math.min(this.length - end, by));
    this.write("start", round(start + step));
    this.write("end", round(end + step));
  }

  key(event) {
    const edge = event.target.closest("[data-edge]")?.dataset.edge;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    const far = { Home: edge === "start" ? 0 : this.start, End: edge === "end" ? this.length : this.end }[event.key];
    if (edge && (step || far !== undefined)) {
      event.preventDefault();
      const size = event.shiftKey ? 1 : Math.abs(step ?? 0) > 1 ? 1 : FRAME;
      this.set(edge, far ?? (edge === "start" ? this.start : this.end) + step * size);
    } else if (!edge && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      this.film.pause();
      this.film.currentTime = Math.max(0, this.film.currentTime + step * (event.shiftKey ? 1 : FRAME));
    }
  }

  listen() {
    const { film, map, root } = this;
    film.addEventListener("loadedmetadata", () => {
      if (!this.length && Number.isFinite(film.duration)) this.length = round(film.duration);
      if (this.length) this.show();
    });
    for (const name of ["timeupdate", "seeked"]) film.addEventListener(name, () => this.length && this.follow());
    film.addEventListener("pause", () => {
      if (!this.looping) this.stopAt = undefined;
    });
    map.addEventListener("pointerdown", (event) => this.drag(event));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.do(button.dataset.do);
    });
    for (const kind of ["input", "change"]) {
      document.addEventListener(kind, (event) => {
        if (event.target.form && event.target.form === this.field("start")?.form) this.paint();
      });
    }
    new ResizeObserver(() => this.redraw()).observe(root.querySelector("[data-window]"));
    document.addEventListener("htmx:after:settle", () => this.length && this.placeCues());
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  // Space and arrows belong to whatever has the focus; here they are meant if nothing has.
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const inside = this.root.contains(event.target);
    if (!inside && event.target !== document.body) return;
    if (event.key === " " && !event.target.closest("button, video, a")) {
      event.preventDefault();
      if (this.film.paused) this.film.play().catch(() => {});
      else this.film.pause();
    } else if (this.length && !event.target.closest("button, video")) this.key(event);
  }
}

for (const root of document.querySelectorAll("[data-trim]")) new Trim(root);
