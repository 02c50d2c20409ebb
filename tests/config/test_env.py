from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("reader", "value", "words"),
    [
        (lambda name: env.flag(name), "perhaps", "must be 1 or 0"),
        (lambda name: env.integer(name, 1), "many", "must be a whole number"),
        (lambda name: env.port(name, 1), "70000", "between 1 and 65535"),
        (lambda name: env.http_url(name, ""), "ftp://x", "must be an address"),
        (lambda name: env.http_url(name, ""), "dub.example.org", "must be an address"),
        (lambda name: env.broker(name), "nonsense://", "must be an address"),
        (lambda name: env.broker(name), "redis", "must be an address"),
    ],
)
def test_nonsense_stops_the_start_and_names_the_variable(monkeypatch, reader, value, words):
    monkeypatch.setenv("SOME_SETTING", value)
    with pytest.raises(ImproperlyConfigured, match=words) as error:
        reader("SOME_SETTING")
    assert "SOME_SETTING" in str(error.value)


def test_missing_values_take_their_default(monkeypatch):
    monkeypatch.delenv("SOME_SETTING", raising=False)
    assert env.flag("SOME_SETTING", default=True)
    assert env.integer("SOME_SETTING", 7) == 7
    assert env.http_url("SOME_SETTING", "http://a.example/") == "http://a.example"


def test_database_address_becomes_djangos_entry():
    entry = env.database("postgresql://ann:secret@db.example:5433/desk?sslmode=require")
    assert entry["NAME"] == "desk"
    assert (entry["USER"], entry["PASSWORD"]) == ("ann", "secret")
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "5433")
    assert entry["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://x/y?flavour=sweet", "nonsense"])
def test_other_database_addresses_are_refused(address):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database(address)


def test_production_makes_no_secret_of_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        env.secret("SECRET_KEY", data_dir=tmp_path, production=True)
    assert list(tmp_path.iterdir()) == []


def test_single_machine_keeps_its_secret_to_itself(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = env.secret("SECRET_KEY", data_dir=tmp_path, production=False)
    assert env.secret("SECRET_KEY", data_dir=tmp_path, production=False) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_end_with_one_secret(monkeypatch, tmp_path):
    monkeypatch.delenv("KEY_RING", raising=False)
    found: list[str] = []

    def start() -> None:
        found.append(env.secret("KEY_RING", data_dir=tmp_path, production=False))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key_ring"]
