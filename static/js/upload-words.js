// Sizes, speeds and times of uploads in words.
const UNITS = ["B", "kB", "MB", "GB", "TB"];
const WINDOW_MS = 5000;

// The same rule as `config/sizes.py`: in thousands, as browsers and drives count.
export function sizeWords(bytes) {
  let power = 0;
  while (power < UNITS.length - 1 && Math.round(bytes / 1000 ** power) >= 1000) power += 1;
  const unit = 1000 ** power;
  const tenths = Math.round((bytes * 10) / unit);
  return `${tenths >= 1000 || power === 0 ? Math.round(bytes / unit) : (tenths / 10).toFixed(1)} ${UNITS[power]}`;
}

export function timeWords(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

// "3.1 GB of 8.0 GB · 42 MB/s · 2 min left", as far as each is known.
export function progressWords(loaded, total, speed) {
  const words = [`${sizeWords(loaded)} of ${sizeWords(total)}`];
  if (speed > 0) words.push(`${sizeWords(speed)}/s`, timeWords((total - loaded) / speed));
  return words.filter(Boolean).join(" · ");
}

// Bytes a second over the last few seconds.
export class Speed {
  constructor() {
    this.samples = [];
  }

  // What came before a break says nothing of the speed after it.
  reset() {
    this.samples = [];
  }

  add(loaded) {
    const now = performance.now();
    this.samples.push({ now, loaded });
    this.samples = this.samples.filter((sample) => now - sample.now <= WINDOW_MS);
  }

  get value() {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || last.now <= first.now) return 0;
    return Math.max(0, ((last.loaded - first.loaded) * 1000) / (last.now - first.now));
  }
}
