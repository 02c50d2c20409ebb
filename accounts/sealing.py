"""Third-party keys at rest: AES-256-GCM, bound to what they belong to, with a ring of keys.

A sealed value is `<key id>:<base64 of nonce + ciphertext>`. The first key of the ring seals;
every key of the ring opens, so a new key can be put in front while old values still open.
"""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32


class SealError(ValueError):
    """The value cannot be opened: another row's, altered, or its key has left the ring."""


@lru_cache(maxsize=4)
def read_ring(text: str) -> dict[str, AESGCM]:
    """`id:base64key` entries, comma separated, the sealing one first."""
    ring = {}
    for entry in text.split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded)
        except binascii.Error:
            key = b""
        if not name or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                "KEY_RING must hold entries id:key, each key 32 bytes in url-safe base64."
            )
        ring[name] = AESGCM(key)
    return ring


def seal(value: str, *, bound_to: str) -> str:
    ring = read_ring(settings.KEY_RING)
    name = next(iter(ring))
    nonce = os.urandom(NONCE_BYTES)
    sealed = ring[name].encrypt(nonce, value.encode(), bound_to.encode())
    return f"{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, bound_to: str) -> str:
    name, _, encoded = sealed.partition(":")
    key = read_ring(settings.KEY_RING).get(name)
    if key is None:
        raise SealError("This value was sealed with a key that is no longer in KEY_RING.")
    try:
        data = base64.urlsafe_b64decode(encoded)
        return key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound_to.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise SealError("This value was altered or belongs to another row.") from None
