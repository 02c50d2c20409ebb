// Files and folders that were dropped or chosen, as [{file, path}].
const MEDIA = {
  video: /\.(mp4|m4v|mov|qt|mkv|webm|avi|mpe?g|m2v|vob|ts|m2ts|mts|mxf|flv|wmv|asf|ogv|ogg|3gp|3g2|amv)$/i,
  audio: /\.(wav|bwf|w64|mp3|m4a|aac|flac|aiff?|ogg|oga|opus|wma|mka|mp2)$/i,
};
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/;

export function isMedia(file, accept) {
  if (accept === "any") return true;
  const isVideo = file.type.startsWith("video/") || MEDIA.video.test(file.name);
  const isAudio = file.type.startsWith("audio/") || MEDIA.audio.test(file.name);
  return accept === "audio" ? isVideo || isAudio : isVideo;
}

export function chosenFiles(list) {
  return [...list]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !HIDDEN.test(path));
}

// Browsers hand out a dropped folder's entries a hundred at a time, and only until the event is over.
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return chosenFiles(transfer.files);
  const found = await Promise.all(entries.map((entry) => walk(entry)));
  return found.flat().filter(({ path }) => !HIDDEN.test(path));
}

async function walk(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    return file ? [{ file, path }] : [];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(walk))).flat());
  }
}
