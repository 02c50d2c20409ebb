"""A key is tried before it is kept, by one free look."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Connection
from dubbing.services.connections import make_connection_current
from tests.dubbing.connections.conftest import KEY, Engine, Enter

Far = tuple[Engine, str]


def faults(raised: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str | None]]:
    """Field → codes."""
    fields = raised.value.error_dict.items()
    return {name: [error.code for error in errors] for name, errors in fields}


def test_key_that_reads_the_list_is_accepted(far: Far, enter: Enter) -> None:
    engine, url = far
    connection = enter(url)
    connection.refresh_from_db()
    assert connection.check_result == "accepted" and connection.verified_at
    assert connection.check_detail == "The list was read: 0 videos."
    assert engine.asked == [("GET", "/v1/assets/", f"Bearer {KEY}")]
    assert connection.is_current and connection.read_key() == KEY


def test_refused_key_is_not_kept(far: Far, enter: Enter) -> None:
    engine, url = far
    engine.status, engine.body = 401, {"detail": "Could not validate key"}
    with pytest.raises(ValidationError) as raised:
        enter(url)
    assert faults(raised) == {"key": ["key_rejected"]}
    assert "Could not validate key" in raised.value.messages[0]
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, {"detail": "Not Found"}, "knows no list of videos (404)"),
        (200, b"<html>Welcome</html>", "not as Panjaya’s API would: The answer is not JSON."),
        (200, {"hello": "world"}, "The answer holds no list of assets."),
        (500, {"detail": "Down"}, "Nothing could be found out just now"),
        (403, {"detail": "No plan"}, "may not read its list (403). Panjaya said: No plan"),
        (429, b"", "asked us to come later (429)"),
        (418, {"detail": "A teapot"}, "The list was refused. Panjaya said: A teapot"),
        (200, {"items": [{"strange": 1}], "total": 1}, "names of its fields differ"),
    ],
)
def test_what_cannot_be_verified_is_kept_with_its_reason(
    far: Far, enter: Enter, status: int, body: object, words: str
) -> None:
    engine, url = far
    engine.status, engine.body = status, body
    connection = enter(url)
    connection.refresh_from_db()
    assert connection.check_result == "unverified" and connection.verified_at is None
    assert words in connection.check_detail
    assert set(engine.calls) == {"GET /v1/assets/"}


def test_unreachable_engine_is_told_in_words(enter: Enter) -> None:
    connection = enter("http://127.0.0.1:9")
    assert connection.check_result == "unverified"
    assert "could not be reached (ConnectError)" in connection.check_detail


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://api.panjaya.ai", "url_scheme"),
        ("https://192.168.1.1", "invalid_url"),
        ("https://user:word@api.panjaya.ai", "invalid_url"),
        ("ftp://api.panjaya.ai", "invalid_url"),
        ("nonsense", "invalid_url"),
    ],
)
def test_key_is_sent_to_no_unfit_address(enter: Enter, address: str, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        enter(address)
    assert faults(raised) == {"base_url": [code]}


@pytest.mark.parametrize("key", ["two words", "schlüssel", "line\nbreak"])
def test_key_that_is_no_key_is_refused(enter: Enter, key: str) -> None:
    with pytest.raises(ValidationError) as raised:
        enter("http://127.0.0.1:9", key=key)
    assert faults(raised) == {"key": ["invalid_key"]}


def test_kept_key_is_never_sent_to_another_address(far: Far, enter: Enter) -> None:
    engine, url = far
    row = enter(url)
    with Engine(200, {"items": []}).run() as elsewhere, pytest.raises(ValidationError) as raised:
        enter(elsewhere, key=None, row=row)
    assert faults(raised) == {"key": ["required"]}
    row.refresh_from_db()
    assert row.base_url == url


def test_new_name_needs_no_new_look(far: Far, enter: Enter) -> None:
    engine, url = far
    row = enter(url)
    enter(url, key=None, row=row, name="Renamed", looks_per_minute=120)
    assert len(engine.asked) == 1
    assert Connection.objects.get().name == "Renamed"


def test_new_key_is_tried_and_what_was_learnt_is_forgotten(far: Far, enter: Enter) -> None:
    _engine, url = far
    row = enter(url)
    Connection.objects.update(absent_calls=[{"call": "generate", "status_code": 404, "at": "x"}])
    row.refresh_from_db()
    enter(url, key="panjaya-next", row=row)
    row.refresh_from_db()
    assert row.absent_calls == [] and row.read_key() == "panjaya-next"


def test_too_few_looks_per_minute_are_refused(enter: Enter) -> None:
    with pytest.raises(ValidationError) as raised:
        enter("http://127.0.0.1:9", looks_per_minute=5)
    assert list(faults(raised)) == ["looks_per_minute"]


def test_one_connection_is_current(far: Far, enter: Enter) -> None:
    _engine, url = far
    first, second = enter(url), enter(url)
    assert list(Connection.objects.filter(is_current=True)) == [second]
    make_connection_current(connection=first)
    assert list(Connection.objects.filter(is_current=True)) == [first]
