"""Makes a film: the trim, the dub, the mark. Run as a media subprocess."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import MediaRefusedError
from sandbox.media.banner import banner_png
from sandbox.media.ffmpeg import FfmpegError, media_input, run_ffmpeg
from sandbox.media.narration import passages_within, record
from sandbox.media.synthesizer import Synthesizer
from sandbox.media.voices import VOICES
from sandbox.media.worker import run_task
from sandbox.srt import parse_srt
from sandbox.states import FailureCode

_LONGEST_SIDE = 1920
_SOUND = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,apad"


@dataclass(frozen=True)
class FilmOrder:
    """Times in seconds on the source's clock; width and height as the source is shown."""

    source: str
    start: float
    end: float
    width: int
    height: int
    locale: str
    srt: str | None
    background: str | None
    background_seconds: float
    target: str

    @property
    def seconds(self) -> float:
        return self.end - self.start


def make_film(request: dict[str, Any]) -> dict[str, Any]:
    """Writes `target`; the answer says whether a dub was made."""
    order = FilmOrder(**request)
    with tempfile.TemporaryDirectory(dir=Path(order.target).parent) as folder:
        narration = Path(folder) / "narration.wav"
        note = _narrate(order, narration)
        banner = Path(folder) / "banner.png"
        width, height = _film_size(order.width, order.height)
        lines = [f"sandbox {order.locale}", *([note] if note else [])]
        banner.write_bytes(banner_png(lines, width=width, height=height))
        try:
            run_ffmpeg(_arguments(order, banner, narration if note is None else None))
        except FfmpegError as error:
            raise MediaRefusedError(
                FailureCode.GENERATION_FAILED, f"the film could not be made: {error}"
            ) from None
    return {"is_dubbed": note is None}


def _narrate(order: FilmOrder, path: Path) -> str | None:
    """None when the dub was recorded, else what the film has to say about its absence."""
    if order.srt is None:
        return "no SRT was given: no dub was made"
    synthesizer = Synthesizer()
    if not synthesizer.choose(VOICES.get(order.locale, ())):
        return f"no voice for {order.locale} here: no dub was made"
    passages = passages_within(parse_srt(order.srt), order.start, order.end)
    if not passages:
        return "no cue lies within the trim: no dub was made"
    record(synthesizer, passages, order.seconds, path)
    return None


def _arguments(order: FilmOrder, banner: Path, narration: Path | None) -> list[str]:
    seconds = order.seconds
    inputs = media_input(order.source, start=order.start, seconds=seconds)
    inputs += ["-f", "png_pipe", "-i", f"file:{banner}"]
    if narration:
        inputs += ["-f", "wav", "-i", f"file:{narration}"]
    has_background = bool(narration and order.background and order.background_seconds > order.start)
    if has_background:
        inputs += media_input(order.background or "", start=order.start, seconds=seconds)
    sound = _sound_graph(
        is_dubbed=narration is not None,
        has_background=has_background,
        wants_background=order.background is not None,
    )
    graph = f"{_picture_graph(order)};{sound}"
    return [
        *("-threads", "1", *inputs, "-filter_threads", "1", "-filter_complex_threads", "1"),
        *("-filter_complex", graph, "-map", "[picture]", "-map", "[sound]"),
        *("-t", f"{seconds:.3f}", "-threads", "2", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-crf", "26", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k"),
        *("-map_metadata", "-1", "-metadata:s:a:0", f"language={_iso_639_2(order.locale)}"),
        *("-metadata", "comment=sandbox film", "-metadata:s:a:0", f"handler_name={order.locale}"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{order.target}"),
    ]


def _picture_graph(order: FilmOrder) -> str:
    width, height = _film_size(order.width, order.height)
    shape = f"scale={width}:{height},setsar=1,format=yuv420p"
    # A picture that ends before the sound stands still, so the film is as long as the trim.
    return f"[0:V:0]{shape},tpad=stop=-1:stop_mode=clone[shot];[shot][1:v]overlay=4:4[picture]"


def _sound_graph(*, is_dubbed: bool, has_background: bool, wants_background: bool) -> str:
    if not is_dubbed:
        return f"[0:a:0]{_SOUND}[sound]"
    voice = f"[2:a]{_SOUND},volume=1.6"
    mix = "amix=inputs=2:duration=first:normalize=0[sound]"
    if has_background:
        return f"{voice}[voice];[3:a:0]{_SOUND}[under];[voice][under]{mix}"
    if wants_background:
        # The given track is over before the trim begins: silence is what it has there.
        return f"{voice}[sound]"
    duck = "sidechaincompress=threshold=0.01:ratio=20:attack=15:release=250"
    return (
        f"{voice},asplit[voice][key];[0:a:0]{_SOUND}[original];"
        f"[original][key]{duck}[under];[voice][under]{mix}"
    )


def _film_size(width: int, height: int) -> tuple[int, int]:
    """Even numbers, as the encoder needs them, and no side over 1920."""
    shrink = min(1.0, _LONGEST_SIDE / max(width, height))
    return _even(width * shrink), _even(height * shrink)


def _even(length: float) -> int:
    return max(2, int(length) // 2 * 2)


_ISO_639_2 = (
    "ar:ara bg:bul cs:ces da:dan de:deu el:ell en:eng es:spa fi:fin fil:fil fr:fra hi:hin hr:hrv "
    "hu:hun id:ind it:ita ja:jpn ko:kor lt:lit ms:msa nb:nob nl:nld pl:pol pt:por ro:ron ru:rus "
    "sk:slk sv:swe ta:tam tr:tur uk:ukr vi:vie zh:zho"
)


def _iso_639_2(locale: str) -> str:
    """MP4 knows languages by three letters only."""
    pairs = dict(pair.split(":") for pair in _ISO_639_2.split())
    return pairs.get(locale.split("-")[0], "und")


if __name__ == "__main__":
    run_task(make_film)
