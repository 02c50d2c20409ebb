from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoping import team_scope
from dubbing.models import Asset, Batch, BatchItem, Dubbing, LanguageSet, OutboxMessage, Preset
from dubbing.screens.batch import ROWS
from dubbing.services.batches import edit_items, expand_batch
from dubbing.services.brakes import set_delay
from dubbing.states import AssetStatus, BatchState, MessageState, Stage, Verdict, VersionStatus
from tests.builders import make_asset, make_version
from tests.dubbing.admin.rows import make_message

TWO = "https://media.example.org/1.mp4\nhttps://media.example.org/2.mp4\tSecond"


def page(batch, name="detail", *args):
    return reverse(f"dubbing:batch-{name}", args=[batch.pk, *args])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_empty_list_says_what_will_be_here(as_alice):
    assert "Here will be your drafts" in text_of(as_alice.get(reverse("dubbing:batch-list")))


def test_pasted_addresses_become_rows_to_review(as_alice, connection, in_team):
    answer = as_alice.get(reverse("dubbing:batch-new"))
    batch_id = answer.context["batch"].pk
    assert Batch.objects.count() == 0, "looking makes no draft"
    form = {
        "batch": batch_id,
        "pasted": TWO + "\n" + TWO,
        "locale": "en-US",
        "languages": ["de-DE"],
    }
    answer = as_alice.post(reverse("dubbing:batch-new"), form, follow=True)
    assert answer.redirect_chain == [(reverse("dubbing:batch-detail", args=[batch_id]), 302)]
    words = text_of(answer)
    assert "2 addresses are here already and made no second row" in words
    assert "Second" in words and "1.mp4" in words
    assert BatchItem.objects.count() == 2


def test_what_is_typed_is_kept_before_anything_is_pressed(as_alice, connection, in_team):
    batch_id = uuid.uuid4()
    address = reverse("dubbing:batch-keep", args=[batch_id])
    for pasted in ("https://a", "https://a.example.org/1.mp4"):
        answer = as_alice.post(address, {"pasted": pasted, "project": "Autumn", "title": "Mine"})
        assert answer.status_code == 200
    answer = as_alice.get(reverse("dubbing:batch-detail", args=[batch_id]), follow=True)
    assert "https://a.example.org/1.mp4" in answer.content.decode()
    assert "Autumn" in answer.content.decode()
    assert "Mine" in text_of(as_alice.get(reverse("dubbing:batch-list")))


def test_the_draft_somebody_was_at_is_offered_where_a_new_one_begins(as_alice, connection, in_team):
    new = reverse("dubbing:batch-new")
    assert "still a draft" not in text_of(as_alice.get(new))
    batch_id = uuid.uuid4()
    as_alice.post(reverse("dubbing:batch-keep", args=[batch_id]), {"title": "Autumn"})
    answer = as_alice.get(new)
    assert "“Autumn” is still a draft" in text_of(answer)
    assert reverse("dubbing:batch-detail", args=[batch_id]) in answer.content.decode()
    Batch.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert "still a draft" not in text_of(as_alice.get(new)), "older ones are in the list"


def test_what_cannot_be_kept_is_said(as_alice, connection, in_team):
    address = reverse("dubbing:batch-keep", args=[uuid.uuid4()])
    answer = as_alice.post(address, {"speakers_count": "two"})
    assert (answer.status_code, answer.json()) == (422, {"message": "A whole number is expected."})


def test_a_template_fills_the_form(as_alice, connection, in_team):
    preset = Preset.objects.create(team=in_team, name="T", settings={"project": "From template"})
    answer = as_alice.get(reverse("dubbing:batch-new"), {"preset": preset.pk})
    assert "From template" in answer.content.decode()


def test_the_table_shows_each_rows_verdict_and_why(as_alice, batch, add):
    add(1, title="Good one")
    add(1, locale="xx-XX")
    words = text_of(as_alice.get(page(batch)))
    assert "Good one" in words and "Cannot be sent" in words
    assert "We do not know the locale" in words
    assert "Second" not in text_of(as_alice.get(page(batch), {"show": "green"}))


def test_many_rows_come_in_pages(as_alice, batch, add):
    add(ROWS + 3)
    first = as_alice.get(page(batch))
    assert len(first.context["screen"].rows) == ROWS
    rest = as_alice.get(first.context["screen"].next_url)
    assert len(rest.context["screen"].rows) == 3
    back = as_alice.get(rest.context["screen"].previous_url)
    assert back.context["screen"].rows[0].item.position == 1


def test_a_page_of_rows_costs_a_fixed_number_of_queries(
    as_alice, batch, add, django_assert_max_num_queries
):
    add(60)
    as_alice.get(page(batch))
    with django_assert_max_num_queries(20):
        as_alice.get(page(batch))


def test_the_live_part_answers_304_until_something_changes(as_alice, batch, add, actor):
    items = add(2)
    first = as_alice.get(page(batch, "rows"))
    again = as_alice.get(page(batch, "rows"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    edit_items(batch=batch, actor=actor, items=items[:1], changes={"title": "Other"})
    changed = as_alice.get(page(batch, "rows"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and "Other" in changed.content.decode()


def test_an_open_row_keeps_its_place_in_the_live_part(as_alice, batch, add):
    [item] = add(1)
    body = as_alice.get(page(batch, "rows"), {"edit": item.pk}).content.decode()
    assert f'id="edit-{item.pk}" hx-preserve' in body


def test_chosen_rows_get_more_languages(as_alice, batch, add):
    items = add(3)
    form = {
        "item": [items[0].pk, items[2].pk],
        "action": "add_languages",
        "bulk-languages": "fr-FR",
    }
    answer = as_alice.post(page(batch, "edit"), form, follow=True)
    assert "2 videos changed." in text_of(answer)
    assert [item.languages for item in batch.rows.order_by("position")] == [
        ["de-DE", "fr-FR"], ["de-DE"], ["de-DE", "fr-FR"],
    ]  # fmt: skip


def test_all_that_the_filter_shows_are_changed_beyond_the_page(as_alice, batch, add):
    add(ROWS + 2, locale="xx-XX")
    add(1)
    form = {"scope": "all", "show": "red", "action": "locale", "bulk-locale": "en-US"}
    assert "202 videos changed." in text_of(as_alice.post(page(batch, "edit"), form, follow=True))
    assert not batch.rows.filter(locale="xx-XX").exists()


@pytest.mark.parametrize(
    ("action", "name", "value", "field", "result"),
    [
        ("set_languages", "languages", ["ja-JP"], "languages", ["ja-JP"]),
        ("drop_languages", "languages", ["de-DE"], "languages", []),
        ("locale", "locale", "fr-FR", "locale", "fr-FR"),
        ("lips_model", "lips_model", "fast", "lips_model", "fast"),
        ("speakers_count", "speakers_count", "3", "speakers_count", 3),
        ("project", "project", "Autumn", "project", "Autumn"),
        ("add_tags", "tags", "a, b", "tags", ["a", "b"]),
        ("set_tags", "tags", "c", "tags", ["c"]),
    ],
)
def test_every_bulk_action_does_what_it_says(
    as_alice, batch, add, action, name, value, field, result
):
    [item] = add(1)
    form = {"item": item.pk, "action": action, f"bulk-{name}": value}
    as_alice.post(page(batch, "edit"), form)
    assert getattr(BatchItem.objects.get(pk=item.pk), field) == result


def test_adding_no_language_is_told(as_alice, batch, add):
    [item] = add(1)
    answer = as_alice.post(
        page(batch, "edit"), {"item": item.pk, "action": "add_languages"}, follow=True
    )
    assert "Choose at least one language first." in text_of(answer)


def test_rows_are_taken_out_and_undone(as_alice, batch, add):
    items = add(3)
    answer = as_alice.post(page(batch, "remove"), {"item": [items[0].pk, items[1].pk]}, follow=True)
    assert "2 videos taken out." in text_of(answer) and batch.rows.kept().count() == 1
    moment = re.search(r'name="moment" value="([^"]+)"', answer.content.decode())[1]
    answer = as_alice.post(page(batch, "restore"), {"moment": moment}, follow=True)
    assert "2 videos are back." in text_of(answer) and batch.rows.kept().count() == 3


def test_a_row_is_changed_on_its_page_without_a_script(as_alice, batch, add):
    [item] = add(1)
    form = as_alice.get(page(batch, "item", item.pk))
    was = form.context["was"]
    values = {"was": was, "title": "New", "media_url": item.media_url, "locale": "en-US"}
    answer = as_alice.post(
        page(batch, "item-facts", item.pk), values | {"languages": ["de-DE"]}, follow=True
    )
    assert "Saved." in text_of(answer)
    assert BatchItem.objects.get(pk=item.pk).title == "New"


def test_two_people_on_one_field_see_both_values(as_alice, batch, add, actor):
    [item] = add(1, title="Old")
    was = as_alice.get(page(batch, "item", item.pk)).context["was"]
    edit_items(batch=batch, actor=actor, items=[item], changes={"title": "Theirs"})
    values = {
        "was": was, "title": "Mine", "media_url": item.media_url, "locale": "en-US",
        "languages": ["de-DE"],
    }  # fmt: skip
    answer = as_alice.post(
        page(batch, "item-facts", item.pk), values, headers={"HX-Request": "true"}
    )
    words = text_of(answer)
    assert "“Theirs”" in words and "“Mine”" in words
    assert BatchItem.objects.get(pk=item.pk).title == "Theirs"
    decided = values | {"was": answer.context["was"], "undecided": "title", "mine": "title"}
    as_alice.post(page(batch, "item-facts", item.pk), decided, headers={"HX-Request": "true"})
    assert BatchItem.objects.get(pk=item.pk).title == "Mine"


def test_sending_says_the_count_first_and_then_does_it(as_alice, batch, add, pass_checks):
    items = add(2)
    pass_checks()
    batch.rows.update(duration_seconds=90)
    batch.rows.filter(pk=items[1].pk).update(verdict=Verdict.AMBER)
    words = text_of(as_alice.get(page(batch, "send")))
    assert "Send 1 video?" in words and "1 dub, 2 min of dubbing" in words
    assert "Also 1 that ought to be looked at first" in words
    answer = as_alice.post(page(batch, "send"), {"unsure": "1"}, follow=True)
    assert "2 videos are on the way." in text_of(answer)
    expand_batch(batch_id=batch.pk)
    assert Asset.objects.count() == 2
    assert "Being sent" in text_of(as_alice.get(page(batch)))


def test_only_chosen_rows_are_asked_about_and_sent(as_alice, batch, add, pass_checks):
    items = add(3)
    pass_checks()
    asked = as_alice.post(page(batch, "send"), {"item": items[0].pk, "ask": "1"})
    assert "Send 1 video?" in text_of(asked) and str(items[0].pk) in asked.content.decode()
    as_alice.post(page(batch, "send"), {"item": items[0].pk})
    assert batch.rows.to_send().count() == 1


def test_a_draft_is_thrown_away_and_taken_back(as_alice, batch, add):
    add(1)
    answer = as_alice.post(page(batch, "discard"), follow=True)
    assert "is thrown away" in text_of(answer)
    discarded = as_alice.get(reverse("dubbing:batch-list"), {"show": "discarded"})
    assert "Take back" in text_of(discarded)
    as_alice.post(page(batch, "recover"))
    assert Batch.objects.get(pk=batch.pk).state == BatchState.OPEN


def test_templates_and_sets_are_made_renamed_and_deleted(as_alice, connection, in_team):
    made = as_alice.post(reverse("dubbing:preset-new"), {"name": "Series", "project": "Autumn"})
    assert made.status_code == 201
    refused = as_alice.post(reverse("dubbing:preset-new"), {"name": "Series", "project": "x"})
    assert refused.status_code == 422 and "there already" in refused.json()["message"]
    sets = reverse("dubbing:language-set-new")
    assert as_alice.post(sets, {"name": "N", "languages": ["sv-SE", "da-DK"]}).status_code == 201
    words = text_of(as_alice.get(reverse("dubbing:preset-list")))
    assert "Series" in words and "Project: Autumn" in words and "Swedish" in words
    preset, found = Preset.objects.get(), LanguageSet.objects.get()
    changed = {"name": "Shows", "project": "Autumn"}
    as_alice.post(reverse("dubbing:preset-change", args=[preset.pk]), changed)
    assert Preset.objects.get().name == "Shows"
    as_alice.post(reverse("dubbing:language-set-rename", args=[found.pk]), {"name": "North"})
    as_alice.post(reverse("dubbing:preset-delete", args=[preset.pk]))
    as_alice.post(reverse("dubbing:language-set-delete", args=[found.pk]))
    assert not Preset.objects.exists() and not LanguageSet.objects.exists()


def test_viewers_are_kept_out_and_outsiders_find_nothing(as_bob, as_charlie, batch, add):
    add(1)
    assert as_bob.get(page(batch)).status_code == 403
    assert as_charlie.get(page(batch)).status_code == 404
    assert as_charlie.post(page(batch, "keep"), {"title": "x"}).status_code == 404
    with team_scope(batch.team_id):
        assert Batch.objects.get(pk=batch.pk).title == ""


def test_a_sent_row_says_why_its_video_was_not_taken(as_alice, batch, add):
    [item] = add()
    refused = make_asset(
        batch.team, status=AssetStatus.NOT_SENT, error_message="The account has no minutes left."
    )
    BatchItem.objects.filter(pk=item.pk).update(asset=refused)
    words = text_of(as_alice.get(page(batch)))
    assert "Not sent" in words and "The account has no minutes left." in words


def test_a_row_above_the_ceiling_waits_for_an_owner(as_alice, batch, add):
    [item] = add()
    video = make_asset(batch.team, status=AssetStatus.SENDING)
    held = make_message(video, MessageState.WAITING, held_at=timezone.now())
    BatchItem.objects.filter(pk=item.pk).update(asset=video)
    assert "Waits for release" in text_of(as_alice.get(page(batch)))
    OutboxMessage.objects.filter(pk=held.pk).update(held_at=None)
    assert "Being sent" in text_of(as_alice.get(page(batch)))


def test_a_row_that_was_sent_says_where_its_languages_are(as_alice, batch, add):
    [item] = add()
    video = make_asset(batch.team, status=AssetStatus.READY)
    german, french = (
        make_version(video, locale, VersionStatus.COMPLETED).dubbing
        for locale in ("de-DE", "fr-FR")
    )
    BatchItem.objects.filter(pk=item.pk).update(asset=video)

    def row():
        screen = as_alice.get(page(batch)).context["screen"]
        return screen.rows[0].badge.label, screen.rows[0].done, screen.revision

    *finished, before = row()
    assert finished == ["Finished", "2 of 2 done"]
    Dubbing.objects.filter(pk=french.pk).update(stage=Stage.FAILED)
    *failed, after = row()
    assert failed == ["Failed", "1 of 2 done"] and before != after


def test_send_says_whether_it_can_be_taken_back(as_alice, batch, add, pass_checks):
    add()
    pass_checks()
    for seconds, words in ((30, "Each waits 30 s before it leaves"), (0, "leave at once")):
        set_delay(team=batch.team, seconds=seconds)
        assert words in text_of(as_alice.get(page(batch, "send")))
