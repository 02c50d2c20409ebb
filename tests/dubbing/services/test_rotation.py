from __future__ import annotations

import base64
import secrets

import pytest
from django.core.management import CommandError, call_command

from accounts.scoping import all_teams
from dubbing.models import Connection
from dubbing.services.rotation import reseal_keys
from tests.builders import make_connection, make_team


def new_key(name):
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def keys():
    with all_teams("test"):
        return [row.read_key() for row in Connection.objects.all()]


def test_the_old_key_may_go_once_all_is_sealed_anew(db, settings):
    old, new = new_key("old"), new_key("new")
    settings.KEY_RING = old
    for _ in range(2):
        make_connection(make_team())
    settings.KEY_RING = f"{new},{old}"
    assert reseal_keys() == 2
    assert reseal_keys() == 0
    settings.KEY_RING = new
    assert keys() == ["panjaya-sandbox"] * 2


def test_a_ring_without_the_old_key_changes_nothing(db, settings):
    settings.KEY_RING = old = new_key("old")
    make_connection(make_team())
    settings.KEY_RING = new_key("new")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reseal_keys")
    settings.KEY_RING = old
    assert keys() == ["panjaya-sandbox"]
