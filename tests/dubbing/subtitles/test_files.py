from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Team
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.batches import draft_of, edit_items
from dubbing.services.subtitles import (
    MOST_FILES,
    GivenFile,
    add_subtitle_files,
    assign_subtitle,
    mend_all,
    mend_subtitle,
    place_again,
    remove_subtitle,
    restore_subtitle,
    undo_mend,
)
from dubbing.services.subtitles.mending import offered
from tests.dubbing.subtitles.corpus import VTT, srt, talk
from tests.dubbing.subtitles.rows import (
    GERMAN,
    OVERLAPPING,
    SPANISH,
    codes_of,
    give_files,
    give_row,
)


def revision_of(row: Batch | BatchItem) -> int:
    return type(row).objects.get(pk=row.pk).revision


def test_files_find_their_places_and_go_with_the_video(batch, actor, show):
    before = revision_of(batch), revision_of(show)
    spanish, german, lost = give_files(
        batch, actor, show__es=SPANISH, show__de=GERMAN, other__fr=SPANISH
    )
    assert (spanish.item, spanish.locale, spanish.findings) == (show, "es-ES", [])
    assert (german.item, german.locale) == (show, "de-DE")
    assert lost.item is None
    assert "No video here" in lost.reason
    draft = draft_of(show)
    assert {entry.locale: entry.srt for entry in draft.languages} == {
        "es-ES": spanish.text,
        "de-DE": german.text,
    }
    assert revision_of(batch) > before[0]
    assert revision_of(show) > before[1]


def test_other_format_is_kept_as_given_and_sent_as_srt(batch, actor, show):
    file = GivenFile("show.es.vtt", VTT.encode())
    made = add_subtitle_files(batch=batch, actor=actor, files=[file])[0]
    kept = SubtitleFile.objects.get(pk=made.pk)
    assert bytes(kept.original) == VTT.encode()
    assert kept.format == "WebVTT"
    assert kept.text.startswith("1\n00:00:01,000 --> 00:00:03,000\nHola a todos")
    assert "styling" in kept.notes[-1]


def test_faulty_file_makes_its_row_red_until_it_is_mended(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    assert codes_of(subtitle) == ["srt_overlap", "srt_overlap"]
    assert "languages.es-ES.srt" in BatchItem.objects.get(pk=show.pk).faults
    mended = mend_subtitle(subtitle=subtitle, actor=actor, mend="trim_overlaps")
    assert mended.findings == []
    assert BatchItem.objects.get(pk=show.pk).faults == {}


def test_mend_is_undone_and_the_original_stays(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    before = subtitle.text
    mended = mend_subtitle(subtitle=subtitle, actor=actor, mend="trim_overlaps")
    assert mended.mends == ["trim_overlaps"]
    assert mended.text != before
    undone = undo_mend(subtitle=mended, actor=actor)
    assert (undone.text, undone.mends) == (before, [])
    assert codes_of(undone) == ["srt_overlap", "srt_overlap"]
    assert bytes(SubtitleFile.objects.get(pk=subtitle.pk).original) == OVERLAPPING.encode()


def test_only_offered_mends_are_made(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    for mend in ("sort", "shift:999999", "explode", ""):
        with pytest.raises(ValidationError, match="no longer offered"):
            mend_subtitle(subtitle=subtitle, actor=actor, mend=mend)


def test_mend_of_what_somebody_else_mended_is_refused(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    stale = SubtitleFile.objects.get(pk=subtitle.pk)
    mend_subtitle(subtitle=subtitle, actor=actor, mend="trim_overlaps")
    with pytest.raises(ValidationError, match="meanwhile"):
        mend_subtitle(subtitle=stale, actor=actor, mend="trim_overlaps")


def test_all_that_is_sure_is_mended_at_once(batch, actor, show):
    text = srt(
        *[
            (3600 + start, 3600 + end, f"<b>{words}</b>")
            for start, end, words in ((9, 11, "después"), (1, 4, "Hola"), (3, 6, "a todos"))
        ]
    )
    subtitle = give_files(batch, actor, show__es=text)[0]
    mended = mend_all(subtitle=subtitle, actor=actor)
    assert mended.findings == []
    assert mended.mends[0] == "shift:-3600000"
    assert mended.text.startswith("1\n00:00:01,000 --> 00:00:03,000\nHola")


def test_chosen_encoding_and_frame_rate_lead_to_a_text(batch, actor, show):
    give_row(batch, actor, title="Film", languages=["ru-RU"])
    russian = srt(*talk("Привет, как дела сегодня")).encode("cp1251")
    files = [
        GivenFile("film.ru.srt", russian),
        GivenFile("show.es.sub", b"{25}{75}Hola|a todos\n"),
    ]
    first, second = add_subtitle_files(batch=batch, actor=actor, files=files)
    assert (first.text, second.text) == ("", "")
    read = mend_subtitle(subtitle=first, actor=actor, mend="encoding:cp1251")
    assert "Привет" in read.text
    assert "fps:25" in offered(second)
    read = mend_subtitle(subtitle=second, actor=actor, mend="fps:25")
    assert read.text.startswith("1\n00:00:01,000 --> 00:00:03,000\nHola")


def test_same_file_twice_is_one_and_a_new_one_of_its_name_takes_its_place(batch, actor, show):
    first = give_files(batch, actor, show__es=OVERLAPPING)[0]
    again = give_files(batch, actor, show__es=OVERLAPPING)[0]
    assert again.pk == first.pk
    better = give_files(batch, actor, show__es=SPANISH)[0]
    assert (better.item, better.locale) == (show, "es-ES")
    assert SubtitleFile.objects.get(pk=first.pk).removed_at is not None


def test_taken_place_is_not_taken_again(batch, actor, show):
    give_files(batch, actor, show__es=SPANISH)
    second = give_files(batch, actor, **{"Show (Spanish)": GERMAN})[0]
    assert second.item is None
    assert second.guess == show.pk
    assert "has a file already" in second.reason


def test_person_chooses_and_the_file_before_waits(batch, actor, show):
    first = give_files(batch, actor, show__es=SPANISH)[0]
    second = give_files(batch, actor, other=GERMAN)[0]
    placed = assign_subtitle(subtitle=second, actor=actor, item=show, locale="es-ES")
    assert (placed.item, placed.locale, placed.matched_by_person) == (show, "es-ES", True)
    beaten = SubtitleFile.objects.get(pk=first.pk)
    assert (beaten.item, beaten.guess) == (None, show.pk)


@pytest.mark.parametrize("locale", ["xx-XX", "", "he-IL"])
def test_unknown_language_is_refused(batch, actor, show, locale):
    subtitle = give_files(batch, actor, other=SPANISH)[0]
    with pytest.raises(ValidationError) as refusal:
        assign_subtitle(subtitle=subtitle, actor=actor, item=show, locale=locale)
    assert list(refusal.value.error_dict) == ["locale"]


def test_language_that_was_not_asked_for_is_offered(batch, actor, show):
    subtitle = give_files(batch, actor, show__ru=srt(*talk("Привет, как дела сегодня")))[0]
    assert codes_of(subtitle) == ["srt_not_asked"]
    assert draft_of(show).languages[0].locale == "es-ES"
    added = mend_subtitle(subtitle=subtitle, actor=actor, mend="add_language")
    assert added.findings == []
    assert BatchItem.objects.get(pk=show.pk).languages == ["es-ES", "de-DE", "ru-RU"]


def test_same_words_in_two_languages_are_found(batch, actor, show):
    one, other = give_files(batch, actor, show__es=SPANISH, show__de=SPANISH)
    assert codes_of(one) == codes_of(other) == ["srt_same_words"]
    assert "show.de.srt" in one.findings[0]["message"]


def test_files_are_judged_again_when_the_trim_changes(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=SPANISH)[0]
    edit_items(batch=batch, actor=actor, items=[show], changes={"end_time": "30"})
    assert "srt_outside_trim" in codes_of(SubtitleFile.objects.get(pk=subtitle.pk))
    row = BatchItem.objects.get(pk=show.pk)
    assert row.faults["languages.es-ES.srt"][0]["code"] == "srt_outside_trim"


def test_taken_out_and_put_back(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    remove_subtitle(subtitle=subtitle, actor=actor)
    assert BatchItem.objects.get(pk=show.pk).faults == {}
    gone = SubtitleFile.objects.get(pk=subtitle.pk)
    give_files(batch, actor, **{"show__es-ES": SPANISH})
    back = restore_subtitle(subtitle=gone, actor=actor)
    assert (back.item, back.removed_at) == (None, None)
    assert "by now" in back.reason


def test_files_that_came_before_their_video_are_placed_later(batch, actor):
    give_files(batch, actor, show__es=SPANISH, lost__fr=SPANISH)
    show = give_row(batch, actor, title="Show")
    give_row(batch, actor, title="Other")
    found = place_again(batch=batch, actor=actor)
    assert [one.item for one in found] == [show]
    assert place_again(batch=batch, actor=actor) == []


def test_file_of_a_sent_video_stays_as_it_is(batch, actor, show):
    subtitle = give_files(batch, actor, show__es=OVERLAPPING)[0]
    BatchItem.objects.filter(pk=show.pk).update(send_asked_at=show.created_at)
    subtitle.refresh_from_db()
    for press in (remove_subtitle, undo_mend, mend_all):
        with pytest.raises(ValidationError, match="sent with it"):
            press(subtitle=SubtitleFile.objects.get(pk=subtitle.pk), actor=actor)


@pytest.mark.parametrize(("count", "code"), [(0, "required"), (MOST_FILES + 1, "too_many_files")])
def test_too_many_or_none_are_refused(batch, actor, count, code):
    files = [GivenFile("a.srt", b"x")] * count
    with pytest.raises(ValidationError) as refusal:
        add_subtitle_files(batch=batch, actor=actor, files=files)
    assert refusal.value.error_dict["files"][0].code == code


def test_strange_names_are_kept_readable(batch, actor, in_team: Team):
    name = "..\\..\\etc/\x00pass\u202ewd" + "x" * 400 + ".es.srt"
    file = GivenFile(name, SPANISH.encode())
    made = add_subtitle_files(batch=batch, actor=actor, files=[file])[0]
    assert len(made.name) == 255
    assert made.name.endswith("x.es.srt")
    assert made.name.isprintable()
