"""Small media files, whole and broken, made on the spot."""

from __future__ import annotations

from pathlib import Path

from tests.media import run_ffmpeg

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def make_video(
    path: Path,
    *options: str,
    seconds: float = 3,
    size: str = "160x120",
    source: str = "testsrc2",
    codec: tuple[str, ...] = H264,
) -> Path:
    """Picture and a tone; what the container is, the name's ending decides."""
    picture = ("-f", "lavfi", "-i", f"{source}=s={size}:r=10:d={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=d={seconds}:r=44100")
    run_ffmpeg(*picture, *tone, *codec, "-g", "10", *options, str(path))
    return path


def make_tone(path: Path, *options: str, seconds: float = 3) -> Path:
    run_ffmpeg("-f", "lavfi", "-i", f"sine=d={seconds}:r=44100", *options, str(path))
    return path


def cut(path: Path, share: float) -> Path:
    """What a broken copy leaves: the first part of the bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def blank_out(path: Path, share: float) -> Path:
    """What a download leaves that reserved its space and never came to the end."""
    data = path.read_bytes()
    kept = int(len(data) * share)
    path.write_bytes(data[:kept] + bytes(len(data) - kept))
    return path


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
