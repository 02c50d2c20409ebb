// “in 24 s”, counted on each second. The words are those of the `countdown` tag.
const MINUTE = 60;

function words(seconds) {
  if (seconds <= 0) return "now";
  return seconds < 2 * MINUTE ? `in ${seconds} s` : `in ${Math.floor(seconds / MINUTE)} min`;
}

function count() {
  for (const element of document.querySelectorAll("time[data-countdown]")) {
    const text = words(Math.round((new Date(element.dateTime) - Date.now()) / 1000));
    if (element.textContent !== text) element.textContent = text;
  }
}

count();
setInterval(() => document.hidden || count(), 1000);
document.addEventListener("htmx:after:swap", count);
