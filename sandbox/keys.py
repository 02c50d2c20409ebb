"""The two secrets of a sandbox: the key that signs callbacks and the one that signs links."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

SIGNATURE_FORMS = ("hex-der", "hex-raw", "base64-der", "base64-raw")
# The number of points of the curve P-256.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class CallbackKey:
    """An ES256 key pair, made on first use and kept readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        pem = _read_or_create(path, _new_private_pem)
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} holds no elliptic-curve key")
        self._key = key

    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, body: bytes) -> bytes:
        """DER."""
        return self._key.sign(body, ec.ECDSA(hashes.SHA256()))


def twin_signature(der: bytes) -> bytes:
    """The other valid signature of the same bytes that anybody can make of a known one."""
    r, s = decode_dss_signature(der)
    return encode_dss_signature(r, _ORDER - s)


def spell_signature(der: bytes, form: str) -> str:
    """`form` is one of SIGNATURE_FORMS: text encoding, then DER or raw r||s."""
    encoding, _, shape = form.partition("-")
    signature = der
    if shape == "raw":
        r, s = decode_dss_signature(der)
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return signature.hex() if encoding == "hex" else base64.b64encode(signature).decode()


Purpose = Literal["film", "studio", "login"]


class LinkKey:
    """Signs what may be opened, for what, and until when."""

    def __init__(self, path: Path) -> None:
        self._secret = _read_or_create(path, lambda: secrets.token_bytes(32))

    def token(self, purpose: Purpose, subject: str, seconds: float) -> str:
        expires = str(int(time.time() + seconds))
        return f"{expires}.{self._digest(purpose, subject, expires)}"

    def is_valid(self, purpose: Purpose, subject: str, token: str) -> bool:
        expires, _, digest = token.partition(".")
        genuine = hmac.compare_digest(
            digest.encode(), self._digest(purpose, subject, expires).encode()
        )
        return genuine and expires.isdecimal() and time.time() < int(expires)

    def _digest(self, purpose: str, subject: str, expires: str) -> str:
        message = "\n".join((purpose, subject, expires)).encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def _new_private_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        # Written beside and renamed: a start that dies here leaves no half key behind.
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        fresh.rename(path)
    return path.read_bytes()
