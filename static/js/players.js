// Says plainly when a film does not open; a browser alone shows a player that spins for ever.
const PATIENCE_MS = 20_000;
const waiting = new WeakMap();

function tell(video, broken) {
  const words = video.parentElement?.querySelector(".film-fault");
  if (words) words.hidden = !broken;
}

function stopWaiting(video) {
  clearTimeout(waiting.get(video));
  waiting.delete(video);
}

function startWaiting(video) {
  stopWaiting(video);
  waiting.set(
    video,
    setTimeout(() => tell(video, video.readyState === HTMLMediaElement.HAVE_NOTHING), PATIENCE_MS),
  );
}

// Events of media do not bubble: they are caught on their way down.
function onFilm(name, react) {
  document.addEventListener(
    name,
    (event) => {
      if (event.target.matches?.(".film video")) react(event.target);
    },
    true,
  );
}

onFilm("loadstart", (video) => {
  tell(video, false);
  if (video.preload !== "none" || !video.paused) startWaiting(video);
});
onFilm("loadedmetadata", (video) => {
  stopWaiting(video);
  tell(video, false);
});
onFilm("error", (video) => {
  stopWaiting(video);
  tell(video, true);
});

// What failed or began before this module was there.
for (const video of document.querySelectorAll(".film video")) {
  if (video.error) tell(video, true);
  else if (video.networkState === HTMLMediaElement.NETWORK_LOADING) startWaiting(video);
}
