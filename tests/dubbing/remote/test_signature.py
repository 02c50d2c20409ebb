from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from dubbing.remote.signature import PANJAYA_PUBLIC_KEY, SignatureError, load_key, verify

PRIVATE = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
BODY = b'{"event": "version_ready", "asset_id": "a"}'


def _pem(key: PublicKeyTypes) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _der(body: bytes = BODY) -> bytes:
    return PRIVATE.sign(body, ec.ECDSA(SHA256()))


def _raw(body: bytes = BODY) -> bytes:
    r, s = decode_dss_signature(_der(body))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


PUBLIC = _pem(PRIVATE.public_key())
OTHER_PUBLIC = _pem(OTHER.public_key())
P384_PUBLIC = _pem(ec.generate_private_key(ec.SECP384R1()).public_key())
RSA_PUBLIC = _pem(rsa.generate_private_key(65537, 2048).public_key())


@pytest.mark.parametrize("form", [_der, _raw])
@pytest.mark.parametrize("encode", [bytes.hex, _base64, _base64url, lambda v: v.hex().upper()])
def test_every_encoding_is_accepted(
    form: Callable[[], bytes], encode: Callable[[bytes], str]
) -> None:
    verify(BODY, {"X-Signature": encode(form()), "X-Signature-Algorithm": "ES256"}, [PUBLIC])


def test_raw_signature_that_begins_like_der_is_accepted() -> None:
    raw = next(raw for raw in iter(_raw, None) if raw[0] == 0x30)
    verify(BODY, {"x-signature": raw.hex()}, [PUBLIC])
    verify(BODY, {"x-signature": _base64(raw)}, [PUBLIC])


@pytest.mark.parametrize("keys", [[OTHER_PUBLIC, PUBLIC], [PUBLIC, OTHER_PUBLIC]])
def test_any_of_several_keys_may_have_signed(keys: list[str]) -> None:
    verify(BODY, {"X-Signature": _der().hex()}, keys)


def test_unusable_keys_do_not_hide_a_good_one() -> None:
    keys = ["", "no key", "\ud800", P384_PUBLIC, RSA_PUBLIC, PUBLIC]
    verify(BODY, {"X-Signature": _der().hex()}, keys)


@pytest.mark.parametrize(
    ("body", "headers", "keys", "reason"),
    [
        (BODY + b" ", {"X-Signature": _der().hex()}, [PUBLIC], "match"),
        (BODY.replace(b"a", b"b", 1), {"X-Signature": _raw().hex()}, [PUBLIC], "match"),
        (BODY, {"X-Signature": _der().hex()}, [OTHER_PUBLIC], "match"),
        (BODY, {"X-Signature": _der().hex()}, [PANJAYA_PUBLIC_KEY], "match"),
        (BODY, {"X-Signature": "00" * 64}, [PUBLIC], "match"),
        (BODY, {"X-Signature": "30" * 70}, [PUBLIC], "match"),
        (BODY, {"X-Signature": _der().hex()}, [], "No usable"),
        (BODY, {"X-Signature": _der().hex()}, ["no key", P384_PUBLIC, RSA_PUBLIC], "No usable"),
        (BODY, {}, [PUBLIC], "missing"),
        (BODY, {"X-Signature": ""}, [PUBLIC], "missing"),
        (BODY, {"X-Signature": "é"}, [PUBLIC], "cannot be read"),
        (BODY, {"X-Signature": "abcd"}, [PUBLIC], "cannot be read"),
        (BODY, {"X-Signature": "ab" * 500}, [PUBLIC], "too long"),
        (
            BODY,
            {"X-Signature": _der().hex(), "X-Signature-Algorithm": "none"},
            [PUBLIC],
            "algorithm",
        ),
        (BODY, {"X-Signature": _der().hex(), "X-Signature-Algorithm": ""}, [PUBLIC], "algorithm"),
    ],
)
def test_everything_else_is_refused(
    body: bytes, headers: dict[str, str], keys: list[str], reason: str
) -> None:
    with pytest.raises(SignatureError, match=reason):
        verify(body, headers, keys)


def test_published_key_is_usable() -> None:
    assert load_key(PANJAYA_PUBLIC_KEY) is not None
