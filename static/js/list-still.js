// Rows of the list come by themselves. The one that somebody points at or works in, else the first
// that is seen, stays where it is; at the top of a list that nobody touches, what is new shows.
const TOP = 4;
let kept = null;

const rows = () => [...document.querySelectorAll("#dubbing-rows tbody tr")];
const topOf = (row) => row.getBoundingClientRect().top;

function anchor() {
  const pointed = [...document.querySelectorAll(":hover")].at(-1);
  const used = [pointed, document.activeElement].map((one) => one?.closest("#dubbing-rows tbody tr")).find(Boolean);
  if (used || scrollY < TOP) return used;
  return rows().find((row) => topOf(row) >= 0);
}

document.addEventListener("htmx:before:swap", () => {
  const row = anchor();
  kept = row ? { id: row.id, top: topOf(row) } : null;
});

document.addEventListener("htmx:after:swap", () => {
  const row = kept && document.getElementById(kept.id);
  if (row) scrollBy({ top: topOf(row) - kept.top, behavior: "instant" });
  kept = null;
});
