from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from sandbox.media.banner import banner_png
from tests.media import (
    make_srt,
    make_talking_video,
    make_tone_audio,
    run_ffmpeg,
)
from tests.sandbox.client import Client, Json, new_asset
from tests.sandbox.listening import (
    download,
    first_picture,
    loudness_at,
    seconds_of,
    speech_share,
)

SPANISH = make_srt(
    (1.0, 2.5, "Buenos días a todos."),
    (4.0, 5.5, "Hasta mañana, amigos."),
)


def dubbed_in(*languages: Json, **changes: Any) -> Json:
    return {"locale": "en-US", "languages": list(languages), **changes}


def film_of(version: Json, tmp_path: Path, name: str = "film.mp4") -> Path:
    assert version["status"] == "Completed", version
    return download(version["result_url"], tmp_path / name)


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = "We talk and talk, from the first second of this video up to the very last one."
    path = tmp_path_factory.mktemp("media") / "talk.mp4"
    return make_talking_video(path, seconds=6, text=text)


def test_cues_are_spoken_in_their_time_over_a_given_background(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    quiet = tmp_path / "quiet.m4a"
    loud = make_tone_audio(tmp_path / "loud.m4a", seconds=6)
    run_ffmpeg("-i", str(loud), "-af", "volume=0.1", str(quiet))
    data = dubbed_in({"locale": "es-ES", "srt": SPANISH})
    film = film_of(client.dubbed(long_talk, data, quiet)[0], tmp_path)
    assert speech_share(film, 1.0, 2.2) > 0.5
    assert speech_share(film, 4.0, 5.2) > 0.5
    # The original voice talks all the time; the given background replaced it.
    assert speech_share(film, 2.8, 3.9) == 0
    assert loudness_at(film, 880, 2.8, 3.8) == pytest.approx(0.05, rel=0.3)


def test_original_sound_is_ducked_beneath_the_dub_and_back_after_it(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    humming = tmp_path / "humming.mp4"
    tone = make_tone_audio(tmp_path / "tone.m4a", seconds=6)
    mixing = "[1:a]volume=0.2[t];[0:a][t]amix=inputs=2:normalize=0"
    inputs = ["-i", str(long_talk), "-i", str(tone)]
    run_ffmpeg(*inputs, "-filter_complex", mixing, "-c:v", "copy", str(humming))
    data = dubbed_in({"locale": "es-ES", "srt": SPANISH})
    film = film_of(client.dubbed(humming, data)[0], tmp_path)
    beneath = loudness_at(film, 880, 1.1, 2.0)
    alone = loudness_at(film, 880, 2.9, 3.9)
    assert beneath < 0.5 * alone
    assert speech_share(film, 2.9, 3.9) > 0.5


def test_cues_are_moved_with_the_trim(client: Client, long_talk: Path, tmp_path: Path) -> None:
    silence = make_tone_audio(tmp_path / "silence.m4a", seconds=6, hertz=40)
    data = dubbed_in({"locale": "es-ES", "srt": SPANISH}, start_time=3.25, end_time=5.75)
    film = film_of(client.dubbed(long_talk, data, silence)[0], tmp_path)
    assert seconds_of(film) == pytest.approx(2.5, abs=0.15)
    assert speech_share(film, 0.0, 0.6) == 0
    assert speech_share(film, 0.8, 1.9) > 0.4


def test_a_long_cue_is_spoken_within_its_short_time(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    text = "Esto es mucho texto para tan poco tiempo, pero hay que decirlo todo de alguna manera."
    silence = make_tone_audio(tmp_path / "silence.m4a", seconds=6, hertz=40)
    data = dubbed_in({"locale": "es-ES", "srt": make_srt((1.0, 2.5, text))})
    film = film_of(client.dubbed(long_talk, data, silence)[0], tmp_path)
    assert speech_share(film, 1.0, 2.4) > 0.5
    assert speech_share(film, 2.8, 5.8) == 0


def test_without_an_srt_the_original_sound_stays_and_the_picture_says_so(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    data = dubbed_in({"locale": "de-DE"}, end_time=2.0)
    film = film_of(client.dubbed(long_talk, data)[0], tmp_path)
    assert speech_share(film, 0.3, 1.8) > 0.5
    lines = ["sandbox de-DE", "no SRT was given: no dub was made"]
    assert shows_banner(film, lines, tmp_path)


def test_every_dubbed_film_carries_the_mark(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    data = dubbed_in({"locale": "es-ES", "srt": SPANISH}, end_time=3.0)
    film = film_of(client.dubbed(long_talk, data)[0], tmp_path)
    assert shows_banner(film, ["sandbox es-ES"], tmp_path)
    assert not shows_banner(film, ["sandbox de-DE"], tmp_path)


def test_a_language_without_a_voice_says_so_instead_of_pretending(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    srt = make_srt((0.5, 1.5, "Magandang umaga po."))
    data = dubbed_in({"locale": "fil-PH", "srt": srt}, end_time=2.0)
    film = film_of(client.dubbed(long_talk, data)[0], tmp_path)
    lines = ["sandbox fil-PH", "no voice for fil-PH here: no dub was made"]
    assert shows_banner(film, lines, tmp_path)


def test_an_srt_wholly_outside_the_trim_makes_no_dub(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    data = dubbed_in({"locale": "es-ES", "srt": make_srt((4, 5, "Hola."))}, end_time=2.0)
    film = film_of(client.dubbed(long_talk, data)[0], tmp_path)
    lines = ["sandbox es-ES", "no cue lies within the trim: no dub was made"]
    assert shows_banner(film, lines, tmp_path)


@pytest.mark.parametrize(("width", "height"), [(161, 121), (121, 161), (90, 160)])
def test_odd_and_upright_pictures_become_films_of_even_size(
    client: Client, tmp_path: Path, width: int, height: int
) -> None:
    even = make_talking_video(tmp_path / "even.mp4", seconds=2)
    source = tmp_path / "odd.mkv"
    codec = ["-c:v", "mpeg4", "-q:v", "5", "-c:a", "copy"]
    run_ffmpeg("-i", str(even), "-vf", f"scale={width}:{height},setsar=1", *codec, str(source))
    film = film_of(client.dubbed(source, new_asset())[0], tmp_path)
    with av.open(str(film)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (width // 2 * 2, height // 2 * 2)
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert audio.codec_context.name == "aac"
        assert audio.language == "spa"
    assert seconds_of(film) == pytest.approx(2.0, abs=0.15)
    assert film.read_bytes().index(b"moov") < film.read_bytes().index(b"mdat")


def test_a_phone_video_lying_on_its_side_stands_up(client: Client, tmp_path: Path) -> None:
    lying = make_talking_video(tmp_path / "lying.mp4", seconds=2)
    source = tmp_path / "phone.mp4"
    run_ffmpeg("-display_rotation", "90", "-i", str(lying), "-c", "copy", str(source))
    film = film_of(client.dubbed(source, new_asset())[0], tmp_path)
    with av.open(str(film)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height) == (120, 160)


def test_picture_shorter_than_the_sound_stands_still_to_the_end(
    client: Client, long_talk: Path, tmp_path: Path
) -> None:
    source = tmp_path / "short-picture.mkv"
    cut = ["-filter_complex", "[0:v]trim=end=3[v]", "-map", "[v]", "-map", "0:a"]
    run_ffmpeg("-i", str(long_talk), *cut, "-c:v", "mpeg4", "-c:a", "copy", str(source))
    film = film_of(client.dubbed(source, new_asset())[0], tmp_path)
    assert seconds_of(film) == pytest.approx(6.0, abs=0.15)


def shows_banner(film: Path, lines: list[str], tmp_path: Path) -> bool:
    """Whether the letters of the banner stand light on dark where they should."""
    banner = tmp_path / "banner.png"
    rows = first_picture(film)
    banner.write_bytes(banner_png(lines, width=len(rows[0]), height=len(rows)))
    expected = first_picture(banner)
    pairs = [
        (expected[y][x] > 128, rows[4 + y][4 + x] > 128)
        for y in range(len(expected))
        for x in range(len(expected[0]))
    ]
    lit = [seen for wanted, seen in pairs if wanted]
    dark = [seen for wanted, seen in pairs if not wanted]
    return sum(lit) > 0.9 * len(lit) and sum(dark) < 0.1 * len(dark)
