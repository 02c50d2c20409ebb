"""The studio's HTML. Every value goes through `escape` on its way in."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from sandbox.records import Asset, Version
from sandbox.srt import BadSrtError, Cue, parse_srt
from sandbox.states import VersionStatus

_NEXT = {
    VersionStatus.NOT_READY: "The dub is being prepared. This page looks again by itself.",
    VersionStatus.READY_TO_EDIT: "Ready. Look over the cues, then make the film.",
    VersionStatus.GENERATING: "The film is being made. This page looks again by itself.",
    VersionStatus.COMPLETED: "The film is finished. Opening it again deletes the film.",
    VersionStatus.FAILED: "This version has failed. It can be opened again.",
}
_BUTTONS = {
    VersionStatus.READY_TO_EDIT: ("generate", "Make the film", "main"),
    VersionStatus.COMPLETED: ("revise", "Open again and delete the film", "plain"),
    VersionStatus.FAILED: ("revise", "Open again", "plain"),
}


def version_page(
    asset: Asset, version: Version, status_word: str, film_url: str | None, token: str | None
) -> str:
    title = f"{asset.name or asset.id} in {version.locale}"
    failure = version.failure
    return _page(
        title,
        f"""
        <header>
          <h1>{escape(title)}</h1>
          <p class="status {version.status.value}">{escape(status_word)}</p>
        </header>
        <p class="next">{_NEXT[version.status]}</p>
        {f'<p class="failure">{escape(failure.message)}</p>' if failure else ""}
        {_player(film_url)}
        {_button(version, token)}
        <section class="facts"><h2>Facts</h2>{_facts(asset, version)}</section>
        <section class="cues"><h2>Cues</h2>{_cues(version)}</section>
        """,
    )


def sign_in_page(version_id: str, *, is_wrong: bool) -> str:
    wrong = '<p class="failure">That key is not known here.</p>' if is_wrong else ""
    return _page(
        "Sign in",
        f"""
        <header><h1>Sign in to the studio</h1></header>
        <p class="next">This link is not signed, so the studio asks who you are. In the sandbox
        the API key is the password.</p>
        {wrong}
        <form method="post" action="/studio/sign-in" class="sign-in">
          <input type="hidden" name="version" value="{escape(version_id)}">
          <label>API key
            <input type="password" name="key" required autocomplete="current-password">
          </label>
          <button class="main">Sign in</button>
        </form>
        """,
    )


def expired_page(version_id: str) -> str:
    address = f"/studio/sign-in?version={quote(version_id)}"
    return _page(
        "Link expired",
        f"""
        <header><h1>This link is no longer valid</h1></header>
        <p class="next">Signed links work for a limited time. Ask for a new one where you found
        this, or <a href="{escape(address)}">sign in</a>.</p>
        """,
    )


def _page(title: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{escape(title)} · Sandbox studio</title>
  <link rel="stylesheet" href="/studio/studio.css">
</head>
<body>
  <nav>Sandbox studio <span>stands in for the real editor</span></nav>
  <main>{content}</main>
</body>
</html>
"""


def _player(film_url: str | None) -> str:
    if film_url is None:
        return ""
    address = escape("/" + film_url.split("/", 3)[3])
    return f'<video controls preload="metadata" src="{address}"></video>'


def _button(version: Version, token: str | None) -> str:
    if version.status not in _BUTTONS:
        return ""
    verb, label, look = _BUTTONS[version.status]
    hidden = f'<input type="hidden" name="token" value="{escape(token)}">' if token else ""
    return f"""
        <form method="post" action="/studio/versions/{escape(version.id)}/{verb}">
          {hidden}<button class="{look}">{label}</button>
        </form>"""


def _facts(asset: Asset, version: Version) -> str:
    size = f"{asset.width} × {asset.height}" if asset.width else "not yet known"
    facts = {
        "Source language": asset.locale,
        "Target language": version.locale,
        "Length": _length(asset.duration),
        "Trim": f"{_clock(asset.from_seconds)} to {_clock(asset.end or asset.duration)}",
        "Picture": size,
        "Speakers": asset.speakers or "not said",
        "Lips model": version.lips_model or "default",
        "Asset": asset.id,
        "Version": version.id,
    }
    rows = "".join(f"<dt>{name}</dt><dd>{escape(str(v))}</dd>" for name, v in facts.items())
    return f"<dl>{rows}</dl>"


def _cues(version: Version) -> str:
    if version.srt is None:
        return "<p>No SRT was given for this language, so the film will keep its own sound.</p>"
    if version.srt.startswith(("http://", "https://")):
        return "<p>The SRT was given as a link and is read when the film is made.</p>"
    try:
        cues = parse_srt(version.srt)
    except BadSrtError as error:
        return f'<p class="failure">{escape(str(error))}</p>'
    return f"<ol>{''.join(_cue(cue) for cue in cues[:2000])}</ol>"


def _cue(cue: Cue) -> str:
    times = f"{_clock(cue.start)} – {_clock(cue.end)}"
    return f"<li><time>{times}</time><span>{escape(cue.text)}</span></li>"


def _length(seconds: float | None) -> str:
    return "not yet known" if seconds is None else _clock(seconds)


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "the end"
    minutes, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:04.1f}"
