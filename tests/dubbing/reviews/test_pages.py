from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dubbing.models import Dubbing, Note
from dubbing.services.actors import Actor
from dubbing.services.notes import add_note, reply_to_note
from dubbing.services.reviews import approve, ask_revision
from dubbing.states import Stage, VersionStatus
from tests.builders import make_version
from tests.conftest import signed_in
from tests.dubbing.pages.html import has_tag, tag_with, text_of
from tests.dubbing.pages.rows import make_film


@pytest.fixture
def as_rita(rita):
    return signed_in(rita)


def page_of(version, part: str = "") -> str:
    return f"/versions/{version.pk}/{part}"


def test_a_reviewer_approves_from_the_dubs_page(as_rita, version):
    page = as_rita.get(page_of(version))
    assert page.context["screen"].main_action == "approve"
    said = as_rita.post(page_of(version, "approve/"), follow=True)
    assert "Approved." in text_of(said)
    assert Dubbing.objects.get().stage == Stage.APPROVED
    assert "It is approved already." in text_of(said)


def test_asking_for_a_revision_takes_the_moment_along(as_rita, version):
    form = as_rita.get(page_of(version, "ask/"), {"at": "0:09.5"})
    assert 'value="0:09.5"' in tag_with(form, 'name="at_seconds"')
    page = as_rita.post(
        page_of(version, "ask/"), {"reason": "The name is <Marlow>", "at_seconds": "0:09.5"},
        follow=True,
    )  # fmt: skip
    assert "The name is <Marlow>" in text_of(page)
    assert 'data-seek="9.500' in tag_with(page, "data-seek")
    assert Dubbing.objects.get().review == "revision_asked"


def test_a_reason_is_asked_for_again_where_it_is_missing(as_rita, version):
    page = as_rita.post(page_of(version, "ask/"), {"reason": " ", "at_seconds": "nine"})
    assert "Write the reason first." in text_of(page)
    assert "This is not a time." in text_of(page)
    assert 'value="nine"' in tag_with(page, 'name="at_seconds"')


def test_asking_where_nothing_can_be_asked_says_why(as_rita, asset):
    version = make_version(asset, "fr-FR", VersionStatus.GENERATING)
    assert "There is nothing to judge yet" in text_of(as_rita.get(page_of(version, "ask/")))
    page = as_rita.get(page_of(version))
    assert "There is nothing to judge yet" in text_of(page)
    said = as_rita.post(page_of(version, "approve/"), follow=True)
    assert "There is nothing to judge yet" in text_of(said)


def test_a_review_is_begun_and_taken_back(as_rita, version):
    as_rita.post(page_of(version, "review/"))
    assert Dubbing.objects.get().stage == Stage.IN_REVIEW
    as_rita.post(page_of(version, "reset/"))
    assert Dubbing.objects.get().stage == Stage.READY


def test_a_viewer_sees_verdict_and_notes_without_buttons(as_bob, version, dubbing, reviewer):
    ask_revision(dubbing=dubbing, actor=reviewer, reason="The names")
    page = as_bob.get(page_of(version))
    assert "Revision asked" in text_of(page) and "The names" in text_of(page)
    for mark in ("data-ask", "data-note-new", f'action="{page_of(version, "approve/")}"'):
        assert not has_tag(page, mark)


def test_an_older_version_sends_to_the_current_one(as_rita, asset, version):
    newer = make_version(asset)
    page = as_rita.get(page_of(version))
    assert "Version 2 is the current one" in text_of(page)
    said = as_rita.post(page_of(version, "approve/"), follow=True)
    assert "You looked at version 1; the current one is 2." in text_of(said)
    assert has_tag(page, f'href="{page_of(newer)}"')


def test_a_version_is_pinned_and_unpinned(as_alice, asset, version):
    newer = make_version(asset)
    page = as_alice.post(page_of(version, "pin/"), follow=True)
    assert "This is version 1, pinned as the current one." in text_of(page)
    as_alice.post(page_of(version, "unpin/"))
    assert Dubbing.objects.get().current == newer


def test_a_verdict_stands_on_the_road(as_alice, asset, actor):
    version = make_version(asset, "fr-FR", VersionStatus.READY_TO_EDIT)
    approve(dubbing=version.dubbing, actor=actor)
    steps = as_alice.get(page_of(version)).context["screen"].steps
    assert [step.badge.label for step in steps] == [
        "Preparing", "Ready for review", "Approved", "Generating", "Finished",
    ]  # fmt: skip
    assert [step.place for step in steps] == ["past", "past", "now", "ahead", "ahead"]


def test_an_asked_revision_of_a_film_makes_revise_the_next_step(as_alice, asset, reviewer):
    version = make_version(asset, "fr-FR", VersionStatus.COMPLETED)
    make_film(version)
    ask_revision(dubbing=version.dubbing, actor=reviewer, reason="The names")
    screen = as_alice.get(page_of(version)).context["screen"]
    assert screen.main_action == "revise"
    assert [step.badge.label for step in screen.steps][-2:] == ["Finished", "Revision asked"]


def test_an_asked_revision_of_a_draft_makes_the_studio_the_next_step(as_alice, asset, reviewer):
    version = make_version(asset, "fr-FR", VersionStatus.READY_TO_EDIT)
    assert as_alice.get(page_of(version)).context["screen"].main_action == "generate"
    ask_revision(dubbing=version.dubbing, actor=reviewer, reason="The names")
    screen = as_alice.get(page_of(version)).context["screen"]
    assert screen.main_action == "studio" and screen.generate.is_legal
    [row] = as_alice.get(f"/assets/{asset.pk}/").context["screen"].rows
    assert row.action == ""


def test_what_panjaya_is_slow_with_is_called_late(as_alice, asset):
    version = make_version(asset, "fr-FR", VersionStatus.GENERATING)
    page = as_alice.get(page_of(version))
    assert "Expected" in text_of(page) and "by our guess" in text_of(page)
    Dubbing.objects.filter(pk=version.dubbing_id).update(
        stage_since=timezone.now() - timedelta(days=2)
    )
    assert "Late. It should have been done" in text_of(as_alice.get(page_of(version)))


def test_a_note_is_written_answered_resolved_and_deleted_without_a_script(as_rita, version):
    page = as_rita.post(
        page_of(version, "notes/"), {"text": "Too fast\nhere", "at_seconds": "0:07"}, follow=True
    )
    note = Note.objects.get()
    assert page.redirect_chain[-1][0] == f"{page_of(version)}#note-{note.pk}"
    assert "Too fast here" in text_of(page)
    as_rita.post(f"/notes/{note.pk}/reply/", {"text": "Indeed"})
    page = as_rita.post(f"/notes/{note.pk}/resolve/", follow=True)
    assert "Resolved by Rita Rowan" in text_of(page)
    as_rita.post(f"/notes/{note.pk}/reopen/")
    as_rita.post(f"/notes/{note.pk}/edit/", {"text": "Much too fast"})
    page = as_rita.get(page_of(version))
    assert "Much too fast" in text_of(page) and "changed" in text_of(page)
    assert "Delete the note?" in text_of(as_rita.get(f"/notes/{note.pk}/delete/"))
    as_rita.post(f"/notes/{note.pk}/delete/")
    assert not Note.objects.exists()


def test_the_script_gets_the_list_alone(as_rita, version, dubbing):
    at = page_of(version, "notes/")
    page = as_rita.post(at, {"text": "Too fast"}, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert (
        page.content.decode()
        .strip()
        .startswith(f'<section class="panel notes" id="notes-{dubbing.pk}"')
    )
    refused = as_rita.post(at, {"text": " ", "at_seconds": "x"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "Write the note first." in text_of(refused) and "not a time" in text_of(refused)


def test_a_note_that_cannot_be_kept_comes_back_as_it_was_typed(as_rita, version):
    page = as_rita.post(page_of(version, "notes/"), {"text": "Too fast", "at_seconds": "9:99"})
    assert page.status_code == 422
    assert "Too fast" in text_of(page) and 'value="9:99"' in tag_with(page, 'name="at_seconds"')


def test_others_notes_offer_no_edit_and_refuse_it(as_rita, version, dubbing, actor):
    note = add_note(dubbing=dubbing, text="Louder", actor=actor)
    page = as_rita.get(page_of(version))
    assert not has_tag(page, f"/notes/{note.pk}/edit/")
    answer = as_rita.post(f"/notes/{note.pk}/edit/", {"text": "Mine"})
    assert "Only who wrote a note changes it." in text_of(answer)
    said = as_rita.post(f"/notes/{note.pk}/delete/", follow=True)
    assert "Only who wrote a note changes it." in text_of(said)
    assert Note.objects.get().text == "Louder"


def test_more_notes_take_no_more_queries(as_rita, version, dubbing, actor, captured_count):
    def write(number: int) -> None:
        for _ in range(number):
            note = add_note(dubbing=dubbing, text="Louder", actor=actor)
            reply_to_note(note=note, text="Where?", actor=actor)

    write(1)
    as_rita.get(page_of(version))
    few = captured_count(lambda: as_rita.get(page_of(version)))
    write(5)
    assert captured_count(lambda: as_rita.get(page_of(version))) == few


def test_who_and_when_are_changed_in_their_place(as_alice, dubbing, version, rita, alice):
    at = f"/dubbings/{dubbing.pk}/work/"
    values = {"owner": alice.pk, "reviewer": rita.pk, "due_on": "2020-01-02", "priority": "4"}
    page = as_alice.post(at, values | {"revision": dubbing.work_revision}, follow=True)
    assert page.redirect_chain[-1][0] == page_of(version)
    assert "2 Jan 2020 has passed already" in text_of(page)
    assert "Rita Rowan" in text_of(page) and "overdue" in text_of(page)
    back = as_alice.post(at + "?back=video", values | {"revision": 2})
    assert back.url == f"/assets/{dubbing.asset_id}/"


def test_a_stale_edit_shows_both_and_lets_one_choose(as_alice, dubbing, rita, alice):
    at = f"/dubbings/{dubbing.pk}/work/"
    Dubbing.objects.update(owner=rita, work_revision=5)
    page = as_alice.post(at, {"owner": str(alice.pk), "revision": "1"})
    assert page.status_code == 409
    assert "Now it has owner Rita Rowan; you chose owner Alice Ash." in text_of(page)
    assert 'value="5"' in tag_with(page, 'name="revision"')
    assert "selected" in tag_with(page, f'value="{alice.pk}"')
    as_alice.post(at, {"owner": str(alice.pk), "revision": "5"})
    assert Dubbing.objects.get().owner == alice


def test_values_that_cannot_be_come_back_with_reasons(as_alice, dubbing, charlie):
    page = as_alice.post(
        f"/dubbings/{dubbing.pk}/work/",
        {"owner": str(charlie.pk), "due_on": "3.12.2026", "priority": "soon", "revision": "1"},
    )
    for words in ("Nobody of this team", "Write a date like", "Priorities are"):
        assert words in text_of(page)
    assert Dubbing.objects.get().work_revision == 1


def test_an_actor_who_left_is_not_named_as_nobody(as_alice, version, dubbing, rita):
    add_note(dubbing=dubbing, text="Louder", actor=Actor(user=rita))
    rita.delete()
    assert "somebody who has left" in text_of(as_alice.get(page_of(version)))
