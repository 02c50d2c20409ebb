// A form with data-upload and a file goes up with percent, speed and time left, and can be stopped.
// The answer, the page after success or the form with its errors, takes this page's place, and the
// chosen files are put back into a form that comes again. Without this module the form is a plain one.
import { progressWords, Speed } from "./upload-words.js";

const REFUSALS = { 413: "The file is too large.", 507: "The desk’s storage is full: tell whoever runs it." };
class Upload {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-upload-status]");
    this.speed = new Speed();
    this.request = new XMLHttpRequest();
  }

  part(name) {
    return this.status.querySelector(`[data-upload-${name}]`);
  }

  start(submitter) {
    const data = new FormData(this.form, submitter);
    this.request.upload.addEventListener("progress", (event) => this.show(event));
    this.request.upload.addEventListener("load", () => this.say("It has arrived and is being looked at."));
    this.request.addEventListener("load", () => this.finish());
    this.request.addEventListener("error", () => this.fail("The connection broke."));
    this.request.addEventListener("abort", () => this.fail("Stopped."));
    this.request.open("POST", this.form.action);
    this.form.setAttribute("aria-busy", "true");
    this.status.hidden = false;
    this.part("bar").hidden = false;
    this.part("cancel").hidden = false;
    this.request.send(data);
  }

  show({ loaded, total }) {
    this.speed.add(loaded);
    const percent = total ? Math.floor((loaded * 100) / total) : 0;
    this.part("bar").value = percent;
    this.part("percent").textContent = `${percent} %`;
    this.say(progressWords(loaded, total, this.speed.value));
  }

  say(text) {
    this.part("words").textContent = text;
  }

  finish() {
    const isPage = this.request.getResponseHeader("Content-Type")?.startsWith("text/html");
    if (!isPage || this.request.status >= 500 || this.request.status === 413) {
      this.fail(REFUSALS[this.request.status] ?? "The desk could not take it.");
      return;
    }
    replacePage(this.request.responseText, this.request.responseURL, filesOf(this.form));
  }

  fail(reason) {
    this.form.removeAttribute("aria-busy");
    this.part("bar").hidden = true;
    this.part("percent").textContent = "";
    this.part("cancel").hidden = true;
    this.say(`${reason} Nothing was saved here; what you filled in is still there. Send it again when ready.`);
  }
}

function filesOf(form) {
  const inputs = [...form.querySelectorAll('input[type="file"]')];
  return new Map(inputs.filter((input) => input.files.length).map((input) => [input.name, input.files]));
}

function replacePage(html, url, files) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (url && url !== window.location.href) history.pushState(null, "", url);
  document.title = page.title;
  document.body.replaceWith(document.importNode(page.body, true));
  for (const [name, list] of files) {
    const input = document.querySelector(`form[data-upload] input[type="file"][name="${CSS.escape(name)}"]`);
    if (input) input.files = list;
  }
  window.htmx?.process(document.body);
  document.dispatchEvent(new CustomEvent("desk:page", { detail: { page } }));
  window.scrollTo(0, 0);
  (document.querySelector('[role="alert"], [aria-invalid="true"]') ?? document.getElementById("main"))?.focus?.();
}

let running = null;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
  if (!form.querySelector("[data-upload-status]") || filesOf(form).size === 0) return;
  event.preventDefault();
  if (running?.request.readyState === XMLHttpRequest.OPENED) return; // still on its way
  running = new Upload(form);
  running.start(event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-upload-cancel]")) running?.request.abort();
});

// The page after success was reached without a load: going back must not show it under the old address.
window.addEventListener("popstate", () => window.location.reload());
window.addEventListener("beforeunload", (event) => {
  if (running?.request.readyState === XMLHttpRequest.OPENED) event.preventDefault();
});
