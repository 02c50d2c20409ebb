"""Small media made on the spot: videos with and without speech, sound, or picture.

Each kind is made once per process and copied from then on.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg

from sandbox.sample import make_talking_video as speak_video

TEXT = "Good morning. This is a talking video, and somebody is speaking in it."
Size = tuple[int, int]

_cache = Path(tempfile.mkdtemp(prefix="dubdesk-media-"))
atexit.register(shutil.rmtree, _cache, ignore_errors=True)


def make_talking_video(
    path: Path,
    *,
    seconds: float = 3.0,
    text: str = TEXT,
    size: Size = (160, 120),
    locale: str = "en-US",
) -> Path:
    """Speech from the first tenth of a second on, fitted into the length."""

    def make(target: Path) -> None:
        srt = make_srt((0.1, seconds - 0.1, text))
        speak_video(target, srt, seconds=seconds, size=size, locale=locale, frames_per_second=10)

    return _cached(path, ("talking", seconds, text, size, locale), make)


def make_silent_video(path: Path, *, seconds: float = 2.0, size: Size = (160, 120)) -> Path:
    """An audio track, and nothing to hear on it."""
    return _ffmpeg(path, "silent", _picture(seconds, size), ["-f", "lavfi", "-i", "anullsrc"])


def make_tone_video(path: Path, *, seconds: float = 3.0, size: Size = (160, 120)) -> Path:
    """Loud music of a kind, but no speech."""
    tune = "0.4*sin(2*PI*(220+110*floor(mod(t*3,4)))*t)+0.3*sin(2*PI*330*t)"
    sound = ["-f", "lavfi", "-i", f"aevalsrc='{tune}':s=44100"]
    return _ffmpeg(path, "tone", _picture(seconds, size), sound)


def make_video_without_audio(path: Path, *, seconds: float = 2.0, size: Size = (160, 120)) -> Path:
    return _ffmpeg(path, "mute", _picture(seconds, size), [])


def make_audio_only(path: Path, *, seconds: float = 3.0, text: str = TEXT) -> Path:
    """Speech in an MP4 without any picture; also good as a background track."""

    def make(target: Path) -> None:
        video = make_talking_video(target.with_suffix(".video.mp4"), seconds=seconds, text=text)
        run_ffmpeg("-i", str(video), "-vn", "-c:a", "copy", str(target))

    return _cached(path, ("audio", seconds, text), make)


def make_tone_audio(path: Path, *, seconds: float = 3.0, hertz: int = 880) -> Path:
    """A steady sine, easy to find again in a film."""

    def make(target: Path) -> None:
        source = f"aevalsrc=0.5*sin(2*PI*{hertz}*t):s=44100:d={seconds}"
        run_ffmpeg("-f", "lavfi", "-i", source, "-c:a", "aac", str(target))

    return _cached(path, ("sine", seconds, hertz), make)


def make_srt(*cues: tuple[float, float, str]) -> str:
    """SRT text of (start, end, text) with times in seconds."""
    blocks = [
        f"{number}\n{_clock(start)} --> {_clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    ]
    return "\n".join(blocks)


def run_ffmpeg(*arguments: str) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _picture(seconds: float, size: Size) -> list[str]:
    source = f"testsrc2=size={size[0]}x{size[1]}:rate=10"
    return ["-t", str(seconds), "-f", "lavfi", "-i", source]


def _ffmpeg(path: Path, kind: str, picture: list[str], sound: list[str]) -> Path:
    def make(target: Path) -> None:
        codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        run_ffmpeg(*picture, *sound, "-shortest", *codecs, "-t", picture[1], str(target))

    return _cached(path, (kind, *picture), make)


def _cached(path: Path, key: tuple[object, ...], make: Callable[[Path], None]) -> Path:
    kept = _cache / f"{abs(hash(key))}.mp4"
    if not kept.exists():
        make(kept)
    shutil.copyfile(kept, path)
    return path


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"
