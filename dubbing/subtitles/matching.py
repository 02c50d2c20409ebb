"""Many files against many videos: which belongs where, why, and what a person must choose."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from dubbing.subtitles.languages import Spoken, fits, is_same_language
from dubbing.subtitles.naming import TOKEN, Reading, file_stem, plain_words, readings
from dubbing.validators import locale_name

SURE, LIKELY = 0.85, 0.6
LEAD = 0.06
UNSPOKEN = 0.9
ALIKE = 80  # percent
PLAINLY = 0.5  # how surely a language stands in a name that fits no video
ONLY_VIDEO = 0.86
NEAREST = 6
LEAST_REFERENCE = 3


@dataclass(frozen=True)
class Video:
    """`names`: title, file name, reference, whatever it is known by; `wanted`: its locales."""

    key: str
    names: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.names[0][:60] if self.names else "this video"


@dataclass(frozen=True)
class Place:
    """Where a file belongs. Without a video or a locale somebody must choose; `guess` helps."""

    name: str
    video: str = ""
    locale: str = ""
    score: float = 0.0
    reason: str = ""
    guess: str = ""

    @property
    def is_found(self) -> bool:
        return bool(self.video and self.locale)


@dataclass(frozen=True)
class _Likeness:
    video: Video
    score: float


def place_files(
    names: Sequence[str], videos: Sequence[Video], *, known: Collection[str], is_sure: bool = False
) -> list[Place]:
    """A place for each name, in order; `known` are the locales that can be dubbed into.

    `is_sure`: they belong to the one video there is, whatever they are called.
    No two files get the same video and language: the better one does, or neither.
    """
    titles = _Titles(videos)
    return _without_doubles([_place(name, titles, known, is_sure) for name in names])


def nearest(name: str, videos: Sequence[Video], *, limit: int) -> list[str]:
    """Keys of the videos most like a name, the likeliest first."""
    named = [(plain_words(each), video.key) for video in videos for each in video.names]
    title = plain_words(readings(name)[-1].title)
    words = [words for words, _ in named]
    found = process.extract(title, words, scorer=fuzz.token_set_ratio, limit=limit * 3)
    return list(dict.fromkeys(named[index][1] for _, _, index in found))[:limit]


class _Titles:
    """The videos' names, ready to be compared with many titles."""

    def __init__(self, videos: Sequence[Video]) -> None:
        self.videos = videos
        named = [(plain_words(name), video) for video in videos for name in video.names]
        self.named = [(words, video) for words, video in named if words]
        self.words = [words for words, _ in self.named]
        self.exact: dict[str, dict[str, Video]] = {}
        for words, video in self.named:
            self.exact.setdefault(words, {})[video.key] = video
        self.references = {
            plain_words(reference): video
            for video in videos
            for reference in video.references
            if len(reference) >= LEAST_REFERENCE
        }
        self.like = functools.lru_cache(maxsize=10_000)(self._like)

    def _like(self, title: str) -> list[_Likeness]:
        """The likeliest videos first, each once, from 0 to 1."""
        words = plain_words(title)
        best: dict[str, _Likeness] = {}
        for found in (*self._exactly(title), *self._by_reference(words), *self._nearly(words)):
            if found.score > best.get(found.video.key, _Likeness(found.video, 0)).score:
                best[found.video.key] = found
        return sorted(best.values(), key=lambda likeness: -likeness.score)

    def _exactly(self, title: str) -> Iterable[_Likeness]:
        """“show” goes to “show” rather than to “show copy”, though a copy is the same show."""
        found = self.exact.get(plain_words(title), {}).values()
        literal = {video.key for video in found if _written(title) in map(_written, video.names)}
        for video in found:
            is_behind = literal and video.key not in literal
            yield _Likeness(video, 1.0 - LEAD if is_behind else 1.0)

    def _by_reference(self, words: str) -> Iterable[_Likeness]:
        if not self.references:
            return
        parts = words.split()
        for start in range(len(parts)):
            for end in range(start + 1, min(start + 6, len(parts)) + 1):
                if video := self.references.get(" ".join(parts[start:end])):
                    yield _Likeness(video, 0.97)

    def _nearly(self, words: str) -> Iterable[_Likeness]:
        if not words:
            return
        near = process.extract(
            words, self.words, scorer=fuzz.token_sort_ratio, limit=NEAREST, score_cutoff=60
        )
        for found, score, index in near:
            if found == words:
                continue  # exactly so, and judged as that
            if score < ALIKE and not _share_a_word(words, found):
                continue  # letters alone: “interview” holds most of “winter”
            yield _Likeness(self.named[index][1], 0.98 * score / 100 * _numbers(words, found))
        if near and near[0][1] > 100 * SURE:
            return
        within = process.extract(
            words, self.words, scorer=fuzz.token_set_ratio, limit=NEAREST, score_cutoff=90
        )
        for found, score, index in within:
            yield _Likeness(self.named[index][1], 0.7 * score / 100 * _numbers(words, found))


def _written(name: str) -> str:
    return " ".join(TOKEN.findall(file_stem(name).casefold()))


def _share_a_word(one: str, other: str) -> bool:
    return any(len(word) > 2 for word in set(one.split()) & set(other.split()))


def _numbers(one: str, other: str) -> float:
    """Episode 2 is not episode 3, however alike the rest."""
    first = [word for word in one.split() if word.isdecimal()]
    second = [word for word in other.split() if word.isdecimal()]
    if first == second:
        return 1.0
    if first and second and first[-1] != second[-1]:
        return 0.5
    return 0.8


def _place(name: str, titles: _Titles, known: Collection[str], is_sure: bool) -> Place:
    options = [(reading, titles.like(reading.title)) for reading in readings(name)]
    if len(titles.videos) == 1:
        only = titles.videos[0]
        options = [
            (reading, _only(only, like) if is_sure or not reading.title else like)
            for reading, like in options
        ]
    reading, likenesses = max(options, key=_sureness)
    best = likenesses[0] if likenesses else None
    if best is None or best.score < LIKELY:
        return _nowhere(name, reading, known)
    rivals = [like.video for like in likenesses[1:] if like.score > best.score - LEAD]
    if best.score < SURE or rivals:
        return _unsure(name, reading, best, rivals, known)
    return _in_language(name, reading, best, known)


def _only(video: Video, likenesses: list[_Likeness]) -> list[_Likeness]:
    score = max((likeness.score for likeness in likenesses), default=0.0)
    return [_Likeness(video, max(score, ONLY_VIDEO))]


def _sureness(option: tuple[Reading, list[_Likeness]]) -> float:
    reading, likenesses = option
    return (likenesses[0].score if likenesses else 0.0) + 0.25 * reading.weight


def _nowhere(name: str, reading: Reading, known: Collection[str]) -> Place:
    spoken = reading.spoken if reading.weight > PLAINLY else None
    locales = [code for code in known if spoken and fits(spoken, code)]
    title = f"“{reading.title[:60]}”" if reading.title else "like this"
    locale = locales[0] if len(locales) == 1 else ""
    return Place(name, "", locale, 0.0, f"No video here is called {title}.")


def _unsure(
    name: str, reading: Reading, best: _Likeness, rivals: list[Video], known: Collection[str]
) -> Place:
    wanted, every = (
        [code for code in codes if reading.spoken and fits(reading.spoken, code)]
        for codes in (best.video.wanted, known)
    )
    likely = wanted or every
    locale = likely[0] if len(likely) == 1 else ""
    if rivals:
        others = ", ".join(f"“{video.shown}”" for video in (best.video, *rivals[:2]))
        reason = f"It could belong to {others}."
    else:
        reason = f"It resembles “{best.video.shown}”, but not surely."
    return Place(name, "", locale, best.score, reason, best.video.key)


def _in_language(name: str, reading: Reading, best: _Likeness, known: Collection[str]) -> Place:
    video, spoken = best.video, reading.spoken
    place = Place(name, video.key, "", best.score, "", video.key)
    if spoken is None:
        return _unspoken(place, video)
    wanted = [code for code in video.wanted if fits(spoken, code)]
    if len(wanted) == 1:
        reason = f"“{video.shown}” by its name, {locale_name(wanted[0])} by “{spoken.name}”."
        return replace(place, locale=wanted[0], reason=reason)
    if wanted:
        choices = " or ".join(wanted)
        return replace(place, video="", reason=f"{spoken.name} could be {choices} here.")
    return _unwanted(place, video, spoken, known)


def _unspoken(place: Place, video: Video) -> Place:
    if len(video.wanted) == 1:
        reason = f"“{video.shown}” by its name; its only language."
        score = UNSPOKEN * place.score  # a file that names its language goes first
        return replace(place, locale=video.wanted[0], score=score, reason=reason)
    return replace(place, video="", reason="Its name does not say the language.")


def _unwanted(place: Place, video: Video, spoken: Spoken, known: Collection[str]) -> Place:
    """Of a language that was not asked for: it gets its place, and the desk offers to add it."""
    near = [code for code in video.wanted if is_same_language(spoken, code)]
    if near:
        reason = f"{spoken.name} is not asked for; {' and '.join(near)} would be near."
        return replace(place, video="", locale=near[0] if len(near) == 1 else "", reason=reason)
    locales = [code for code in known if fits(spoken, code)]
    if len(locales) == 1:
        reason = f"{locale_name(locales[0])} is not among the languages of “{video.shown}”."
        return replace(place, locale=locales[0], reason=reason)
    if locales:
        choices = " or ".join(sorted(locales))
        return replace(place, video="", reason=f"{spoken.name} could be {choices}.")
    return replace(place, video="", reason=f"Nothing can be dubbed into {spoken.name}.")


def _without_doubles(places: list[Place]) -> list[Place]:
    claims: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        if place.is_found:
            claims.setdefault((place.video, place.locale), []).append(place)
    winners = {id(winner) for same in claims.values() if (winner := _winner(same))}
    return [
        place if not place.is_found or id(place) in winners else _beaten(place) for place in places
    ]


def _winner(same: list[Place]) -> Place | None:
    """The better name; of two equal ones the SRT file, which needs no conversion."""
    ranked = sorted(same, key=lambda place: (place.score, _is_srt(place)), reverse=True)
    if len(ranked) == 1:
        return ranked[0]
    first, second = ranked[:2]
    is_clear = (round(first.score, 2), _is_srt(first)) > (round(second.score, 2), _is_srt(second))
    return first if is_clear else None


def _is_srt(place: Place) -> bool:
    return place.name.lower().endswith(".srt")


def _beaten(place: Place) -> Place:
    reason = f"Another file claims {locale_name(place.locale)} of the same video: choose one."
    return replace(place, video="", guess=place.video, reason=reason)
