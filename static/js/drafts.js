// What is typed into a form with data-draft="key" is kept on this device, so that a lost session or
// a failed upload costs nothing. A page with <meta name="draft-done" content="key"> clears it.
// Never kept: passwords, files, hidden fields without data-draft-keep. A draft belongs to one person and one address.
const DAYS_KEPT = 7;
const DAY_MS = 86_400_000;
const SKIPPED = ["password", "file", "hidden", "submit", "button", "reset", "image", "search"];
const member = document.body.dataset.member;

function prefixOf(key) {
  return `draft:${member}:${key}:`;
}

function nameOf(form) {
  return prefixOf(form.dataset.draft) + window.location.pathname;
}

function keptFields(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      (!SKIPPED.includes(field.type) || "draftKeep" in field.dataset) &&
      !field.closest("[data-draft-skip]"),
  );
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

// Choices of one name are told apart by their value, other fields by their order.
function entries(form) {
  const seen = {};
  return keptFields(form).map((field) => {
    const isChoice = field.type === "checkbox" || field.type === "radio";
    const part = isChoice ? field.value : (seen[field.name] = (seen[field.name] ?? -1) + 1);
    return [`${field.name}=${part}`, field];
  });
}

function write(field, value) {
  if (typeof value === "boolean") field.checked = value;
  else if (Array.isArray(value)) {
    for (const option of field.options) option.selected = value.includes(option.value);
  } else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function save(form) {
  const values = Object.fromEntries(entries(form).map(([name, field]) => [name, valueOf(field)]));
  try {
    localStorage.setItem(nameOf(form), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // Storage is full or forbidden: the form works as it would without this module.
  }
}

function load(form) {
  try {
    const draft = JSON.parse(localStorage.getItem(nameOf(form)));
    return draft && Date.now() - draft.at < DAYS_KEPT * DAY_MS ? draft.values : null;
  } catch {
    return null;
  }
}

function restore(form) {
  const values = load(form);
  if (!values) return;
  let changed = false;
  for (const [name, field] of entries(form)) {
    if (!(name in values) || JSON.stringify(valueOf(field)) === JSON.stringify(values[name])) continue;
    write(field, values[name]);
    changed = true;
  }
  const notice = form.querySelector("[data-draft-notice]");
  if (notice) notice.hidden = !changed;
}

function clear(key) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(prefixOf(key))) localStorage.removeItem(name);
  }
}

function begin(page) {
  for (const done of page.querySelectorAll('meta[name="draft-done"]')) clear(done.content);
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
}

if (member) {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) save(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-discard]");
    if (!button) return;
    clear(button.closest("form").dataset.draft);
    window.location.reload();
  });
  document.addEventListener("desk:page", (event) => begin(event.detail.page));
  begin(document);
}
