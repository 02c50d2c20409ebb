from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.sealing import SealError, read_ring, seal, unseal


def ring(*names: str) -> str:
    keys = {
        name: base64.urlsafe_b64encode(name.encode().ljust(32, b"-")).decode() for name in names
    }
    return ",".join(f"{name}:{key}" for name, key in keys.items())


def test_what_is_sealed_can_be_opened(settings):
    settings.KEY_RING = ring("k1")
    sealed = seal("panjaya-secret", bound_to="connection:1")
    assert "secret" not in sealed
    assert unseal(sealed, bound_to="connection:1") == "panjaya-secret"


def test_equal_values_are_sealed_differently(settings):
    settings.KEY_RING = ring("k1")
    assert seal("same", bound_to="x") != seal("same", bound_to="x")


def test_another_rows_value_does_not_open(settings):
    settings.KEY_RING = ring("k1")
    with pytest.raises(SealError, match="another row"):
        unseal(seal("secret", bound_to="connection:1"), bound_to="connection:2")


def test_an_altered_value_does_not_open(settings):
    settings.KEY_RING = ring("k1")
    sealed = seal("secret", bound_to="x")
    altered = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(SealError):
        unseal(altered, bound_to="x")


@pytest.mark.parametrize("sealed", ["k1:", "k1:AAAA", "k1:%%%", ""])
def test_rubbish_does_not_open(settings, sealed):
    settings.KEY_RING = ring("k1")
    with pytest.raises(SealError):
        unseal(sealed, bound_to="x")


def test_a_new_key_in_front_leaves_old_values_readable(settings):
    settings.KEY_RING = ring("old")
    sealed = seal("secret", bound_to="x")
    settings.KEY_RING = ring("new", "old")
    assert unseal(sealed, bound_to="x") == "secret"
    assert seal("secret", bound_to="x").startswith("new:")


def test_a_key_that_left_the_ring_is_named_as_the_reason(settings):
    settings.KEY_RING = ring("old")
    sealed = seal("secret", bound_to="x")
    settings.KEY_RING = ring("new")
    with pytest.raises(SealError, match="no longer in KEY_RING"):
        unseal(sealed, bound_to="x")


@pytest.mark.parametrize("text", ["", "k1", "k1:short", ":" + "A" * 44, "k1:%%%"])
def test_a_ring_of_nonsense_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="KEY_RING"):
        read_ring(text)
