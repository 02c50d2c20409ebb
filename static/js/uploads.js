// Resumable uploads: several at once, paused and resumed, after a lost connection, a closed laptop, a
// killed browser or a killed server. What the desk has said it holds is never sent again.
//
// CONTRACT (for pages that take files)
//   Put in a page  {% include "components/uploads.html" with accept="video" %}  and load this module and
//   "vendor/tus/tus.min.js" (deferred) by {% include "components/uploads_scripts.html" %} in block head.
//   It renders  <div data-uploads data-url="/api/v1/uploads/" data-accept="video|audio|any" [data-one]>
//   with a place to drop files or folders, a button to choose them, the list of files, progress, speed
//   and time left per file and in all, pause/resume and giving up. `data-one`: one file only; a new one
//   takes the place of the old. `data-quiet`: does not offer unfinished uploads of earlier visits.
//   The element fires, bubbling (all details hold `name`, and `path`: the folder it lay in + name):
//     dubdesk:upload-started   {id, name, path, size, file}   the desk knows it; bytes are on their way
//     dubdesk:upload-whole     {id, name, path, size}         all bytes are here, and are being checked
//     dubdesk:upload-ready     {id, name, path, size, duration} whole, checked, usable by its id; seconds
//     dubdesk:upload-refused   {id, name, path, code, message} id is null where the desk took none
//     dubdesk:upload-gone      {id, name, path}               given up by the person
//     dubdesk:other-files      {files: [{file, path}]}        dropped beside the media (.srt, .csv …).
//                              A listener that takes them calls preventDefault(); else they are named
//                              as left out.
//   and takes files given by a page:
//     element.dispatchEvent(new CustomEvent("dubdesk:add-files", {detail: {files: [File or {file, path}]}}))
//   Hidden inputs inside it with data-uploads-id get the ids of what is ready (one input per `data-one`).
// REST: GET/POST /api/v1/uploads/, GET/DELETE /api/v1/uploads/<id>/ (session with X-CSRFToken, or API key).
import { Desk } from "./upload-desk.js";
import { chosenFiles, droppedFiles, isMedia } from "./upload-files.js";
import { Row, showAll } from "./upload-rows.js";
import { Transfer } from "./upload-transfer.js";
import { keepUnbegun, Unbegun } from "./upload-unbegun.js";

const AT_ONCE = 3;
const OTHERS_NAMED = 5;

function fingerprintOf(file) {
  return `${file.name}:${file.size}:${file.lastModified}`.slice(-200);
}

class Uploads {
  constructor(element) {
    this.element = element;
    this.desk = new Desk(element.dataset.url);
    this.rows = [];
    this.isOne = "one" in element.dataset;
    this.input = element.querySelector("[data-uploads-id]");
    for (const chooser of element.querySelectorAll('input[type="file"]')) {
      chooser.addEventListener("change", () => {
        const files = chosenFiles(chooser.files);
        chooser.value = ""; // they go up by themselves, not with the form
        this.add(files);
      });
    }
    this.input?.addEventListener("change", () => this.showGiven());
    element.addEventListener("dubdesk:add-files", ({ detail }) => {
      this.add(detail.files.map((each) => (each.file ? each : { file: each, path: each.name })));
    });
    element.addEventListener("click", (event) => this.press(event));
    this.catchDrops();
    const unbegun = element.querySelector("[data-uploads-unbegun]");
    this.unbegun = unbegun && new Unbegun(unbegun);
    this.unbegun?.begin();
    this.showGiven();
    if (!("quiet" in element.dataset)) this.showUnfinished();
  }

  catchDrops() {
    const place = this.element;
    place.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      place.dataset.over = "";
    });
    place.addEventListener("dragleave", (event) => {
      if (!place.contains(event.relatedTarget)) delete place.dataset.over;
    });
    place.addEventListener("drop", async (event) => {
      event.preventDefault();
      delete place.dataset.over;
      this.add(await droppedFiles(event.dataTransfer));
    });
  }

  fire(name, detail, options = {}) {
    const event = new CustomEvent(`dubdesk:${name}`, { bubbles: true, detail, ...options });
    return this.element.dispatchEvent(event);
  }

  add(files) {
    const accept = this.element.dataset.accept;
    const media = files.filter(({ file }) => isMedia(file, accept));
    const others = files.filter((each) => !media.includes(each));
    this.tellOthers(others);
    for (const each of this.isOne ? media.slice(0, 1) : media) this.addFile(each);
    this.go();
  }

  tellOthers(others) {
    const isTaken = !others.length || !this.fire("other-files", { files: others }, { cancelable: true });
    const names = others.slice(0, OTHERS_NAMED).map(({ path }) => path);
    if (others.length > OTHERS_NAMED) names.push(`${others.length - OTHERS_NAMED} more`);
    const place = this.element.querySelector("[data-uploads-others]");
    place.hidden = isTaken;
    if (!isTaken) place.lastElementChild.textContent = `Left out, because they are no videos: ${names.join(", ")}.`;
  }

  addFile({ file, path }) {
    const fingerprint = fingerprintOf(file);
    this.unbegun?.found(fingerprint);
    const known = this.transfers.find((other) => other.fingerprint === fingerprint && other.state !== "refused");
    if (known) {
      if (known.state === "missing") known.give(file);
      return;
    }
    if (this.isOne) this.clear();
    this.watch(new Transfer(this.desk, { file, path, size: file.size, fingerprint }));
  }

  // One file's place: what was there before makes room.
  clear() {
    for (const row of this.rows.filter(({ transfer }) => transfer.state !== "missing")) this.giveUp(row);
  }

  get transfers() {
    return this.rows.map((row) => row.transfer);
  }

  watch(transfer) {
    const row = new Row(this.element, transfer);
    this.rows.push(row);
    const about = () => ({ id: transfer.id, name: transfer.name, path: transfer.path, size: transfer.size });
    transfer.addEventListener("known", () => this.fire("upload-started", { ...about(), file: transfer.file }));
    transfer.addEventListener("progress", () => this.show(row));
    transfer.addEventListener("change", () => {
      this.show(row);
      if (transfer.state === "checking") this.fire("upload-whole", about());
      if (transfer.state === "ready") this.arrived({ ...about(), duration: transfer.duration });
      if (transfer.state === "refused") {
        this.setInput("");
        this.fire("upload-refused", { ...about(), code: transfer.code, message: transfer.message });
      }
      this.go();
    });
    this.show(row);
  }

  arrived(about) {
    this.setInput(about.id);
    this.fire("upload-ready", about);
  }

  setInput(id) {
    if (!this.input || this.input.value === id) return;
    this.input.value = id;
    this.input.dispatchEvent(new Event("input", { bubbles: true })); // kept with the draft
  }

  show(row) {
    row.show();
    if (!row.transfer.loaded || !row.wasBegun) this.remember(row);
    showAll(this.element, this.transfers);
  }

  // The first byte that has come ends the browser's part in knowing of it.
  remember(row) {
    row.wasBegun = row.transfer.loaded > 0;
    if (this.unbegun) keepUnbegun(() => this.transfers);
  }

  go() {
    const free = AT_ONCE - this.transfers.filter((transfer) => transfer.isBusy).length;
    const waiting = this.transfers.filter((transfer) => transfer.state === "waiting" && transfer.file);
    for (const transfer of waiting.slice(0, Math.max(0, free))) transfer.begin();
  }

  // A form that comes again, or a kept draft, holds the id of what is here already.
  async showGiven() {
    const id = this.input?.value;
    if (!id || this.transfers.some((transfer) => transfer.id === id)) return;
    const known = await this.desk.read(id).catch(() => null);
    if (!known || known.state === "given_up") {
      if (known) this.setInput("");
      return;
    }
    this.watchKnown(known).follow(known);
  }

  async showUnfinished() {
    const found = await this.desk.unfinished().catch(() => []);
    for (const known of found.filter(({ offset }) => offset > 0)) {
      if (this.transfers.some((transfer) => transfer.id === known.id)) continue;
      this.unbegun?.found(known.fingerprint);
      this.watchKnown(known);
    }
  }

  watchKnown(known) {
    const { name: path, size, fingerprint } = known;
    const transfer = new Transfer(this.desk, { path, size, fingerprint, known });
    this.watch(transfer);
    return transfer;
  }

  press(event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const row = this.rows.find(({ root }) => root.contains(button));
    if (row) this.act(row, button.dataset.do);
    else for (const each of this.transfers) each[button.dataset.do](); // pause or resume all
    this.go();
  }

  act(row, what) {
    if (what === "give-up") this.giveUp(row);
    else if (what === "choose") this.element.querySelector('input[type="file"]').click();
    else row.transfer[what]();
  }

  giveUp(row) {
    const { transfer } = row;
    this.rows = this.rows.filter((other) => other !== row);
    row.root.remove();
    if (this.input?.value === transfer.id) this.setInput("");
    const isUnused = transfer.state !== "ready" || this.isOne;
    if (isUnused) transfer.giveUp();
    showAll(this.element, this.transfers);
    if (this.unbegun) keepUnbegun(() => this.transfers);
    this.fire("upload-gone", { id: transfer.id, name: transfer.name, path: transfer.path });
  }
}

const begun = new Map();

function begin() {
  for (const element of begun.keys()) if (!element.isConnected) begun.delete(element);
  for (const element of document.querySelectorAll("[data-uploads]")) {
    if (!begun.has(element)) begun.set(element, new Uploads(element));
  }
}

function onTheWay(within = document) {
  const inside = [...begun].filter(([element]) => within.contains(element) && !element.closest("[hidden]"));
  return inside.flatMap(([, uploads]) => uploads.transfers).filter(
    ({ state, file }) => file && ["waiting", "beginning", "sending", "broken", "checking"].includes(state),
  );
}

// A form whose file is still on its way is sent when it is here.
const held = new Map();

function letGo() {
  for (const [form, submitter] of held) {
    if (onTheWay(form).length) continue;
    held.delete(form);
    form.removeAttribute("data-waits");
    if (form.querySelector('[data-uploads] [data-state="refused"]')) continue;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!onTheWay(form).length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.set(form, event.submitter);
    form.setAttribute("data-waits", "");
  },
  { capture: true },
);
for (const name of ["ready", "refused", "gone"]) document.addEventListener(`dubdesk:upload-${name}`, letGo);

function hurry() {
  for (const uploads of begun.values()) for (const transfer of uploads.transfers) transfer.hurry();
}
window.addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => document.hidden || hurry());
window.addEventListener("beforeunload", (event) => {
  if (onTheWay().some(({ state }) => state !== "checking")) event.preventDefault();
});
document.addEventListener("desk:page", begin);
begin();
