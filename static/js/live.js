// Live parts of a page: they fetch themselves while something moves (htmx does that, by the
// attributes on the part). Here: not behind a hidden tab, once more when somebody comes back,
// never a login or an error page in their place, and a short glow on what has changed.

const parts = () => document.querySelectorAll("[data-live]");

function states(part) {
  const cells = part.querySelectorAll("[data-state]");
  return new Map([...cells].map((cell) => [cell.id, cell.dataset.state]));
}

const before = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  if (event.target.matches?.("[data-live]") && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:before:response", (event) => {
  const part = event.target;
  if (!part.matches?.("[data-live]")) return;
  const { response } = event.detail.ctx;
  if (response.raw.redirected) {
    // The session ended: the page itself leads to the login and back.
    event.preventDefault();
    location.reload();
  } else if (response.status >= 400) {
    event.preventDefault();
  } else {
    before.set(part, states(part));
  }
});

document.addEventListener("htmx:after:settle", () => {
  for (const part of parts()) {
    const old = before.get(part);
    if (!old) continue;
    before.delete(part);
    for (const cell of part.querySelectorAll("[data-state]")) {
      if (!old.has(cell.id) || old.get(cell.id) === cell.dataset.state) continue;
      cell.classList.add("changed");
      cell.addEventListener("animationend", () => cell.classList.remove("changed"), { once: true });
    }
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of parts()) {
    const headers = { "If-None-Match": `"${part.dataset.live}"` };
    const url = new URL(part.dataset.liveUrl, location.href);
    url.searchParams.set("back", "1"); // from the studio, perhaps: the desk looks sooner
    htmx.ajax("GET", url.pathname + url.search, {
      source: part,
      target: part,
      swap: "outerMorph",
      headers,
    });
  }
});
