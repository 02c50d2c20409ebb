// What the desk knows of uploads: /api/v1/uploads/ with this page's session.

export class DeskError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  // Nothing that waiting could mend.
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 409, 423, 429].includes(this.status);
  }
}

const SIGNED_OUT = "You have been signed out. Sign in again in another tab, then it goes on.";

const ALIVE = ["receiving", "checking", "ready"];

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function ask(url, method, headers = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: { Accept: "application/json", "X-CSRFToken": token(), ...headers },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new DeskError(0, "unreachable", "The desk does not answer.");
  }
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return body;
  const message = answer.status === 401 ? SIGNED_OUT : body?.message;
  throw new DeskError(answer.status, body?.code ?? "error", message ?? "The desk could not do it.");
}

export class Desk {
  constructor(url) {
    this.url = url;
  }

  // The upload of this very file that was begun before, or a new one. One that is here already, and
  // no video yet, is not sent again: a folder is dropped anew after the browser was killed.
  async begin(file, path, fingerprint) {
    const query = new URLSearchParams({ mine: "1", fingerprint });
    const { results } = await ask(`${this.url}?${query}`, "GET");
    const found = results.find(({ state, used_at }) => ALIVE.includes(state) && !used_at);
    if (found) return found;
    const told = { filename: path, filetype: file.type, fingerprint };
    const pairs = Object.entries(told).filter(([, value]) => value);
    return ask(this.url, "POST", {
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(file.size),
      "Upload-Metadata": pairs.map(([name, value]) => `${name} ${base64(value)}`).join(","),
    });
  }

  async unfinished() {
    const { results } = await ask(`${this.url}?state=receiving&mine=1&page_size=100`, "GET");
    return results;
  }

  read(id) {
    return ask(`${this.url}${id}/`, "GET");
  }

  giveUp(id) {
    return ask(`${this.url}${id}/`, "DELETE", { "Tus-Resumable": "1.0.0" });
  }
}
