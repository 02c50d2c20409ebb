from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dubbing.models import Asset, Connection, Dubbing, OutboxMessage, Version
from dubbing.remote.errors import RejectedError
from dubbing.services.actors import DESK
from dubbing.services.assets import submit_asset
from dubbing.services.bulk import begin_bulk, can_undo, foresee, run_bulk, undo_bulk
from dubbing.services.bulk.retrying import GIVEN_UP, NOTHING_FAILED, REOPENED, RESENT, TOGETHER
from dubbing.services.bulk.retrying import UNDECIDED as UNDECIDED_WORDS
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.outcomes import settle_refused
from dubbing.services.stages import restage_dubbing
from dubbing.services.versions import generate_version
from dubbing.states import (
    AssetStatus,
    BulkOutcome,
    BulkState,
    BulkVerb,
    Kind,
    MessageState,
    Stage,
    VersionStatus,
)
from tests.builders import connection_of, make_asset, make_dubbing
from tests.dubbing.bulk.conftest import outcomes, reasons, row_of

DONE, SAME, REFUSED = BulkOutcome.DONE, BulkOutcome.SAME, BulkOutcome.REFUSED
STALE, UNDONE, KEPT = BulkOutcome.STALE, BulkOutcome.UNDONE, BulkOutcome.KEPT


def stage_of(dubbing: Dubbing) -> str:
    return Dubbing.objects.get(pk=dubbing.pk).stage


def restaged(dubbing: Dubbing) -> Dubbing:
    found = Dubbing.objects.get(pk=dubbing.pk)
    restage_dubbing(Asset.objects.get(pk=found.asset_id), found)
    return found


def refuse(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(state=MessageState.SENDING)
    message.refresh_from_db()
    settle_refused(message=message, error=RejectedError(400, "No."))


@pytest.fixture
def not_sent(in_team, actor):
    """A video with two languages that Panjaya refused."""
    connection_of(in_team)
    draft = AssetDraft(
        locale="en-US",
        languages=[LanguageDraft("de-DE"), LanguageDraft("fr-FR")],
        media_url="https://media.example.org/x.mp4",
    )
    asset = submit_asset(team=in_team, actor=actor, draft=draft)
    refuse(asset.messages.get())
    return list(asset.dubbings.order_by("pk"))


def test_generating_asks_for_each_film_once(act, dubs, alice):
    rows = dubs(3)
    action = act(BulkVerb.GENERATE, rows)
    assert action.state == BulkState.DONE and outcomes(action) == [DONE] * 3
    messages = OutboxMessage.objects.filter(kind=Kind.GENERATE, state=MessageState.WAITING)
    assert messages.count() == 3 and {message.actor for message in messages} == {alice}
    assert set(action.rows.values_list("message", flat=True)) == {row.pk for row in messages}
    assert {stage_of(row) for row in rows} == {Stage.SENDING}


def test_rows_that_cannot_be_generated_say_why_and_the_others_go(act, dubs, in_team):
    [fit] = dubs(1)
    [made] = dubs(1, status=VersionStatus.COMPLETED)
    draftless = make_dubbing(make_asset(in_team), stage=Stage.PREPARING)
    action = act(BulkVerb.GENERATE, [fit, made, draftless])
    assert row_of(action, fit).outcome == DONE
    assert row_of(action, made).reason == "The film is made. Revise it first to make another."
    assert row_of(action, draftless).reason == "There is no draft yet."


def test_a_dub_that_moved_on_meanwhile_is_not_generated(choose, dubs, actor):
    first, second = dubs(2)
    action = choose(BulkVerb.GENERATE, [first, second])
    generate_version(version=first.current, actor=actor)
    action = begin_bulk(action=action, actor=DESK)
    assert row_of(action, first).outcome == STALE
    assert row_of(action, first).reason == (
        "It was “Ready for review” when it was chosen and is “Being sent” now."
    )
    assert OutboxMessage.objects.count() == 2


def test_what_will_be_refused_is_foreseen_in_the_same_words(choose, dubs, actor):
    fit, busy = dubs(2)
    [made] = dubs(1, status=VersionStatus.COMPLETED)
    generate_version(version=busy.current, actor=actor)
    seen = foresee(choose(BulkVerb.GENERATE, [fit, busy, made]))
    assert (seen.rows, seen.videos, seen.able, len(seen.pieces)) == (3, 3, 1, 1)
    assert {count for _, count in seen.refusals} == {1}


def test_sends_are_undone_only_until_they_leave(slow, act, dubs, actor):
    first, second = rows = dubs(2)
    action = act(BulkVerb.GENERATE, rows)
    assert can_undo(action, now=timezone.now())
    OutboxMessage.objects.filter(version=second.current_id).update(state=MessageState.SENDING)
    action = undo_bulk(action=action, actor=actor)
    assert row_of(action, first).outcome == UNDONE and stage_of(first) == Stage.READY
    assert row_of(action, second).outcome == KEPT
    assert "too late" in row_of(action, second).reason
    assert stage_of(second) == Stage.SENDING


def test_what_has_all_left_cannot_be_undone(slow, act, dubs, actor):
    action = act(BulkVerb.GENERATE, dubs(1))
    OutboxMessage.objects.update(state=MessageState.DONE)
    with pytest.raises(ValidationError) as caught:
        undo_bulk(action=action, actor=actor)
    assert caught.value.code == "undo_over"


def test_each_video_gets_the_languages_that_it_lacks(slow, act, dubs, actor):
    [first] = dubs(1)
    second, _ = dubs(1, ("de-DE", "fr-FR"))
    action = act(BulkVerb.ADD_LANGUAGES, [first, second], languages=["fr-FR", "ja-JP", "en-US"])
    assert outcomes(action) == [DONE, DONE]
    codes = Dubbing.objects.filter(asset=first.asset_id).values_list("locale_id", flat=True)
    assert set(codes) == {"de-DE", "fr-FR", "ja-JP"}
    [row] = action.rows.filter(asset=second.asset_id)
    assert row.before == {"added": ["ja-JP"]} and row.message.kind == Kind.ADD_LANGUAGES
    assert outcomes(act(BulkVerb.ADD_LANGUAGES, [first], languages=["ja-JP"])) == [SAME]
    action = undo_bulk(action=action, actor=actor)
    assert outcomes(action) == [UNDONE, UNDONE]
    assert Dubbing.objects.filter(locale="ja-JP", stage=Stage.NOT_SENT).count() == 2


def test_a_video_that_panjaya_has_not_taken_gets_no_languages(act, in_team, choose):
    asset = make_asset(in_team, remote_id="", status=AssetStatus.SENDING)
    dubbing = make_dubbing(asset)
    seen = foresee(choose(BulkVerb.ADD_LANGUAGES, [dubbing], languages=["fr-FR"]))
    assert seen.able == 0
    action = act(BulkVerb.ADD_LANGUAGES, [dubbing], languages=["fr-FR"])
    assert outcomes(action) == [REFUSED] and "once Panjaya has taken" in reasons(action)[0]


def test_the_price_of_languages_counts_only_those_that_are_missing(choose, dubs):
    [first] = dubs(1)
    second, _ = dubs(1, ("de-DE", "fr-FR"))
    seen = foresee(choose(BulkVerb.ADD_LANGUAGES, [first, second], languages=["fr-FR", "ja-JP"]))
    assert sorted(piece.languages for piece in seen.pieces) == [1, 2]


def test_retry_sends_a_refused_video_once_for_all_its_languages(slow, act, not_sent, actor):
    action = act(BulkVerb.RETRY, not_sent)
    assert outcomes(action) == [DONE, DONE] and reasons(action) == [RESENT, TOGETHER]
    assert OutboxMessage.objects.get().state == MessageState.WAITING
    assert {stage_of(dubbing) for dubbing in not_sent} == {Stage.SENDING}
    action = undo_bulk(action=action, actor=actor)
    assert outcomes(action) == [UNDONE, UNDONE]
    assert {stage_of(dubbing) for dubbing in not_sent} == {Stage.NOT_SENT}


def test_retry_over_two_turns_still_sends_once(act, choose, not_sent, monkeypatch):
    monkeypatch.setattr("dubbing.services.bulk.verbs.SENDS_AT_ONCE", 1)
    action = choose(BulkVerb.RETRY, not_sent)
    begun = begin_bulk(action=action, actor=DESK)
    assert begun.state == BulkState.WORKING, "more than one turn is the worker's"
    run_bulk(action_id=action.pk)
    assert reasons(action) == [RESENT, TOGETHER]


def test_retry_reopens_a_dub_that_failed(act, dubs):
    [failed] = dubs(1, status=VersionStatus.FAILED)
    action = act(BulkVerb.RETRY, [failed])
    assert outcomes(action) == [DONE] and reasons(action) == [REOPENED]
    assert OutboxMessage.objects.get().kind == Kind.REVISE
    assert row_of(action, failed).message is not None


def test_retry_sends_a_refused_generate_again(act, dubs, actor):
    [dubbing] = dubs(1)
    generate_version(version=dubbing.current, actor=actor)
    refuse(OutboxMessage.objects.get())
    action = act(BulkVerb.RETRY, [restaged(dubbing)])
    assert reasons(action) == [RESENT]
    assert OutboxMessage.objects.get().state == MessageState.WAITING


def test_retry_names_what_it_cannot_heal(act, dubs, in_team, choose, actor):
    given_up = make_dubbing(make_asset(in_team, status=AssetStatus.FAILED), stage=Stage.FAILED)
    [fine] = dubs(1)
    [unknown] = dubs(1)
    generate_version(version=unknown.current, actor=actor)
    OutboxMessage.objects.update(state=MessageState.UNCONFIRMED)
    Dubbing.objects.filter(pk=unknown.pk).update(stage=Stage.UNCONFIRMED)
    rows = [given_up, fine, unknown]
    seen = foresee(choose(BulkVerb.RETRY, rows))
    assert seen.able == 0 and len(seen.refusals) == 3
    action = act(BulkVerb.RETRY, rows)
    assert row_of(action, given_up).reason == GIVEN_UP
    assert row_of(action, fine).reason == NOTHING_FAILED
    assert row_of(action, unknown).reason == UNDECIDED_WORDS


def test_retry_counts_again_what_was_given_back(choose, not_sent):
    seen = foresee(choose(BulkVerb.RETRY, not_sent))
    assert seen.ways == (("not sent: sent again", 2),) and len(seen.pieces) == 2


def test_without_a_connection_nothing_is_sent(choose, dubs):
    rows = dubs(1)
    Connection.objects.update(is_current=False)
    with pytest.raises(ValidationError) as caught:
        choose(BulkVerb.GENERATE, rows)
    assert caught.value.code == "no_connection"


def test_a_deleted_row_takes_its_place_in_the_report_with_it(choose, dubs):
    first, second = dubs(2)
    action = choose(BulkVerb.GENERATE, [first, second])
    Version.objects.filter(dubbing=first).delete()
    Dubbing.objects.filter(pk=first.pk).delete()
    action = begin_bulk(action=action, actor=DESK)
    assert action.state == BulkState.DONE and outcomes(action) == [DONE]
