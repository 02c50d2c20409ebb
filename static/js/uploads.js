// Resumable uploads: several at once, paused and resumed, after a lost connection, a closed laptop, a
// killed browser or a killed server. What the desk has said it holds is never sent again.
//
// CONTRACT (for pages that take files)
//   Put in a page  {% include "components/uploads.html" with accept="video" %}  and load this module and
//   "vendor/tus/tus.min.js" (deferred) by {% include "components/uploads_scripts.html" %} in block head.
//   It renders  <div data-uploads data-url="/api/v1/uploads/" data-accept="video|audio|any" [data-one]>
//   with a place to drop files or folders, a button to choose them, the list of files, progress, speed
//   and time left per file and in all, pause/resume and giving up. `data-one`: one file only; a new one
//   takes the place of the old. `data-quiet`: does not offer unfinished uploads of earlier visits.
//   The element fires, bubbling (all details hold `name`, and `path`: the folder it lay in + name):
//     dubdesk:upload-started   {id, name, path, size, file}   the desk knows it; bytes are on their way
//     dubdesk:upload-ready     {id, name, path, size}         whole, checked, usable by its id
//     dubdesk:upload-refused   {id, name, path, code, message} id is null where the desk took none
//     dubdesk:upload-gone      {id, name, path}               given up by the person
//     dubdesk:other-files      {files: [{file, path}]}        dropped beside the media (.srt, .csv …).
//                              A listener that takes them calls preventDefault(); else they are named
//                              as left out.
//   and takes files given by a page:
//     element.dispatchEvent(new CustomEvent("dubdesk:add-files", {detail: {files: [File or {file, path}]}}))
//   Hidden inputs inside it with data-uploads-id get the ids of what is ready (one input per `data-one`).
// REST: GET/POST /api/v1/uploads/, GET/DELETE /api/v1/uploads/<id>/ (session with X-CSRFToken, or API key).
