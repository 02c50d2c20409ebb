// Draws a waveform, as loud as it is heard, in the colours of the page.

const MOST_PIXELS = 16_000;

export function draw(canvas, wave, length) {
  const box = canvas.getBoundingClientRect();
  const scale = Math.min(window.devicePixelRatio || 1, MOST_PIXELS / Math.max(box.width, 1));
  canvas.width = Math.max(1, Math.round(box.width * scale));
  canvas.height = Math.max(1, Math.round(box.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  const middle = canvas.height / 2;
  const perPixel = (length * wave.peaks_per_second) / canvas.width;
  for (let x = 0; x < canvas.width; x += 1) {
    const from = Math.floor(x * perPixel);
    const until = Math.max(from + 1, Math.floor((x + 1) * perPixel));
    let peak = 0;
    for (let at = from; at < until && at < wave.peaks.length; at += 1) peak = Math.max(peak, wave.peaks[at]);
    const half = Math.max(scale / 2, (peak / 100) * middle);
    pen.fillRect(x, middle - half, 1, half * 2);
  }
}
