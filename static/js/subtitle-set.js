// The form of one video: files dropped together go to the languages that their names say. The desk
// reads them and says which; each then stands in its language's own place, to be sent with the form.

function lineOf(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

function sentence(found, count) {
  const words = `${found} of ${count} found their language.`;
  return found < count ? `${words} Choose the others beneath theirs.` : words;
}

function inputFor(form, locale) {
  const box = form.querySelector(`input[name="languages"][value="${CSS.escape(locale)}"]`);
  const place = form.querySelector(`[data-srt="${CSS.escape(locale)}"] input[type="file"]`);
  if (!box || box.disabled || !place) return null;
  if (!box.checked) box.click(); // its place is shown, and its language chosen
  return place;
}

function put(form, read, files) {
  const input = read.locale && inputFor(form, read.locale);
  if (!input) return `${read.name}: ${read.reason}`;
  const given = files.find((file) => file.name === read.name);
  // What could not be read goes along as it is: sending says what is wrong with it.
  const name = read.text ? read.name.replace(/\.[^.]+$/, ".srt") : read.name;
  const transfer = new DataTransfer();
  transfer.items.add(read.text ? new File([read.text], name, { type: "text/plain" }) : given);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return "";
}

async function give(set, files) {
  const form = set.closest("form");
  const told = set.querySelector("[data-told]");
  told.hidden = false;
  told.replaceChildren(lineOf("Reading…"));
  const body = new FormData();
  for (const file of files) body.append("files", file);
  for (const box of form.querySelectorAll('input[name="languages"]:checked')) body.append("languages", box.value);
  body.append("title", form.elements.title?.value ?? "");
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const answer = await fetch(set.dataset.url, { method: "POST", body });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.message);
    const open = said.files.map((read) => put(form, read, files)).filter(Boolean);
    const count = said.files.length;
    told.replaceChildren(lineOf(sentence(count - open.length, count)), ...open.map(lineOf));
  } catch (problem) {
    told.replaceChildren(lineOf(`${problem.message ?? "The desk does not answer."} Choose each beneath its language.`));
  }
}

document.addEventListener("change", (event) => {
  const set = event.target.closest?.("[data-subtitle-set]");
  if (!set || event.target.type !== "file") return;
  const files = [...event.target.files];
  event.target.value = "";
  if (files.length) give(set, files);
});

document.addEventListener("dragover", (event) => {
  const set = event.target.closest?.("[data-subtitle-set]");
  if (set) event.preventDefault();
  for (const each of document.querySelectorAll("[data-subtitle-set]")) each.toggleAttribute("data-over", each === set);
});

document.addEventListener("drop", (event) => {
  const set = event.target.closest?.("[data-subtitle-set]");
  if (!set) return;
  event.preventDefault();
  set.removeAttribute("data-over");
  give(set, [...event.dataTransfer.files]);
});

// Dropped where the video is dropped, they are not left out.
document.addEventListener("dubdesk:other-files", (event) => {
  const set = document.querySelector("[data-subtitle-set]");
  const files = event.detail.files.map(({ file }) => file);
  if (!set || !files.every((file) => /\.(srt|vtt|ass|ssa|sbv|smi|sami|ttml|dfxp|scc|stl)$/i.test(file.name))) return;
  event.preventDefault();
  give(set, files);
});
