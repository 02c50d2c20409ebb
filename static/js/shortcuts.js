// Single keys: an element with data-key="n" is clicked, a field is focused. “?” lists them.
// They can be switched off, because voice control and slips of the hand press single keys too.
const KEY = "single-keys";

function isOn() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function toggleList() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  dialog.querySelector("[data-keys-on]").checked = isOn();
  dialog.showModal();
}

function press(key) {
  // A page's own key counts more than the rail's.
  const own = `[data-key="${CSS.escape(key)}"]`;
  const element = document.querySelector(`.main ${own}`) ?? document.querySelector(own);
  if (!element) return false;
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key.length !== 1 || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    toggleList();
    return;
  }
  if (isOn() && press(event.key)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-on]")) return;
  try {
    localStorage.setItem(KEY, event.target.checked ? "on" : "off");
  } catch {
    // Nothing can be kept on this device; the keys stay as they are.
  }
});
