// A form with data-autosave="address" is kept on the desk as it is typed, so that nothing is lost
// with a closed laptop or an ended session. What it says of itself stands in [data-autosave-status].
// Other modules wait with `await form.autosave.now()` until the desk has all of it.
const PAUSE_MS = 600;

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.kept = this.text();
    this.running = Promise.resolve(true);
    form.addEventListener("input", (event) => this.later(event));
    form.addEventListener("change", (event) => this.later(event));
    // A page that is left, or laid aside on a phone, keeps its last words too.
    document.addEventListener("visibilitychange", () => document.hidden && this.last());
    window.addEventListener("pagehide", () => this.last());
  }

  values() {
    const values = new FormData(this.form);
    for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
    return new URLSearchParams(values);
  }

  text() {
    return this.values().toString();
  }

  later(event) {
    if (event.target.closest("[data-no-autosave]")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  // One after the other: an older text never overtakes a newer one.
  now(always = false) {
    clearTimeout(this.timer);
    this.running = this.running.then(() => this.send(always));
    return this.running;
  }

  async send(always) {
    const text = this.text();
    if (text === this.kept && !always) return true;
    try {
      const response = await fetch(this.form.dataset.autosave, { method: "POST", body: this.values() });
      if (response.redirected) throw new Error("signed out");
      if (!response.ok) {
        const told = response.status === 422 ? (await response.json()).message : "";
        this.say(told || "Not kept yet: the desk did not take it.");
        return false;
      }
      this.kept = text;
      this.say("Kept on the desk.");
      return true;
    } catch {
      this.say("Not kept yet: the desk does not answer. It is tried again.");
      this.timer = setTimeout(() => this.now(), 5 * PAUSE_MS);
      return false;
    }
  }

  last() {
    if (this.text() === this.kept || this.form.getAttribute("aria-busy") === "true") return;
    navigator.sendBeacon(this.form.dataset.autosave, this.values());
  }

  say(text) {
    if (this.status) this.status.textContent = text;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) form.autosave = new Autosave(form);
