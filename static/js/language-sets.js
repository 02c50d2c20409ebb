// Named sets above a language picker: one press chooses all of a set, and what is chosen can become
// a set. Works in every form that holds both, also in those that come later.
const STOP = new Set(["Enter"]);

function boxesOf(sets) {
  const place = sets.closest("form, .menu-body") ?? document;
  return [...place.querySelectorAll("language-picker input[type=checkbox]")];
}

function tick(box) {
  if (box.checked || box.disabled) return;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function choose(button) {
  const codes = new Set(button.dataset.codes.split(" "));
  for (const box of boxesOf(button.closest("[data-language-sets]"))) if (codes.has(box.value)) tick(box);
}

async function save(sets) {
  const status = sets.querySelector("[data-set-status]");
  const field = sets.querySelector("[data-set-name]");
  const codes = boxesOf(sets).filter((box) => box.checked).map((box) => box.value);
  const body = new URLSearchParams(codes.map((code) => ["languages", code]));
  body.set("name", field.value);
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const response = await fetch(sets.dataset.newUrl, { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (response.redirected || !(response.ok || response.status === 422)) {
    status.textContent = "The desk did not keep it.";
    return;
  }
  const told = await response.json();
  status.textContent = response.ok ? `“${told.name}” is kept.` : told.message;
  if (!response.ok) return;
  const chip = sets.querySelector("template[data-set]").content.cloneNode(true);
  const button = chip.querySelector("button");
  button.textContent = told.name;
  button.dataset.codes = told.locales.join(" ");
  sets.querySelector("[data-sets]").append(chip);
  field.value = "";
  sets.querySelector("details").open = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-language-sets] [data-codes]");
  if (button) choose(button);
  const keep = event.target.closest("[data-set-save]");
  if (keep) save(keep.closest("[data-language-sets]"));
});

// Enter names the set; it never sends the form around it.
document.addEventListener("keydown", (event) => {
  if (!STOP.has(event.key) || !event.target.matches?.("[data-set-name]")) return;
  event.preventDefault();
  save(event.target.closest("[data-language-sets]"));
});
