// A form with data-once is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
});

// Coming back through the browser's history shows the page as it was left: ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once][aria-busy]")) {
    form.removeAttribute("aria-busy");
  }
});
