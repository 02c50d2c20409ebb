// The bar of the chosen: says how many and the price before the verb, and opens what a verb means
// as a dialog. The page tells what is chosen by a "selection" event, or by boxes of the form's own.
import { show } from "./dialogs.js";
import "./language-picker.js";

const QUOTE_AFTER = 250;
const NOTHING = { dubbings: [], assets: [], all: false };
let chosen = NOTHING;
let asking = 0;

const bar = () => document.querySelector("[data-selection-bar]");
const allBox = () => bar()?.querySelector("[data-selection-all]");

function field(name, ids) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  // One field for all: forms may have fewer fields than a page has cells.
  input.value = ids.join(",");
  return input;
}

function words() {
  const parts = [];
  const { dubbings, assets } = chosen;
  if (dubbings.length) parts.push(`${dubbings.length} ${dubbings.length === 1 ? "dub" : "dubs"}`);
  if (assets.length) parts.push(`${assets.length} ${assets.length === 1 ? "video" : "videos"}`);
  return allBox()?.checked ? "All that match" : `${parts.join(", ")} chosen`;
}

function update() {
  const form = bar();
  if (!form) return;
  const all = allBox();
  if (all) all.checked = chosen.all;
  const isSome = chosen.all || chosen.dubbings.length > 0 || chosen.assets.length > 0;
  form.toggleAttribute("data-shown", isSome);
  const fields = [];
  if (!chosen.all && chosen.dubbings.length) fields.push(field("dubbing", chosen.dubbings));
  if (!chosen.all && chosen.assets.length) fields.push(field("asset", chosen.assets));
  form.querySelector("[data-selection-fields]").replaceChildren(...fields);
  form.querySelector("#selection-words").textContent = words();
  const verb = form.querySelector("#selection-generate");
  if (verb) verb.textContent = "Generate…";
  clearTimeout(asking);
  if (isSome) asking = setTimeout(quote, QUOTE_AFTER);
}

// What the server says of exactly this choice; a choice made meanwhile asks anew.
async function quote() {
  const form = bar();
  const asked = chosen;
  const response = await fetch(form.dataset.quoteUrl, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!response?.ok || response.redirected || asked !== chosen) return;
  const told = new DOMParser().parseFromString(await response.text(), "text/html");
  if (asked !== chosen) return;
  for (const part of told.querySelectorAll("[data-selection-swap]")) {
    part.remove();
    const place = document.getElementById(part.id);
    if (place) place.textContent = part.textContent;
  }
  form.querySelector("#selection-words").replaceChildren(...told.body.childNodes);
}

document.addEventListener("selection", (event) => {
  chosen = { ...NOTHING, ...event.detail };
  update();
});

// Pages without a script of their own for choosing: boxes that belong to the form.
const BOXES = "input[type=checkbox][form=selection]";

function readBoxes() {
  const ids = (name) => [...document.querySelectorAll(`${BOXES}[name=${name}]:checked`)].map((box) => box.value);
  chosen = { dubbings: ids("dubbing"), assets: ids("asset"), all: allBox()?.checked ?? false };
  update();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-selection-all]")) {
    chosen = { ...chosen, all: event.target.checked };
    update();
  } else if (event.target.matches(BOXES)) readBoxes();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-selection-none]")) return;
  for (const box of document.querySelectorAll(BOXES)) box.checked = false;
  chosen = NOTHING;
  update();
  document.dispatchEvent(new CustomEvent("selection-cleared"));
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-selection-bar]");
  const verb = event.submitter;
  if (!form || !verb || verb.hasAttribute("data-selection-page")) return;
  event.preventDefault();
  const menu = verb.closest("details.menu");
  if (menu) menu.open = false;
  const response = await fetch(form.action, { method: "POST", body: new FormData(form, verb) }).catch(() => null);
  const page = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html");
  const body = page && page.querySelector("[data-dialog-body]");
  if (body) show(body, menu?.querySelector("summary") ?? verb);
  else if (response?.ok) window.location.assign(response.url);
  else window.location.reload();
});

// News of the page's rows come with boxes that nobody has ticked.
document.addEventListener("htmx:after:settle", () => {
  const ids = new Set([...chosen.dubbings, ...chosen.assets]);
  for (const box of document.querySelectorAll(BOXES)) box.checked = ids.has(box.value);
});

// A page that the browser brings back may still have boxes ticked.
if (document.querySelector(BOXES)) readBoxes();
