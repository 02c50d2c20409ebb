// Copies a text and says so for a moment.
const SAID_MS = 2000;

function textOf(button) {
  if (button.dataset.copy !== undefined) return button.dataset.copy;
  return document.getElementById(button.dataset.copyFrom)?.textContent.trim() ?? "";
}

function say(button, word) {
  const place = button.querySelector("[data-copy-word]");
  if (!place) return;
  button.dataset.copyLabel ??= place.textContent;
  place.textContent = word;
  button.toggleAttribute("data-said", true);
  setTimeout(() => {
    place.textContent = button.dataset.copyLabel;
    button.removeAttribute("data-said");
  }, SAID_MS);
}

function select(button) {
  const source = document.getElementById(button.dataset.copyFrom);
  if (source) window.getSelection().selectAllChildren(source);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(textOf(button));
    say(button, "Copied");
  } catch {
    // Without https a browser gives no clipboard: mark the text, the keys do the rest.
    select(button);
    say(button, "Marked: press Ctrl-C");
  }
});
