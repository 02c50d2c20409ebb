// How long something is to dub: minutes to a tenth, seconds below one. The desk says it so too.
const NUMBERS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function lengthWords(seconds) {
  if (seconds > 0 && Math.round(seconds) < 60) return `${Math.max(1, Math.round(seconds))} s`;
  return `${NUMBERS.format(seconds / 60)} min`;
}
