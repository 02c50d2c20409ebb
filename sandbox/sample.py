"""`python -m sandbox.sample DIR`: a talking video of a minute with subtitles, to try dubbing on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.media.runner import MediaRunner
from sandbox.media.worker import Limits

_LIMITS = Limits(cpu_seconds=600, memory_bytes=2 << 30, file_bytes=4 << 30, wall_seconds=600)

_LINES = (
    (
        "Welcome to the harbour. The first boats leave before the sun is up.",
        "Bienvenidos al puerto. Los primeros barcos salen antes del amanecer.",
        "Willkommen im Hafen. Die ersten Boote fahren vor Sonnenaufgang hinaus.",
    ),
    (
        "Anna has worked here for twenty years. She knows every captain by name.",
        "Ana trabaja aquí desde hace veinte años. Conoce a cada capitán por su nombre.",
        "Anna arbeitet seit zwanzig Jahren hier. Sie kennt jeden Kapitän beim Namen.",
    ),
    (
        "In winter the wind comes from the north, and the nets freeze on the deck.",
        "En invierno el viento viene del norte y las redes se hielan en cubierta.",
        "Im Winter kommt der Wind aus Norden, und die Netze frieren an Deck fest.",
    ),
    (
        "A good day brings two hundred boxes of fish. A bad day brings none.",
        "Un buen día trae doscientas cajas de pescado. Un mal día no trae ninguna.",
        "Ein guter Tag bringt zweihundert Kisten Fisch. Ein schlechter bringt keine.",
    ),
    (
        "The market opens at six. By eight o'clock everything is sold.",
        "El mercado abre a las seis. A las ocho ya está todo vendido.",
        "Der Markt öffnet um sechs. Um acht Uhr ist alles verkauft.",
    ),
    (
        "Then the harbour is quiet, and only the gulls are still at work.",
        "Entonces el puerto queda en silencio y solo las gaviotas siguen trabajando.",
        "Dann ist der Hafen still, und nur die Möwen arbeiten noch.",
    ),
    (
        "Children come after school and learn how to mend a net.",
        "Los niños vienen después de la escuela y aprenden a remendar una red.",
        "Nach der Schule kommen Kinder und lernen, ein Netz zu flicken.",
    ),
    (
        "In the evening the boats return, and the light goes round and round.",
        "Por la tarde regresan los barcos, y la luz del faro gira y gira.",
        "Am Abend kehren die Boote zurück, und das Licht des Leuchtturms dreht sich.",
    ),
    (
        "That is a day at the harbour. Tomorrow it begins again.",
        "Así es un día en el puerto. Mañana empieza de nuevo.",
        "Das ist ein Tag im Hafen. Morgen beginnt er von vorn.",
    ),
)
_LOCALES = ("en-US", "es-ES", "de-DE")
_STEP_SECONDS = 6.5
_CUE_SECONDS = 5.8
SAMPLE_SECONDS = 60.0
SHORT_SECONDS, SHORT_SIZE = 14.0, (640, 360)


def sample_srt(locale: str) -> str:
    column = _LOCALES.index(locale)
    blocks = []
    for number, line in enumerate(_LINES):
        start = 0.8 + number * _STEP_SECONDS
        times = f"{_clock(start)} --> {_clock(start + _CUE_SECONDS)}"
        blocks.append(f"{number + 1}\n{times}\n{line[column]}\n")
    return "\n".join(blocks)


def make_talking_video(
    target: Path,
    srt: str,
    *,
    seconds: float,
    size: tuple[int, int] = (1280, 720),
    locale: str = "en-US",
    frames_per_second: int = 25,
) -> None:
    """A moving picture in which the cues of `srt` are spoken."""
    request = {
        "target": str(target.absolute()),
        "seconds": seconds,
        "width": size[0],
        "height": size[1],
        "frames_per_second": frames_per_second,
        "locale": locale,
        "srt": srt,
    }
    MediaRunner().run("talking_video", request, _LIMITS)


def make_sample(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    video = folder / "harbour.mp4"
    make_talking_video(video, sample_srt("en-US"), seconds=SAMPLE_SECONDS)
    made = [video]
    for locale in ("es-ES", "de-DE"):
        path = folder / f"harbour.{locale}.srt"
        path.write_text(sample_srt(locale), encoding="utf-8")
        made.append(path)
    return made


def make_short_samples(folder: Path) -> list[Path]:
    """One small piece in each of the languages, named by it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for locale in _LOCALES:
        path = folder / f"{locale}.mp4"
        srt = sample_srt(locale)
        make_talking_video(path, srt, seconds=SHORT_SECONDS, size=SHORT_SIZE, locale=locale)
        made.append(path)
    return made


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"00:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.sample", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--short", action="store_true", help="three small pieces instead")
    options = parser.parse_args()
    make = make_short_samples if options.short else make_sample
    for path in make(options.folder):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
