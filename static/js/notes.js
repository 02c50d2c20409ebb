// Notes beside a film: a note's time shows its moment, a new note and a request for a revision take
// the moment that the player shows. All of it on the dub's clock: the source has its own, which
// began earlier where the video was cut (data-clock: by how many seconds).
function player() {
  const film = document.querySelector("#dub-side video") ?? document.querySelector("#source-side video");
  return film && { film, offset: Number(film.closest("[data-clock]").dataset.clock) };
}

function words(seconds) {
  const tenths = Math.floor(Math.max(0, seconds) * 10);
  const clock = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, Math.floor(tenths / 10) % 60];
  if (!clock[0]) clock.shift();
  const text = clock.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
  return tenths % 10 ? `${text}.${tenths % 10}` : text;
}

/** The moment that the player shows, as typed; empty before anything was played. */
function moment() {
  const playing = player();
  if (!playing || !playing.film.currentTime) return "";
  return words(playing.film.currentTime - playing.offset);
}

function show(seconds) {
  const playing = player();
  if (!playing) return;
  const { film, offset } = playing;
  film.currentTime = seconds + offset;
  // Set before the film's facts have come, it would be lost.
  if (film.readyState === HTMLMediaElement.HAVE_NOTHING) {
    film.addEventListener("loadedmetadata", () => (film.currentTime = seconds + offset), { once: true });
    film.load();
  }
  film.scrollIntoView({ block: "nearest" });
}

function take(details) {
  const at = details.querySelector("[data-note-at]");
  if (at) at.value = moment();
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-seek]");
  if (mark) show(Number(mark.dataset.seek));
  const now = event.target.closest("[data-note-now]");
  if (now) take(now.closest("details"));
});

// Before dialogs.js follows the link.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[data-ask]");
    if (!link) return;
    player()?.film.pause();
    const url = new URL(link.href, location.href);
    url.searchParams.set("at", moment());
    link.href = url.pathname + url.search;
  },
  true,
);

// The event of a details element does not bubble.
document.addEventListener(
  "toggle",
  (event) => {
    const details = event.target;
    if (!details.matches?.("[data-note-new]") || !details.open) return;
    player()?.film.pause();
    take(details);
    details.querySelector("[data-note-now]").hidden = !player();
    details.querySelector("textarea").focus();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-note-form]");
  if (!form) return;
  if (event.key === "Escape") {
    const details = form.closest("details");
    details.open = false;
    details.querySelector("summary").focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit();
  }
});

// What was written stands in the list now.
document.addEventListener("htmx:after:request", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-note-form]") || event.detail.ctx.response?.status !== 200) return;
  form.reset();
  form.closest("details").open = false;
});

// A link to one note shows its moment as well.
const linked = location.hash.startsWith("#note-") && document.getElementById(location.hash.slice(1));
const seek = linked && linked.querySelector("[data-seek]");
if (seek) show(Number(seek.dataset.seek));
