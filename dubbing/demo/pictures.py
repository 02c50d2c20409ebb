"""Posters without a video: a sky, a horizon and a sun, one per palette."""

from __future__ import annotations

from pathlib import Path

from av.video.frame import VideoFrame

from dubbing.media.pictures import as_jpeg

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 320, 180
# Top of the sky, its foot, the ground, the sun.
PALETTES: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((32, 48, 79), (242, 166, 97), (23, 50, 74), (247, 217, 160)),
    ((18, 60, 70), (140, 196, 176), (14, 38, 46), (236, 244, 214)),
    ((84, 40, 72), (224, 122, 95), (48, 24, 46), (252, 214, 150)),
    ((40, 62, 40), (196, 206, 142), (28, 40, 26), (250, 240, 190)),
    ((60, 56, 92), (168, 162, 206), (36, 34, 60), (244, 234, 250)),
    ((110, 52, 36), (238, 190, 140), (64, 34, 26), (255, 236, 200)),
    ((20, 28, 40), (92, 112, 138), (12, 16, 26), (222, 230, 240)),
    ((24, 74, 104), (176, 216, 230), (30, 88, 92), (255, 246, 214)),
    ((92, 70, 30), (232, 200, 116), (58, 46, 24), (255, 250, 226)),
    ((70, 22, 30), (206, 92, 84), (38, 14, 22), (250, 196, 170)),
    ((52, 76, 84), (204, 212, 206), (74, 88, 84), (250, 250, 246)),
    ((30, 36, 66), (122, 150, 214), (22, 26, 48), (240, 226, 190)),
)


def draw_posters(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, palette in enumerate(PALETTES):
        path = folder / f"poster-{number:02}.jpg"
        path.write_bytes(_jpeg(_picture(number, *palette)))
        made.append(path)
    return made


def _picture(number: int, top: Colour, foot: Colour, ground: Colour, sun: Colour) -> bytes:
    """RGB, row by row."""
    horizon = HEIGHT * (58 + number % 4 * 6) // 100
    centre, radius = (WIDTH * (25 + number * 17 % 50) // 100, horizon - HEIGHT // 9), HEIGHT // 7
    rows = []
    for y in range(HEIGHT):
        colour = ground if y >= horizon else _mixed(top, foot, y / horizon)
        row = bytearray(bytes(colour) * WIDTH)
        half = radius**2 - (y - centre[1]) ** 2
        if half > 0 and y < horizon:
            left, right = centre[0] - int(half**0.5), centre[0] + int(half**0.5)
            row[3 * left : 3 * right] = bytes(sun) * (right - left)
        rows.append(bytes(row))
    return b"".join(rows)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _jpeg(picture: bytes) -> bytes:
    frame = VideoFrame(WIDTH, HEIGHT, "rgb24")
    plane = frame.planes[0]
    step = plane.line_size
    rows = [picture[start : start + 3 * WIDTH] for start in range(0, len(picture), 3 * WIDTH)]
    plane.update(b"".join(row.ljust(step, b"\0") for row in rows))
    return as_jpeg(frame.reformat(format="yuvj420p"))
