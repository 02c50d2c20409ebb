// Subtitle files: dropped or chosen, folders too, on any page that has a place for them; and the list
// of cues beside the film, which follows it and leads it. Without this all are forms and links.
import { loadAnew } from "./leave.js";

const ENDINGS = /\.(srt|vtt|webvtt|ass|ssa|sub|sbv|smi|sami|ttml|dfxp|xml|itt|stl|scc|txt)$/i;
const AT_ONCE = 50;

// What was dropped: files, and those of folders with the folders' names before theirs.
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const given = [...transfer.files].map((file) => ({ file, path: file.name }));
  if (!entries.some((entry) => entry.isDirectory)) return given;
  const found = [];
  for (const entry of entries) await gather(entry, "", found);
  return found;
}

async function gather(entry, folder, found) {
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = entry.createReader();
  // A folder tells a hundred entries at a time.
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return;
    for (const inner of entries) await gather(inner, `${path}/`, found);
  }
}

function bodyOf(form, share) {
  const body = new FormData(form);
  body.delete("files");
  for (const { file, path } of share) {
    body.append("files", file);
    body.append("paths", path);
  }
  return body;
}

// Gives the files in shares and shows the part as it then is. The last answer shows them all.
async function give(form, given) {
  const part = form.closest("[data-live]");
  const progress = form.querySelector("[data-progress]");
  const files = form.querySelector("input[multiple]") ? given : given.slice(0, 1);
  if (!files.length || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  let page = "";
  try {
    for (let start = 0; start < files.length; start += AT_ONCE) {
      progress.textContent = `Reading ${Math.min(start + AT_ONCE, files.length)} of ${files.length}…`;
      page = await post(form, bodyOf(form, files.slice(start, start + AT_ONCE)));
    }
    show(part, page);
  } catch (problem) {
    form.removeAttribute("aria-busy");
    progress.textContent = `${problem.message} Nothing else was lost: give the files once more.`;
  }
}

async function post(form, body) {
  const headers = { "HX-Request": "true", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(form.action, { method: "POST", body, headers });
  if (answer.redirected) loadAnew(); // the session ended: the page leads to the login
  if (!answer.ok) throw new Error("The desk could not take them.");
  return answer.text();
}

function show(part, page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").getElementById(part.id);
  const node = document.importNode(fresh, true);
  part.replaceWith(node);
  window.htmx?.process(node);
  changed();
}

// The rows beside show verdicts of their own.
function changed() {
  document.body.dispatchEvent(new CustomEvent("batch:changed"));
  follow();
}

document.addEventListener("dragover", (event) => {
  const place = event.target.closest?.("[data-subtitle-drop]");
  for (const other of document.querySelectorAll("[data-over]")) {
    if (other !== place) delete other.dataset.over;
  }
  if (!place) return;
  event.preventDefault();
  place.dataset.over = "";
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete document.querySelector("[data-over]")?.dataset.over;
});

document.addEventListener("drop", async (event) => {
  const form = event.target.closest?.("form[data-subtitle-drop]");
  if (!form) return;
  event.preventDefault();
  delete form.dataset.over;
  give(form, await filesOf(event.dataTransfer));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-subtitle-drop]");
  if (!form || event.target.type !== "file") return;
  const paths = [...event.target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  give(form, paths);
});

// Dropped among the videos, they are not left out.
document.addEventListener("dubdesk:other-files", (event) => {
  const ours = event.detail.files.filter(({ path }) => ENDINGS.test(path));
  if (ours.length !== event.detail.files.length) return;
  const form = document.querySelector("form[data-subtitle-drop]:has(input[multiple])");
  const setup = document.querySelector("form[data-subtitles-to]");
  if (form || setup) event.preventDefault();
  if (form) give(form, ours);
  else if (setup) giveEarly(setup, ours);
});

// Before the review: the draft begins with them, and their videos may still be on their way.
async function giveEarly(setup, files) {
  const status = setup.querySelector("[data-subtitles-status]");
  const form = { action: setup.dataset.subtitlesTo, elements: setup.elements };
  try {
    if (!(await setup.autosave.now(true))) throw new Error("The draft is not kept yet.");
    for (let start = 0; start < files.length; start += AT_ONCE) {
      const body = new FormData();
      for (const { file, path } of files.slice(start, start + AT_ONCE)) {
        body.append("files", file);
        body.append("paths", path);
      }
      const page = new DOMParser().parseFromString(await post(form, body), "text/html");
      status.textContent = `Subtitles: ${page.querySelector(".subtitles-sentence b")?.textContent ?? "kept."} The rest is looked for at the review.`;
    }
  } catch (problem) {
    status.textContent = `${problem.message} Drop them once more, or at the review.`;
  }
}

// The cues and the film ---------------------------------------------------------------------------

const filmOf = (list) => {
  const others = [...document.querySelectorAll("video[data-cue-player]")];
  return others[0] ?? list.querySelector("video");
};

function mark(list, film) {
  const now = film.currentTime;
  const old = list.querySelector("[aria-current]");
  const cue = [...list.querySelectorAll(".cues-cue")].find(
    ({ dataset }) => Number(dataset.start) <= now && now < Number(dataset.end),
  );
  if (cue === old) return;
  old?.removeAttribute("aria-current");
  if (!cue) return;
  cue.setAttribute("aria-current", "true");
  const box = cue.parentElement;
  if (!box.matches(":hover")) box.scrollTop = cue.offsetTop - box.offsetTop - box.clientHeight / 3;
}

function seek(list, cue) {
  const film = filmOf(list);
  if (!film) return;
  film.currentTime = Number(cue.dataset.start);
  film.play().catch(() => {});
}

function follow() {
  for (const list of document.querySelectorAll("[data-cues]:not([data-followed])")) {
    const film = filmOf(list);
    if (!film) continue;
    // One film on a page is enough: where another part shows it, ours gives way.
    list.querySelector("[data-own-player]")?.toggleAttribute("hidden", !list.contains(film));
    list.dataset.followed = "";
    film.addEventListener("timeupdate", () => list.isConnected && mark(list, film));
    film.addEventListener("seeked", () => list.isConnected && mark(list, film));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-seek]");
  if (button) seek(button.closest("[data-cues]"), button.closest(".cues-cue"));
  const link = event.target.closest?.("a[data-cue]");
  const cue = link && document.getElementById(`cue-${link.dataset.cue}`);
  if (!cue) return;
  event.preventDefault();
  const box = cue.parentElement;
  box.scrollTop = cue.offsetTop - box.offsetTop - 8;
  cue.classList.add("changed");
  cue.addEventListener("animationend", () => cue.classList.remove("changed"), { once: true });
  cue.querySelector("button").focus({ preventScroll: true });
});

// On a phone the videos come first: the panel is folded to what it says, unless it has an answer.
const fold = document.querySelector("[data-fold-on-phone]");

function sayFolded() {
  const words = fold?.querySelector(".subtitles-sentence b")?.textContent ?? "";
  if (fold) fold.querySelector("[data-fold-words]").textContent = words;
}

if (fold && matchMedia("(max-width: 767.98px)").matches) {
  const isAsked = location.hash === "#batch-subtitles" || fold.querySelector("[data-said]:not([hidden])");
  fold.open = Boolean(isAsked);
}
sayFolded();

document.addEventListener("htmx:after:settle", (event) => {
  sayFolded();
  if (event.target.closest?.(".subtitles") || event.target.querySelector?.(".subtitles")) follow();
});
document.addEventListener("htmx:after:request", (event) => {
  if (event.target.closest?.("form")?.closest(".subtitles")) changed();
});

document.addEventListener("keydown", (event) => {
  const cue = event.target.closest?.(".cues-cue");
  const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
  if (!cue || !(event.key in steps)) return;
  event.preventDefault();
  cue[steps[event.key]]?.querySelector("button").focus();
});

follow();
const waiting = document.querySelector("[data-look-again] form");
if (waiting) {
  const unasked = Object.assign(document.createElement("input"), { type: "hidden", name: "unasked" });
  waiting.append(unasked);
  window.addEventListener("load", () => waiting.requestSubmit(), { once: true });
}
