"""A row is refused for the same reasons as a video that is given alone, by page and by API."""

from __future__ import annotations

import pytest

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Batch, BatchItem
from dubbing.services.batches import merge_item, typed_values
from tests.bad_inputs import BAD_INPUTS, BadInput
from tests.builders import make_api_key
from tests.dubbing.api.caller import Caller

# A row keeps a list without repeats and text without NUL; files and SRT have their own doors.
# People who are not there are told and left out, since a template outlives them.
OTHERWISE = {"twice", "long link", "owner of nowhere", "reviewer of nowhere"}
WITH_SRT = {bad.name for bad in BAD_INPUTS if any(srt is not None for _, srt in bad.languages())}
ROWS = [bad for bad in BAD_INPUTS if not bad.files and bad.name not in OTHERWISE | WITH_SRT]


def told_of(item: BatchItem) -> set[tuple[str, str]]:
    return {(name, entry["code"]) for name, found in item.faults.items() for entry in found}


@pytest.mark.parametrize("bad", ROWS, ids=lambda bad: bad.name)
def test_api_and_form_give_a_row_the_same_faults(
    batch: Batch, in_team: Team, actor, bad: BadInput
) -> None:
    languages = [{"locale": locale} for locale, _ in bad.languages()]
    Batch.objects.filter(pk=batch.pk).update(settings={})
    caller = Caller(make_api_key(in_team)[1])
    body = bad.values() | {"languages": languages}
    answer = caller.post(f"batches/{batch.pk}/items/", {"items": [body]})
    assert answer.status_code in (201, 400), answer.content
    if answer.status_code == 400:
        assert bad.field in str(answer.json()["errors"])
        return
    [row] = answer.json()["results"]
    by_api = {(fault["field"], fault["code"]) for fault in row["faults"]}
    assert (bad.field, bad.code) in by_api
    with team_scope(in_team.pk):
        empty = BatchItem.objects.create(team=in_team, batch=batch, position=99)
        typed = {
            name: value for name, value in bad.values().items() if name in typed_values(empty)
        } | {"languages": [locale for locale, _ in bad.languages()]}
        was = typed_values(empty)
        merged = merge_item(batch=batch, actor=actor, item=empty, typed=was | typed, was=was)
        assert told_of(merged.item) == by_api
