from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dubbing.media import NotMediaError, make_poster
from tests.dubbing.media.files import H264, make_tone, make_video
from tests.media import run_ffmpeg

Colour = tuple[int, int, int]


def pixel(poster: Path, *, across: float, down: float) -> Colour:
    """Red, green and blue at shares of the width and height."""
    spot = f"format=rgb24,crop=1:1:iw*{across}:ih*{down}"
    red, green, blue = run_ffmpeg(
        "-i", str(poster), "-vf", spot, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"
    )
    return red, green, blue


def size_of(poster: Path) -> tuple[int, int]:
    """As the JPEG's frame header says."""
    data = poster.read_bytes()
    header = data.index(b"\xff\xc0") + 5
    height, width = data[header : header + 2], data[header + 2 : header + 4]
    return int.from_bytes(width, "big"), int.from_bytes(height, "big")


def colours(path: Path, *names: str) -> Path:
    """A second of each colour."""
    inputs = [f"-f lavfi -i color={name}:s=160x120:r=10:d=1".split() for name in names]
    options = (option for source in inputs for option in source)
    run_ffmpeg(*options, "-filter_complex", f"concat=n={len(names)}", *H264, "-g", "5", str(path))
    return path


def test_poster_is_a_small_jpeg(tmp_path: Path) -> None:
    poster = tmp_path / "a.jpg"
    make_poster(make_video(tmp_path / "a.mp4", size="1280x720", seconds=1), poster, at=None)
    assert poster.read_bytes().startswith(b"\xff\xd8\xff")
    assert size_of(poster) == (640, 360)
    assert poster.stat().st_size < 200_000


def test_small_video_keeps_its_size(tmp_path: Path) -> None:
    poster = tmp_path / "a.jpg"
    make_poster(make_video(tmp_path / "a.mp4"), poster, at=None)
    assert size_of(poster) == (160, 120)


def test_black_beginning_is_passed_over(tmp_path: Path) -> None:
    poster = tmp_path / "a.jpg"
    make_poster(colours(tmp_path / "a.mp4", "black", "black", "lime"), poster, at=None)
    red, green, blue = pixel(poster, across=0.5, down=0.5)
    assert green > 200 > 50 > max(red, blue)


def test_wholly_black_video_has_a_black_poster(tmp_path: Path) -> None:
    poster = tmp_path / "a.jpg"
    make_poster(colours(tmp_path / "a.mp4", "black"), poster, at=None)
    assert max(pixel(poster, across=0.5, down=0.5)) < 20


@pytest.mark.parametrize(("at", "channel"), [("0", 0), ("1.5", 1), ("2.3", 2), ("99", 2)])
def test_moment_asked_for_is_shown(tmp_path: Path, at: str, channel: int) -> None:
    poster = tmp_path / "a.jpg"
    make_poster(colours(tmp_path / "a.mkv", "red", "lime", "blue"), poster, at=Decimal(at))
    colour = pixel(poster, across=0.5, down=0.5)
    assert colour[channel] == max(colour) > 200


@pytest.mark.parametrize(
    ("turned", "corner"),
    [("90", (0.1, 0.9)), ("180", (0.9, 0.9)), ("270", (0.9, 0.1)), ("0", (0.1, 0.1))],
)
def test_turned_video_is_shown_upright(
    tmp_path: Path, turned: str, corner: tuple[float, float]
) -> None:
    """The one white corner is where players show it."""
    box = "drawbox=w=40:h=30:c=white:t=fill"
    plain = make_video(tmp_path / "plain.mp4", "-vf", box, source="color", seconds=1)
    video, poster = tmp_path / "turned.mp4", tmp_path / "a.jpg"
    run_ffmpeg("-display_rotation", turned, "-i", str(plain), "-c", "copy", str(video))
    make_poster(video, poster, at=None)
    across, down = corner
    assert min(pixel(poster, across=across, down=down)) > 200
    assert min(pixel(poster, across=1 - across, down=1 - down)) < 50


def test_refusal_leaves_nothing_behind(tmp_path: Path) -> None:
    sound = make_tone(tmp_path / "a.mp4")
    with pytest.raises(NotMediaError) as refusal:
        make_poster(sound, tmp_path / "a.jpg", at=None)
    assert refusal.value.code == "no_video_stream"
    assert list(tmp_path.iterdir()) == [sound]


def test_poster_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    video = make_video(tmp_path / "a.mp4", seconds=1)
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(OSError):
        make_poster(video, tmp_path / "a.jpg", at=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a.mp4"]
