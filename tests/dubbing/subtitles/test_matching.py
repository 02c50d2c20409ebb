from __future__ import annotations

import time

import pytest

from dubbing.subtitles.languages import language_said
from dubbing.subtitles.matching import Place, Video, place_files
from dubbing.subtitles.naming import file_stem, plain_words

KNOWN = ["es-ES", "es-MX", "de-DE", "fr-FR", "pt-BR", "pt-PT", "ru-RU", "zh-CN", "it-IT", "nb-NO"]
KNOWN += ["hi-IN", "ja-JP", "en-US", "fil-PH"]
VIDEOS = [
    Video("show", ("Show",), ("es-ES", "de-DE", "pt-BR", "hi-IN")),
    Video("two", ("Show Season 1 Episode 2", "show_s01e02"), ("es-ES", "fr-FR", "ja-JP")),
    Video("three", ("Show Season 1 Episode 3",), ("es-ES", "de-DE")),
    Video("it", ("This is it",), ("it-IT", "de-DE")),
    Video("harvest", ("Harvest time", "Ernte"), ("es-ES", "es-MX", "zh-CN"), ("HV-204",)),
    Video("cafe", ("Café del Mar",), ("fr-FR",)),
]


def place(name: str, videos: list[Video] = VIDEOS) -> Place:
    return place_files([name], videos, known=KNOWN)[0]


@pytest.mark.parametrize(
    ("name", "video", "locale"),
    [
        ("show.es.srt", "show", "es-ES"),
        ("show_es-ES.srt", "show", "es-ES"),
        ("show-ES.srt", "show", "es-ES"),
        ("es/show.srt", "show", "es-ES"),
        ("Spanish/Show.srt", "show", "es-ES"),
        ("subs/es/Show.srt", "show", "es-ES"),
        ("Show/es.srt", "show", "es-ES"),
        ("Show\\Deutsch.srt", "show", "de-DE"),
        ("Show (Spanish).srt", "show", "es-ES"),
        ("show – Español.srt", "show", "es-ES"),
        ("show – Espan\u0303ol.srt", "show", "es-ES"),
        ("show.spa.srt", "show", "es-ES"),
        ("show.ger.srt", "show", "de-DE"),
        ("show_deu.vtt", "show", "de-DE"),
        ("Show [pt-br].srt", "show", "pt-BR"),
        ("Show Brazilian Portuguese.srt", "show", "pt-BR"),
        ("Show_Portuguese (Brazil)_final_v2.srt", "show", "pt-BR"),
        ("Show.de.sdh.srt", "show", "de-DE"),
        ("Show.de.hi.srt", "show", "de-DE"),
        ("Show.hi.srt", "show", "hi-IN"),
        ("DE_Show.srt", "show", "de-DE"),
        ("show s01e02 es.srt", "two", "es-ES"),
        ("Show 1x02 - French.srt", "two", "fr-FR"),
        ("Show.S01E03.1080p.es.srt", "three", "es-ES"),
        ("Show season 01 episode 03 (German).ass", "three", "de-DE"),
        ("This is it.it.srt", "it", "it-IT"),
        ("this_is_it_DE.srt", "it", "de-DE"),
        ("Ernte.es-MX.srt", "harvest", "es-MX"),
        ("HV-204 es-419.srt", "harvest", "es-MX"),
        ("HV-204_zh-Hans.srt", "harvest", "zh-CN"),
        ("harvest time.chs.srt", "harvest", "zh-CN"),
        ("Hrvest time.es-ES.srt", "harvest", "es-ES"),
        ("cafe_del_mar.fr.srt", "cafe", "fr-FR"),
        ("Café del Mar.srt", "cafe", "fr-FR"),
        ("show.ru.srt", "show", "ru-RU"),
    ],
)
def test_name_finds_its_place(name, video, locale):
    found = place(name)
    assert (found.video, found.locale) == (video, locale)
    assert found.reason


@pytest.mark.parametrize(
    ("name", "guess", "words"),
    [
        ("harvest time.es.srt", "harvest", "es-ES or es-MX"),
        ("This is it.srt", "it", "does not say the language"),
        ("Show episode 4.es.srt", "show", "not surely"),
        ("Show.th.srt", "show", "Thai"),
        ("Other film.fr.srt", "", "No video here is called “Other film”."),
        ("show.pt-PT.srt", "show", "pt-BR would be near"),
        ("es.srt", "", "No video here"),
        ("....srt", "", "No video here"),
        ("", "", "No video here"),
        ("💥" * 300 + ".srt", "", "No video here"),
    ],
)
def test_doubt_is_left_to_a_person(name, guess, words):
    found = place(name)
    assert not found.is_found
    assert found.guess == guess
    assert words in found.reason


def test_two_videos_of_one_name_are_asked_about():
    videos = [Video("a", ("Trailer",), ("es-ES",)), Video("b", ("Trailer",), ("es-ES",))]
    found = place("Trailer.es.srt", videos)
    assert not found.is_found
    assert "could belong" in found.reason


def test_literal_name_goes_before_its_copy():
    videos = [Video("copy", ("show copy",), ("es-ES",)), Video("show", ("show",), ("es-ES",))]
    assert place("show.es.srt", videos).video == "show"
    assert place("show copy.es.srt", videos).video == "copy"


def test_only_video_needs_no_name():
    only = [Video("a", ("Talk",), ("de-DE", "fr-FR"))]
    assert not place("anything_de.srt", only).is_found
    found = place_files(["anything_de.srt", "fr.srt"], only, known=KNOWN, is_sure=True)
    assert [(one.video, one.locale) for one in found] == [("a", "de-DE"), ("a", "fr-FR")]
    assert place("de.srt", only).locale == "de-DE"


def test_file_that_says_its_language_goes_first():
    names = ["cafe del mar.srt", "cafe del mar.fr.srt"]
    found = place_files(names, VIDEOS, known=KNOWN)
    assert [one.is_found for one in found] == [False, True]


def test_without_videos_nothing_is_placed():
    found = place("show.de.srt", [])
    assert (found.video, found.locale) == ("", "de-DE")


def test_one_place_takes_one_file_and_srt_goes_first():
    names = ["show.es.vtt", "show.es.srt", "show.de.srt", "Show (German).srt"]
    found = place_files(names, VIDEOS, known=KNOWN)
    assert [one.is_found for one in found] == [False, True, False, False]
    assert "claims German" in found[2].reason
    assert found[2].guess == "show"


@pytest.mark.parametrize(
    ("words", "language", "region", "script"),
    [
        ("es", "es", "", ""),
        ("es mx", "es", "MX", ""),
        ("deu", "de", "", ""),
        ("nob", "nb", "", ""),
        ("norwegian", "nb", "", ""),
        ("latin american spanish", "es", "419", ""),
        ("chinese simplified", "zh", "", "Hans"),
        ("traditional chinese", "zh", "", "Hant"),
        ("european portuguese", "pt", "PT", ""),
        ("日本語", "ja", "", ""),
        ("русский", "ru", "", ""),
        ("tagalog", "fil", "", ""),
    ],
)
def test_language_is_understood_as_people_write_it(words, language, region, script):
    said = language_said(words)
    assert said is not None
    assert (said.language, said.region, said.script) == (language, region, script)


@pytest.mark.parametrize("words", ["show", "final", "the", "abc", "xx", "", "1080p", "episode 2"])
def test_other_words_are_no_language(words):
    assert language_said(words) is None


def test_titles_are_compared_without_accents_and_noise():
    assert plain_words("Café_s01e02 1080p FINAL") == "cafe 1 2"
    assert file_stem("a/b/Show.es.SRT") == "Show.es"
    assert file_stem("Vol. 3") == "Vol. 3"


def test_hundreds_of_files_find_their_places_at_once():
    videos = [
        Video(str(n), (f"Product film number {n} of the series",), ("es-ES", "de-DE"))
        for n in range(500)
    ]
    names = [
        f"product film numbr {n} of the series.{code}.srt"
        for n in range(150)
        for code in ("es", "de")
    ]
    before = time.process_time()
    found = place_files(names, videos, known=KNOWN)
    assert all(one.is_found for one in found)
    assert time.process_time() - before < 5
