from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile

from dubbing.services.orders import AssetDraft, LanguageDraft, clean_asset_draft
from tests.builders import connection_of

GERMAN = (LanguageDraft("de-DE"),)


def test_every_fault_is_told_at_once(in_team):
    draft = AssetDraft(media_url="ftp://x", locale="xx-XX", end_time="-1", lips_model="best")
    with pytest.raises(ValidationError) as refusal:
        clean_asset_draft(draft, connection=connection_of(in_team))
    assert set(refusal.value.error_dict) == {
        "media_url",
        "locale",
        "end_time",
        "lips_model",
        "languages",
    }


def test_file_over_the_desks_limit_is_refused_before_it_is_opened(in_team, settings):
    settings.MAX_SOURCE_BYTES = 100
    with TemporaryUploadedFile("long.mp4", "video/mp4", 101, None) as file:
        draft = AssetDraft(file=file, locale="en-US", languages=GERMAN)
        with pytest.raises(ValidationError) as refusal:
            clean_asset_draft(draft, connection=connection_of(in_team))
    assert refusal.value.error_dict["file"][0].code == "file_too_large"
    assert "100 B at most" in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("https://media.example.org/films/Our_first%20film.mp4?x=1", "Our first film"),
        ("https://media.example.org/", "Untitled video"),
    ],
)
def test_blank_title_comes_from_the_link(in_team, address, title):
    draft = AssetDraft(media_url=address, locale="en-US", languages=GERMAN)
    assert clean_asset_draft(draft, connection=connection_of(in_team)).title == title


def test_loopback_is_a_source_only_while_the_sandbox_is_the_engine(in_team):
    connection = connection_of(in_team)
    draft = AssetDraft(media_url="http://127.0.0.1:9/a.mp4", locale="en-US", languages=GERMAN)
    assert clean_asset_draft(draft, connection=connection).media_url == draft.media_url
    connection.is_sandbox = False
    with pytest.raises(ValidationError):
        clean_asset_draft(draft, connection=connection)
