// The form of a new dubbing, made smoother: link or file, SRT places only for chosen languages, the
// source never among the targets, and what will be sent in words. Without it all fields are there.
import { lengthWords } from "./lengths.js";

function clock(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(rest).padStart(2, "0")}`;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

// The desk's own reading of times decides; here only what is surely one counts.
function secondsOf(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (!text.trim() || parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

class Order {
  constructor(form) {
    this.form = form;
    this.length = Number(form.dataset.length) || null;
    this.measured = "";
    form.addEventListener("input", () => this.show());
    form.addEventListener("change", () => this.show());
    this.followUploads();
    form.querySelector("[data-ways]")?.addEventListener("click", (event) => {
      const button = event.target.closest("[data-way]");
      if (!button) return;
      this.choose(button.dataset.way);
      this.field("way").dispatchEvent(new Event("input", { bubbles: true })); // kept with the draft
    });
    if (this.field("file")) this.choose(this.firstWay);
    this.show();
  }

  // The file goes up by itself: its place in the form is empty then.
  followUploads() {
    const isVideo = (event) => event.target.contains(this.field("upload"));
    for (const name of ["started", "ready"]) {
      this.form.addEventListener(`dubdesk:upload-${name}`, (event) => {
        if (!isVideo(event)) return;
        const { file, name: title, duration } = event.detail;
        if (file || this.sent?.name !== title) this.sent = file ?? { name: title };
        this.show();
        if (!duration) return;
        this.length ??= duration; // the desk reads more kinds of files than the browser
        this.showSummary();
      });
    }
    for (const name of ["gone", "refused"]) {
      this.form.addEventListener(`dubdesk:upload-${name}`, (event) => {
        if (!isVideo(event)) return;
        this.sent = null;
        this.show();
      });
    }
  }

  get file() {
    return this.sent ?? this.field("file")?.files?.[0];
  }

  get firstWay() {
    if (this.value("upload") || this.field("file").files.length || this.hasError("file")) return "file";
    return this.hasError("media_url") ? "link" : this.value("way");
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  value(name) {
    return this.field(name)?.value?.trim() ?? "";
  }

  hasError(name) {
    return this.field(name)?.getAttribute("aria-invalid") === "true";
  }

  all(selector) {
    return [...this.form.querySelectorAll(selector)];
  }

  // The other way's field is not sent, but keeps what it holds.
  choose(way) {
    this.way = way;
    this.field("way").value = way;
    for (const button of this.all("[data-way]")) {
      button.setAttribute("aria-pressed", String(button.dataset.way === way));
    }
    for (const pane of this.all("[data-way-pane]")) {
      pane.hidden = pane.dataset.wayPane !== way;
      for (const input of pane.querySelectorAll("input")) input.disabled = pane.hidden;
    }
    this.show();
  }

  get chosen() {
    return this.all('input[name="languages"]:checked').map((box) => box.value);
  }

  show() {
    this.leaveOutSource();
    this.showSrts();
    this.showBackground();
    this.forgetNotices();
    this.measure();
    this.showSummary();
  }

  leaveOutSource() {
    const source = this.value("locale");
    for (const box of this.all('input[name="languages"]')) {
      const isSource = box.value === source && source !== "";
      if (box.disabled === isSource) continue;
      box.disabled = isSource;
      if (isSource && box.checked) {
        box.checked = false;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }

  showSrts() {
    const chosen = this.chosen;
    for (const place of this.all("[data-srt]")) {
      place.hidden = !chosen.includes(place.dataset.srt);
      for (const input of place.querySelectorAll("input")) input.disabled = place.hidden;
    }
    const none = this.form.querySelector("[data-srts-none]");
    if (none) none.hidden = chosen.length > 0;
  }

  showBackground() {
    const place = this.form.querySelector("[data-background-file]");
    if (!place) return;
    const inputs = [...place.querySelectorAll("input")];
    const fits = this.way === "file" || inputs.some((input) => input.getAttribute("aria-invalid") === "true");
    for (const input of inputs) input.disabled = !fits;
  }

  forgetNotices() {
    for (const line of this.all("[data-file-again]")) {
      if (this.field(line.dataset.fileAgain)?.files?.length) line.remove();
    }
    const note = this.form.querySelector("[data-files-again]");
    if (note && !note.querySelector("[data-file-again]")) note.remove();
  }

  // The browser reads the length by itself where it can; where not, the desk or Panjaya will.
  measure() {
    const file = this.way === "file" ? this.file : null;
    const link = this.way === "link" ? this.value("media_url") : "";
    const key = file ? `${file.name}:${file.size}` : link;
    if (key === this.measured || !this.field("media_url")) return;
    this.measured = key;
    this.length = null;
    if (file instanceof File) this.read(URL.createObjectURL(file), key);
    else if (/^https?:\/\/[^/]+\/.+\.\w{2,4}(\?.*)?$/i.test(link)) this.read(link, key);
  }

  read(address, key) {
    const probe = document.createElement("video");
    probe.preload = "metadata";
    const end = () => {
      probe.removeAttribute("src");
      if (address.startsWith("blob:")) URL.revokeObjectURL(address);
    };
    probe.addEventListener("loadedmetadata", () => {
      if (this.measured === key && Number.isFinite(probe.duration)) this.length = probe.duration;
      end();
      this.showSummary();
    });
    probe.addEventListener("error", end);
    probe.src = address;
  }

  get part() {
    const start = secondsOf(this.value("start_time")) ?? 0;
    const end = secondsOf(this.value("end_time")) ?? this.length;
    return end !== null && end > start ? end - start : null;
  }

  say(name, text) {
    const place = this.form.querySelector(`[data-summary-${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  }

  showSummary() {
    const codes = this.chosen;
    const file = this.file?.name;
    const video = (this.way === "file" ? file : this.value("media_url")) || "not chosen yet";
    this.say("video", this.length ? `${video} · ${clock(this.length)}` : video);
    const [start, end] = [this.value("start_time"), this.value("end_time")];
    this.say("part", start || end ? `${start || "0:00"} – ${end || "the end"}` : "all of it");
    this.say("languages", codes.length ? `${codes.length}: ${codes.join(", ")}` : "none chosen yet");
    const part = this.part;
    if (part === null || codes.length === 0) {
      const unknown = this.length ? "nothing: look at start and end" : "the length is found out on the way";
      this.say("minutes", codes.length ? unknown : "not known yet");
    } else {
      const total = lengthWords(part * codes.length);
      this.say("minutes", `${clock(part)} × ${codes.length} = ${total}`);
    }
  }
}

const begun = new WeakSet();

function begin() {
  for (const form of document.querySelectorAll("form[data-order]")) {
    if (begun.has(form)) continue;
    begun.add(form);
    new Order(form);
  }
}

document.addEventListener("desk:page", begin);
begin();
