"""When a signed address ends, as it says itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dubbing.links.lapsing import ends_at

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "query",
    [
        "X-Amz-Algorithm=A&X-Amz-Date=20260302T090000Z&X-Amz-Expires=3600&X-Amz-Signature=1",
        "x-amz-date=20260302T090000Z&x-amz-expires=3600",
        "X-Goog-Date=20260302T090000Z&X-Goog-Expires=3600",
        f"AWSAccessKeyId=1&Expires={int(AT.timestamp())}&Signature=1",
        "sv=2024&se=2026-03-02T10:00:00Z&sig=1",
        "sv=2024&se=2026-03-02T12:00:00%2B02:00&sig=1",
        "se=2026-03-02T10:00&sig=1",
    ],
)
def test_signed_addresses_say_when_they_end(query):
    assert ends_at(f"https://media.example.org/v.mp4?{query}") == AT


@pytest.mark.parametrize(
    "address",
    [
        "https://media.example.org/v.mp4",
        "https://media.example.org/v.mp4?se=tomorrow&sig=1",
        "https://media.example.org/v.mp4?se=2026-03-02",
        "https://media.example.org/v.mp4?X-Amz-Date=2026&X-Amz-Expires=3600",
        "https://media.example.org/v.mp4?X-Amz-Date=20260302T090000Z",
        "https://media.example.org/v.mp4?X-Amz-Date=99991231T235959Z&X-Amz-Expires=3600",
        "https://media.example.org/v.mp4?Expires=never",
        "https://media.example.org/v.mp4?Expires=99999999999999",
        "https://[broken/v.mp4?Expires=1",
        "",
    ],
)
def test_others_say_nothing(address):
    assert ends_at(address) is None
