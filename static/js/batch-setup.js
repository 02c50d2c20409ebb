// The form for many videos: counts what was pasted, turns finished uploads into rows, and keeps the
// form as a template. Links marked data-saved-first are followed once the desk has what was typed.
const form = document.getElementById("batch-setup");
const FIRST_ADDRESS = /https?:\/\//i;

function say(name, text) {
  const place = form.querySelector(name);
  if (place) place.textContent = text;
}

function pastedCount(text) {
  return text
    .split(/\r?\n/)
    .map((line) => (line.match(/https?:\/\//gi) ?? []).length || (line.trim() ? 1 : 0))
    .reduce((sum, count) => sum + count, 0);
}

function show() {
  const text = form.elements.pasted.value;
  const count = pastedCount(text);
  const words = count === 1 ? "1 address" : `${count} addresses`;
  const hint = form.querySelector("[data-pasted-count]");
  hint.hidden = count === 0;
  hint.textContent = FIRST_ADDRESS.test(text) || !count ? `${words} found.` : "No address among these yet.";
  say("[data-to-add]", count ? words : "none");
  const codes = [...form.querySelectorAll('input[name="languages"]:checked')].map((box) => box.value);
  say("[data-languages-chosen]", codes.length ? `${codes.length}: ${codes.join(", ")}` : "none chosen yet");
}

async function post(address, values) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const response = await fetch(address, { method: "POST", body });
  const told = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { ok: response.ok && !response.redirected, told };
}

// Uploads that are whole wait here until the desk has made rows of them. They do so before they are
// checked: a window closed in that moment would lose the row.
const waiting = [];
const given = new Set();
let adding = Promise.resolve();

async function addUploads() {
  if (!waiting.length) return;
  const ids = waiting.slice();
  // The draft itself may not be there yet: it begins with its first video.
  if (!(await form.autosave.now(true))) return;
  const { ok, told } = await post(form.dataset.uploadsTo, ids.map((id) => ["upload", id]));
  if (!ok) {
    say("[data-autosave-status]", told.message ?? "The desk did not take the files yet. They stay here.");
    return;
  }
  waiting.splice(0, ids.length);
  say("[data-total]", String(told.total));
  say("[data-total-plural]", told.total === 1 ? "" : "s");
}

function addLater() {
  adding = adding.then(addUploads).catch(() => {});
}

async function keepPreset(menu) {
  const values = new URLSearchParams(new FormData(form));
  values.set("name", menu.querySelector("[data-preset-name]").value);
  const { ok, told } = await post(menu.dataset.url, values);
  const status = menu.querySelector("[data-preset-status]");
  status.textContent = ok ? `“${told.name}” is kept.` : (told.message ?? "It was not kept.");
}

if (form) {
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  for (const name of ["dubdesk:upload-whole", "dubdesk:upload-ready"]) {
    form.addEventListener(name, ({ detail }) => {
      if (given.has(detail.id)) return;
      given.add(detail.id);
      waiting.push(detail.id);
      addLater();
    });
  }
  // What is chosen after a file has arrived is meant for it too.
  form.addEventListener("formdata", ({ formData }) => {
    for (const id of given) formData.append("upload", id);
  });
  window.addEventListener("online", addLater);
  form.addEventListener("submit", (event) => {
    if (!waiting.length) return;
    // Nobody reviews before the last file has its row.
    event.preventDefault();
    event.stopPropagation(); // it is not sent yet: js/once.js would hold the next one back
    addLater();
    adding.then(() => !waiting.length && form.requestSubmit());
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-saved-first]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const address = new URL(link.href);
      // A template is chosen for this draft, wherever its form stands.
      if (link.getAttribute("href").startsWith("?")) address.pathname = `${form.dataset.review}add/`;
      if (await form.autosave.now(true)) location.assign(address);
    }
    const save = event.target.closest("[data-preset-save]");
    if (save) keepPreset(save.closest("[data-preset-new]"));
  });
  // Enter names the template; it never sends the form around it.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-preset-name]")) return;
    event.preventDefault();
    keepPreset(event.target.closest("[data-preset-new]"));
  });
  show();
}
