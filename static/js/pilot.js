// “Pilot first…” knows where the page's player stands, and the dialog offers it as the start.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[data-pilot]");
    const film = document.querySelector("[data-trim] video");
    if (!link || !film) return;
    const address = new URL(link.href);
    address.searchParams.set("at", film.currentTime.toFixed(3));
    link.href = address.href;
  },
  // Before js/dialogs.js opens the link.
  { capture: true },
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pilot-start]");
  const field = button?.closest("form").elements.namedItem("start");
  if (!field) return;
  field.value = button.dataset.pilotStart;
  field.focus();
});
