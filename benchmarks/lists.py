"""Matrix, list, filters and search over archives of different sizes, beside Django's own admin.

LISTS_SIZES: how many dubs each archive has; the first is the measure of the others. The last of
the issue's, 10,000,000, takes a quarter of an hour to fill. DUBDESK_KEEP_DATABASE keeps what was
filled for the next run:

    DUBDESK_KEEP_DATABASE=/tmp/archives LISTS_SIZES=10000,10000000 \\
        .venv/bin/python -m config.local.throwaway .venv/bin/python -m benchmarks lists

Every page is asked of each archive in turn, and the best of LISTS_ROUNDS counts: other work of the
machine makes a page slower, never faster. Page contents are alike, since what people work on does
not grow with an archive. A page comes with its counts: that is what somebody waits for. The counts
stand beside it once more as the part that a live page fetches of them, and as the bare question.
There the archives are not alike: a small one has fewer to count than the cap.
"""

from __future__ import annotations

import gzip
import math
import os
import time
from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.scoping import team_scope
from benchmarks import peer_admin
from benchmarks.scale_words import OTHER_SCRIPTS, middling_word, rare_word
from benchmarks.scaled import Scaled, at, prepare
from config.local.preparation import collect_static
from dubbing.filters import DubbingFilter
from dubbing.screens.amounts import COUNTED, count_capped
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.matrix_totals import Counts, count_by_locale

SIZES = [int(size) for size in os.environ.get("LISTS_SIZES", "10000,1000000").split(",")]
ROUNDS = int(os.environ.get("LISTS_ROUNDS", "7"))
PEER_ROUNDS = 2
SHOWN = 50
WORDS_OF_A_KIND = 20
FILTERS = (
    "failed=1", "stage=ready", "stage=finished", "group=person", "locale=de-DE",
    "locale=de-DE&stage=ready", "owner=me", "reviewer=none", "waiting=me", "due=overdue",
    "due=week", "priority=4", "progress=none", "failure=NoSpeech", "tag=archive",
)  # fmt: skip
OF_PROJECT = "project={project}"

Page = Callable[[Scaled], str]


def run() -> Iterator[tuple[str, str]]:
    archives = [prepare(size) for size in SIZES]
    collect_static()
    for one in archives:
        yield f"archive of {one.dubs:,} dubs filled in", f"{one.seconds:.0f} s"
    yield from _wide_matrix(archives[-1])
    for label, page in _pages(archives[0]):
        yield label, _told(_best(archives, partial(_get, page=page)))
    for query in (*FILTERS, OF_PROJECT):
        yield from _counted(archives, query)
    yield from _searches(archives)
    yield from _peer(archives)


def _wide_matrix(archive: Scaled) -> Iterator[tuple[str, str]]:
    """500 × 30."""
    with at(archive.name):
        address = f"{reverse('dubbing:home')}?rows=500"
        archive.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = archive.client.get(address)
            count = len(queries)
        began = time.perf_counter()
        archive.client.get(address)
        seconds = time.perf_counter() - began
    assert answer.status_code == 200, answer.status_code
    size = len(gzip.compress(answer.content, 6)) / 1000
    cells = answer.content.count(b"<td class=")
    yield f"matrix of {cells:,} cells: queries (target ≤ 8)", str(count)
    yield "  on the server (target < 1 s)", f"{seconds:.2f} s"
    yield "  compressed (target < 400 kB)", f"{size:.0f} kB"


def _pages(small: Scaled) -> Iterator[tuple[str, Page]]:
    """Of as many rows as the small archive has for each filter: more of them would be more page,
    not more archive."""
    for place, edge in (("first", ""), ("middle", "before={middle}"), ("last", "after={start}")):
        yield f"matrix, {place} page", partial(_matrix, query=edge)
    for place, edge in (("first", ""), ("middle", "after={middle}"), ("last", "before={start}")):
        yield f"list, {place} page", partial(_list, query=edge)
    for sort in ("due", "-since"):
        yield f"list, sort={sort}", partial(_list, query=f"sort={sort}")
    for query in FILTERS:
        yield f"matrix, {query}", partial(_matrix, query=query, rows=_rows_in(small, query))
    rows = _rows_in(small, OF_PROJECT)
    yield "matrix, project", partial(_matrix, query=OF_PROJECT, rows=rows)


def _rows_in(archive: Scaled, query: str) -> int:
    with at(archive.name):
        answer = archive.client.get(_matrix(archive, query=query))
    return answer.content.count(b' id="r-')


def _matrix(archive: Scaled, *, query: str, rows: int = SHOWN) -> str:
    return f"{reverse('dubbing:home')}?rows={rows}&{_filled(archive, query)}"


def _list(archive: Scaled, *, query: str) -> str:
    return f"{reverse('dubbing:dubbing-list')}?{_filled(archive, query)}"


def _counted(archives: list[Scaled], query: str) -> Iterator[tuple[str, str]]:
    page = partial(_counts, query=query)
    yield f"counts of {query}", _told(_best(archives, partial(_get, page=page)))
    found: dict[str, Counts] = {}
    bare = _best(archives, partial(_count, query=query, found=found))
    yield "  the question alone", " → ".join(f"{one:.1f}" for one in bare) + " ms"
    told = (f"{one.videos}/{one.waiting}/{one.failed}" for one in found.values())
    yield "  videos/waiting/failed that it counts", " → ".join(told)


def _counts(archive: Scaled, *, query: str) -> str:
    return f"{reverse('dubbing:matrix-result')}?{_filled(archive, query)}"


def _count(archive: Scaled, *, query: str, found: dict[str, Counts]) -> None:
    with team_scope(archive.team.pk):
        address = PageAddress.read(QueryDict(_filled(archive, query)), archive.member)
        found[archive.name], _ = count_by_locale(address)


def _filled(archive: Scaled, query: str) -> str:
    nothing = "00000000-0000-7000-8000-000000000000"
    return query.format(middle=archive.middle, start=nothing, project=archive.project)


def _get(archive: Scaled, *, page: Page) -> None:
    answer = archive.client.get(page(archive))
    assert answer.status_code == 200, (page(archive), answer.status_code)


def _best(
    archives: list[Scaled], call: Callable[[Scaled], None], rounds: int = ROUNDS
) -> list[float]:
    """Milliseconds at each archive."""
    best = [math.inf] * len(archives)
    for _ in range(rounds):
        for place, archive in enumerate(archives):
            with at(archive.name):
                connection.ensure_connection()
                began = time.perf_counter()
                call(archive)
                best[place] = min(best[place], (time.perf_counter() - began) * 1000)
    return best


def _told(times: list[float]) -> str:
    words = " → ".join(f"{one:.1f}" for one in times)
    return f"{words} ms (× {times[-1] / times[0]:.2f}, target ≤ 1.2)"


def _words(archive: Scaled) -> dict[str, list[str]]:
    videos = archive.dubs // 30
    places = [videos * number // WORDS_OF_A_KIND for number in range(WORDS_OF_A_KIND)]
    return {
        "rare": [rare_word(place) for place in places],
        "middling": [middling_word(place * 31 + 7) for place in range(WORDS_OF_A_KIND)],
        "common": ["episode", "interview", "trailer", "lesson", "archive", "project"],
        "two letters": ["wx", "ba", "qu", "zu", "lo", "ki", "un", "te", "ep", "jw", "xq", "12"],
        "other scripts": list(OTHER_SCRIPTS),
        "in no title": ["wxwxwx", "zzzz", "漁漁漁"],
    }


def _searches(archives: list[Scaled]) -> Iterator[tuple[str, str]]:
    """What finding costs: the first videos and how many there are, without making the page.

    Over the words, of each the best of some rounds.
    """
    times: dict[str, list[list[float]]] = {}
    kinds = {archive.name: _words(archive) for archive in archives}
    for kind in kinds[archives[0].name]:
        times[kind] = []
        for archive in archives:
            with at(archive.name), team_scope(archive.team.pk):
                words = kinds[archive.name][kind]
                times[kind].append([min(_search(word) for _ in range(ROUNDS)) for word in words])
        shown = [f"{_percentile(each, 0.95):.1f}" for each in times[kind]]
        yield f"search, {kind}: p95", f"{' → '.join(shown)} ms"
    whole = [one for each in times.values() for one in each[-1]]
    yield "search over all words: p95 (target ≤ 50 ms)", f"{_percentile(whole, 0.95):.1f} ms"


def _search(word: str) -> float:
    began = time.perf_counter()
    query = QueryDict(mutable=True)
    query["q"] = word
    asked = DubbingFilter.parse(dict(query.lists()))
    list(asked.first_assets(SHOWN).values_list("pk", "title"))
    count_capped(asked.asset_ids(COUNTED + 1))
    return (time.perf_counter() - began) * 1000


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1]


def _peer(archives: list[Scaled]) -> Iterator[tuple[str, str]]:
    ends = {}
    for archive in archives:
        with at(archive.name):
            ends[archive.name] = peer_admin.pages(archive)
    asked: tuple[tuple[str, Callable[[Scaled], str]], ...] = (
        ("first page", lambda archive: ""),
        ("middle page", lambda archive: f"p={ends[archive.name] // 2}"),
        ("last page", lambda archive: f"p={ends[archive.name]}"),
        ("stage=failed", lambda archive: "stage__exact=failed"),
        ("search, rare", lambda archive: f"q={_words(archive)['rare'][9]}"),
    )
    for label, query in asked:
        call = partial(_ask_peer, query=query)
        yield f"Django's admin, {label}", _told(_best(archives, call, PEER_ROUNDS))


def _ask_peer(archive: Scaled, *, query: Callable[[Scaled], str]) -> None:
    peer_admin.answer(archive, query(archive))
