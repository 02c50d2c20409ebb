// A form that came back with faults: the first of them gets the focus, so that nobody has to look
// for it, and a screen reader reads its words.
const MARKED = '[aria-invalid="true"], .field-error, .form-errors';
const CONTROLS = "input:not([type=hidden]), select, textarea, button, summary";

function controlOf(marked) {
  if (marked.matches(CONTROLS)) return marked;
  if (marked.matches(".form-errors")) return null;
  const controls = (marked.closest(".field") ?? marked).querySelectorAll(CONTROLS);
  return [...controls].find((control) => control.checkVisibility());
}

function focusFirstFault() {
  const marked = [...document.querySelectorAll(MARKED)].filter((found) => found.checkVisibility());
  // A form's summary comes first on the page; a field that can be mended is worth more.
  const control = marked.map(controlOf).find((found) => found);
  if (control) {
    control.focus();
  } else if (marked.length) {
    marked[0].tabIndex = -1;
    marked[0].focus();
  }
}

// Not before other modules have shown and hidden what they do.
document.addEventListener("DOMContentLoaded", focusFirstFault);
