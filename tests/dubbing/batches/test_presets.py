from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import LanguageSet, Preset
from dubbing.services.batches import edit_items
from dubbing.services.presets import rename, save_language_set, save_preset


def test_a_template_keeps_what_is_filled_in_and_nothing_else(in_team, actor):
    settings = {"locale": "en-US", "project": " Autumn ", "tags": "a", "speakers_count": ""}
    preset = save_preset(team=in_team, actor=actor, name=" Trailers ", settings=settings)
    assert preset.name == "Trailers"
    assert preset.settings == {"locale": "en-US", "project": "Autumn", "tags": ["a"]}


def test_an_empty_template_is_refused(in_team, actor):
    with pytest.raises(ValidationError):
        save_preset(team=in_team, actor=actor, name="Nothing", settings={"project": ""})


def test_a_name_is_there_once(in_team, actor):
    save_language_set(team=in_team, name="Nordics", locales=["sv-SE", "da-DK"])
    with pytest.raises(ValidationError) as caught:
        save_language_set(team=in_team, name="Nordics", locales=["nb-NO"])
    assert caught.value.error_dict["name"][0].code == "name_taken"
    other = save_language_set(team=in_team, name="North", locales=["nb-NO"])
    with pytest.raises(ValidationError):
        rename(row=other, name="Nordics")
    assert LanguageSet.objects.get(pk=other.pk).name == "North"


@pytest.mark.parametrize("name", ["", "   ", "n" * 101])
def test_a_name_is_a_word_or_a_few(in_team, name):
    with pytest.raises(ValidationError):
        save_language_set(team=in_team, name=name, locales=["sv-SE"])


def test_a_set_holds_only_languages_to_dub_into(in_team):
    with pytest.raises(ValidationError) as caught:
        save_language_set(team=in_team, name="Odd", locales=["xx-XX"])
    assert caught.value.error_dict["languages"][0].code == "unknown_locale"


def test_a_template_applies_to_rows(batch, actor, add, in_team):
    items = add(2)
    settings = {"languages": ["ja-JP", "it-IT"], "project": "Autumn"}
    preset = save_preset(team=in_team, actor=actor, name="Trailers", settings=settings)
    edit_items(batch=batch, actor=actor, items=items, changes=preset.settings)
    for item in batch.rows.all():
        assert (item.languages, item.project) == (["ja-JP", "it-IT"], "Autumn")
    assert Preset.objects.count() == 1
