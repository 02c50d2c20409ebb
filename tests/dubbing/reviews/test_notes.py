from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Asset, Note
from dubbing.services.actors import Actor
from dubbing.services.notes import (
    add_note,
    delete_note,
    edit_note,
    film_length,
    reopen_note,
    reply_to_note,
    resolve_note,
)
from tests.builders import make_api_key


def test_a_note_stands_at_its_moment_of_the_current_version(dubbing, version, reviewer, rita):
    note = add_note(dubbing=dubbing, text=" Louder ", at_seconds="0:07.5", actor=reviewer)
    assert (note.text, note.at_seconds, note.author) == ("Louder", Decimal("7.5"), rita)
    assert (note.version_id, note.resolved_at) == (version.pk, None)


def test_without_a_moment_it_is_about_all_of_it(dubbing, actor):
    assert add_note(dubbing=dubbing, text="Fine", at_seconds=" ", actor=actor).at_seconds is None


def test_pages_hear_of_a_note(dubbing, actor):
    before = Asset.objects.get().revision
    add_note(dubbing=dubbing, text="Fine", actor=actor)
    assert Asset.objects.get().revision == before + 1


def test_empty_text_and_an_impossible_moment_are_told_together(dubbing, actor):
    with pytest.raises(ValidationError) as error:
        add_note(dubbing=dubbing, text=" ", at_seconds="never", actor=actor)
    codes = {name: faults[0].code for name, faults in error.value.error_dict.items()}
    assert codes == {"text": "note_empty", "at_seconds": "invalid_time"}


def test_the_film_is_as_long_as_its_trimmed_video(asset, dubbing):
    assert film_length(dubbing) == Decimal("62.500")
    asset.start_time, asset.end_time = Decimal(10), Decimal(40)
    dubbing.asset = asset
    assert film_length(dubbing) == 30


def test_replies_stand_beneath_the_first_note(dubbing, actor, reviewer):
    note = add_note(dubbing=dubbing, text="Louder", actor=reviewer)
    reply = reply_to_note(note=note, text="Where?", actor=actor)
    deeper = reply_to_note(note=reply, text="Here", actor=reviewer)
    assert (reply.reply_to, deeper.reply_to) == (note, note)
    assert list(Note.objects.open()) == [note]


def test_a_note_is_resolved_and_opened_again(dubbing, actor, alice):
    note = add_note(dubbing=dubbing, text="Louder", actor=actor)
    assert resolve_note(note=note, actor=actor)
    assert not resolve_note(note=note, actor=actor)
    assert Note.objects.get().resolved_by == alice
    assert reopen_note(note=note, actor=actor)
    assert Note.objects.get().resolved_at is None


def test_a_reply_is_settled_with_its_note(dubbing, actor):
    reply = reply_to_note(
        note=add_note(dubbing=dubbing, text="Louder", actor=actor), text="Done", actor=actor
    )
    with pytest.raises(ValidationError) as error:
        resolve_note(note=reply, actor=actor)
    assert error.value.code == "is_reply"


def test_only_who_wrote_a_note_changes_or_deletes_it(dubbing, actor, reviewer):
    note = add_note(dubbing=dubbing, text="Louder", actor=reviewer)
    for attempt in (
        lambda: edit_note(note=note, text="Quieter", actor=actor),
        lambda: delete_note(note=note, actor=actor),
    ):
        with pytest.raises(ValidationError) as error:
            attempt()
        assert error.value.code == "not_author"
    edit_note(note=note, text="Quieter", actor=reviewer)
    now = Note.objects.get()
    assert now.text == "Quieter" and now.edited_at is not None
    delete_note(note=note, actor=reviewer)
    delete_note(note=note, actor=reviewer)
    assert not Note.objects.exists()


def test_a_key_is_the_author_of_its_own_notes_only(in_team, dubbing, actor):
    mine = Actor(key=make_api_key(in_team)[0])
    note = add_note(dubbing=dubbing, text="Louder", actor=mine)
    edit_note(note=note, text="Quieter", actor=mine)
    with pytest.raises(ValidationError):
        edit_note(note=note, text="Again", actor=Actor(key=make_api_key(in_team)[0]))
    with pytest.raises(ValidationError):
        edit_note(note=note, text="Again", actor=actor)


def test_what_others_answered_is_not_deleted_with_it(dubbing, actor, reviewer):
    note = add_note(dubbing=dubbing, text="Louder", actor=reviewer)
    reply_to_note(note=note, text="Where?", actor=actor)
    with pytest.raises(ValidationError) as error:
        delete_note(note=note, actor=reviewer)
    assert error.value.code == "note_answered"
    assert Note.objects.count() == 2
