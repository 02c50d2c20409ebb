// One file on its way to the desk, by the tus protocol. Whatever breaks, it goes on from what the desk
// has: it asks, waits a little longer each time, and never gives up by itself while the page is open.
import { DeskError } from "./upload-desk.js";
import { Speed } from "./upload-words.js";

// A piece at a time: an interruption costs at most what the desk had not yet written of it.
const PIECE_BYTES = 64 * 1024 * 1024;
const LONGEST_WAIT_MS = 30_000;
// A connection that says nothing for so long is dead, whatever the browser thinks.
const SILENCE_MS = 45_000;
const CHECK_MS = 700;

// idle → waiting → beginning → sending ⇄ broken → checking → ready | refused; or paused, missing, gone
export class Transfer extends EventTarget {
  constructor(desk, { file = null, path, size, fingerprint, known = null }) {
    super();
    Object.assign(this, { desk, file, path, size, fingerprint });
    this.name = path.split("/").at(-1);
    this.id = known?.id ?? null;
    this.loaded = known?.offset ?? 0;
    this.state = known ? "missing" : "waiting";
    this.speed = new Speed();
    this.tries = 0;
    this.message = "";
    this.code = "";
  }

  get isDone() {
    return ["ready", "refused", "gone"].includes(this.state);
  }

  // Takes one of the places for files that are sent at the same time.
  get isBusy() {
    return ["beginning", "sending", "broken"].includes(this.state);
  }

  move(state, message = "", code = "") {
    if (this.state === "gone") return;
    Object.assign(this, { state, message, code });
    if (state !== "sending") this.speed.reset();
    this.dispatchEvent(new Event("change"));
  }

  // The same file, chosen again after the browser had forgotten it.
  give(file) {
    this.file = file;
    this.move("waiting");
  }

  async begin() {
    // Its own news may lead to it a second time.
    if (!["waiting", "broken"].includes(this.state)) return;
    this.move("beginning");
    try {
      const upload = this.id ? await this.desk.read(this.id) : await this.create();
      if (this.state === "beginning") this.follow(upload);
    } catch (error) {
      this.stumble(error);
    }
  }

  async create() {
    const upload = await this.desk.begin(this.file, this.path, this.fingerprint);
    const isNew = this.id !== upload.id;
    this.id = upload.id;
    if (isNew) this.dispatchEvent(new Event("known"));
    return upload;
  }

  // What the desk says of it decides what is done next.
  follow(upload) {
    this.loaded = upload.offset;
    this.duration = upload.duration;
    if (upload.state === "receiving" && upload.offset < upload.size) this.send(upload.location);
    else if (upload.state === "ready") this.move("ready");
    else if (upload.state === "refused") this.move("refused", upload.error.message, upload.error.code);
    else if (upload.state === "given_up") this.move("refused", "It was given up elsewhere.", "given_up");
    else this.check();
  }

  send(location) {
    this.move("sending");
    this.connection = new window.tus.Upload(this.file, {
      uploadUrl: location,
      chunkSize: PIECE_BYTES,
      retryDelays: null, // we ask the desk first
      storeFingerprintForResuming: false,
      onProgress: (loaded) => this.progress(loaded),
      onSuccess: () => this.arrived(),
      onError: (error) => this.stumble(asDeskError(error)),
    });
    this.connection.start();
    this.listen();
  }

  progress(loaded) {
    this.listen();
    if (loaded > this.loaded) this.tries = 0;
    this.loaded = loaded;
    this.speed.add(loaded);
    this.dispatchEvent(new Event("progress"));
  }

  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (this.state !== "sending") return;
      this.hangUp();
      this.stumble(new DeskError(0, "unreachable", "The connection is silent."));
    }, SILENCE_MS);
  }

  hangUp() {
    clearTimeout(this.silence);
    clearTimeout(this.timer);
    this.connection?.abort();
    this.connection = null;
  }

  stumble(error) {
    if (["paused", "gone"].includes(this.state)) return;
    this.hangUp();
    if (error.isFinal && ![403, 404, 410].includes(error.status)) {
      this.move("refused", error.message, error.code);
      return;
    }
    // A permit that lapsed, an upload that ended: the desk knows, and it knows at once.
    if (error.isFinal && !this.id) this.move("refused", error.message, error.code);
    else this.wait(error);
  }

  wait(error) {
    const longest = Math.min(1000 * 2 ** this.tries, LONGEST_WAIT_MS);
    this.tries += 1;
    this.move("broken", error.message, error.code);
    this.timer = setTimeout(() => this.begin(), longest / 2 + (Math.random() * longest) / 2);
  }

  // The network is back, or somebody looks again: no need to wait any longer.
  hurry() {
    if (this.state !== "broken") return;
    clearTimeout(this.timer);
    this.tries = 0;
    this.begin();
  }

  arrived() {
    clearTimeout(this.silence);
    this.connection = null;
    this.loaded = this.size;
    this.check();
  }

  check() {
    this.loaded = this.size;
    this.move("checking");
    this.timer = setTimeout(() => this.look(), CHECK_MS);
  }

  async look() {
    try {
      const upload = await this.desk.read(this.id);
      if (this.state !== "checking") return;
      const isComing = ["receiving", "checking"].includes(upload.state);
      if (isComing && upload.offset === upload.size) this.check();
      else this.follow(upload);
    } catch (error) {
      if (error.status === 404) this.move("refused", "The desk has it no more.", error.code);
      else this.timer = setTimeout(() => this.look(), LONGEST_WAIT_MS / 10);
    }
  }

  pause() {
    if (!this.isBusy && this.state !== "waiting") return;
    this.hangUp();
    this.move("paused");
  }

  resume() {
    if (this.state === "paused") this.move("waiting");
  }

  async giveUp() {
    this.hangUp();
    this.move("gone");
    if (this.id && this.code !== "given_up") await this.desk.giveUp(this.id).catch(() => null);
  }
}

// The words of edge, where it said some.
function asDeskError(error) {
  const answer = error.originalResponse;
  const status = answer?.getStatus() ?? 0;
  let told = {};
  try {
    told = JSON.parse(answer?.getBody() || "{}");
  } catch {
    // A proxy's page.
  }
  return new DeskError(status, told.code ?? "unreachable", told.message ?? "The connection broke.");
}
