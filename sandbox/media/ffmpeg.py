"""Calls the ffmpeg program; it inherits the limits of the media subprocess it runs in."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import imageio_ffmpeg

from sandbox.media.formats import MEDIA_FORMATS
from sandbox.media.worker import die_with_parent


class FfmpegError(Exception):
    """The program refused; the text is its own last words."""


def media_input(path: str, *, start: float = 0.0, seconds: float | None = None) -> list[str]:
    """An untrusted file as an input, from `start` for `seconds`."""
    options = ["-protocol_whitelist", "file", "-format_whitelist", MEDIA_FORMATS]
    options += ["-ss", f"{start:.3f}"] if start else []
    options += ["-t", f"{seconds:.3f}"] if seconds is not None else []
    return [*options, "-i", f"file:{path}"]


def run_ffmpeg(arguments: Sequence[str], sound: bytes = b"") -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-v", "error", "-y"]
    if sound:
        command.remove("-nostdin")
    # The worker has one thread, so a function between fork and exec is safe.
    done = subprocess.run(
        [*command, *arguments],
        input=sound,
        capture_output=True,
        check=False,
        preexec_fn=die_with_parent,
    )
    if done.returncode != 0:
        raise FfmpegError(done.stderr.decode(errors="replace")[-1000:])
    return done.stdout
