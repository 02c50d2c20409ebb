// Keeps “5 min ago” true and says the exact time in the reader's own zone.
// The words are those of the `ago` filter in accounts/templatetags/desk.py.
const MINUTE = 60;
const DAY = 86_400;
const UNITS = [
  [DAY, "day"],
  [3600, "h"],
  [MINUTE, "min"],
];
const RELATIVE_DAYS = 30;
const REFRESH_MS = 20_000;

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const dateOnly = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

function ago(at, now) {
  const seconds = (now - at) / 1000;
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return seconds >= 0 ? "just now" : "in a moment";
  const [unit, word] = UNITS.find(([size]) => distance >= size);
  const amount = seconds >= 0 ? Math.floor(distance / unit) : Math.round(distance / unit);
  if (unit === DAY && amount > RELATIVE_DAYS) return dateOnly.format(at);
  const words = `${amount} ${word === "day" && amount !== 1 ? "days" : word}`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

function refresh() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const at = new Date(element.dateTime);
    const text = ago(at, now);
    if (element.textContent !== text) element.textContent = text;
    if (!element.dataset.exact) {
      element.title = exact.format(at);
      element.dataset.exact = "1";
    }
  }
}

refresh();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("htmx:after:swap", refresh);
document.addEventListener("desk:page", refresh);
