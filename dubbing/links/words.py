"""What people are told of answers that are no video."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from dubbing.links.faults import LinkError

UPLOAD = "Download the original and upload the file."
# Host (and all below it) → its name for people. Whatever they answer is a page with a player.
PLAYERS = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "tiktok.com": "TikTok",
    "instagram.com": "Instagram",
    "facebook.com": "Facebook",
    "dailymotion.com": "Dailymotion",
    "loom.com": "Loom",
    "wetransfer.com": "WeTransfer",
    "we.tl": "WeTransfer",
    "frame.io": "Frame.io",
}
DRIVE_FILE = re.compile(r"/file/d/([\w-]+)")
HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)", re.I | re.S)
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")


def check_is_no_page(address: str) -> None:
    """Raises LinkError for addresses of which everybody knows that they show a page."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    for known, name in PLAYERS.items():
        if (host == known or host.endswith(f".{known}")) and host != "player.vimeo.com":
            raise _page(f"{name} shows a page with a player there, not the file. {UPLOAD}")
    if host in ("drive.google.com", "docs.google.com"):
        _check_drive(parts.path)
    if host in ("dropbox.com", "www.dropbox.com") and "1" not in parse_qs(parts.query).get(
        "dl", []
    ):
        raise _page(
            "Dropbox shows a page there. Put dl=1 in place of dl=0 at the link’s end, or upload "
            "the file."
        )
    is_share = host.endswith(".sharepoint.com") or host in ("1drv.ms", "onedrive.live.com")
    if is_share and "download=1" not in parts.query:
        raise _page(
            "OneDrive shows a page there. Put download=1 at the link’s end, or upload the file."
        )


def _check_drive(path: str) -> None:
    if path.startswith("/drive/folders"):
        raise _page("This is a folder of Google Drive. Give the link of one file, or upload it.")
    if found := DRIVE_FILE.search(path):
        raise _page(
            "Google Drive shows a page there. Share the file with everybody who has the link and "
            f"give https://drive.google.com/uc?export=download&id={found[1]}, or upload the file: "
            "large ones Drive hands out only after a question."
        )


def _page(message: str) -> LinkError:
    return LinkError(message, "link_page")


def check_status(status: int) -> None:
    """Raises LinkError for all that is no success."""
    if status in (200, 206):
        return
    if status in (404, 410):
        raise LinkError(
            "There is nothing at this address (any more). Check it, or ask for a new link.",
            "link_gone",
        )
    if status == 401:
        raise LinkError(
            "The link asks for a password. Give one that works without, or upload the file.",
            "link_login",
        )
    if status == 403:
        raise LinkError(
            "The server refuses the link: it has lapsed, or needs a login. Make a new one that "
            "is valid for some days.",
            "link_forbidden",
        )
    if status == 416:
        raise LinkError("The file behind the link is empty.", "file_empty")
    if status in (408, 425, 429) or status >= 500:
        raise LinkError(
            f"The server is in trouble just now (it says {status}). Check again in a while.",
            "link_trouble",
            is_passing=True,
        )
    raise LinkError(
        f"The server answers {status}, which is no file. Try the link in a browser.", "link_status"
    )


def check_is_media(head: bytes, content_type: str, wanted: str) -> None:
    """Raises LinkError for what is certainly something else, by its first bytes.

    `wanted` is what was expected, such as “a video”.
    """
    if not head:
        raise LinkError("The file behind the link is empty.", "file_empty")
    if HTML.match(head[:4096]):
        raise LinkError(
            "The link leads to a web page, often a login, not to the file. Open it in a private "
            "browser window: it must begin to download or play at once.",
            "link_html",
        )
    start = head.lstrip()[:64]
    if start.startswith(b"#EXTM3U") or b"<MPD" in head[:1024]:
        raise LinkError(
            "The link leads to a playlist of a stream, not to a file. Give the file itself.",
            "link_playlist",
        )
    if head.startswith(PICTURES):
        raise LinkError(f"The link leads to a picture, not to {wanted}.", "not_a_video")
    if head.startswith(ARCHIVES):
        raise LinkError(
            f"The link leads to a packed archive, not to {wanted}. Unpack it first.", "not_a_video"
        )
    if start.startswith((b"%PDF", b"{", b"<?xml")) or content_type == "application/json":
        raise LinkError(f"The link leads to a document, not to {wanted}.", "not_a_video")
