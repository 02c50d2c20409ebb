from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNATURE_HEADER = "X-Signature"
ALGORITHM_HEADER = "X-Signature-Algorithm"
ALGORITHM = "ES256"

# Printed in the vendor's public documentation of its callbacks.
PANJAYA_PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZbUzbbuVyzSv7zVmH6rKypr6ojSS
/86W9dU6mwbdfAtUAx+QI7GNxl/4H1QV2BuBrysabh56O/YXhnFJMh7Lng==
-----END PUBLIC KEY-----
"""

RAW_BYTES = 64
COORDINATE_BYTES = 32
SHORTEST_DER_BYTES = 8
LONGEST_DER_BYTES = 72
LONGEST_HEADER_CHARACTERS = 2 * LONGEST_DER_BYTES
DER_SEQUENCE = 0x30
URL_SAFE_TO_STANDARD = str.maketrans("-_", "+/")


class SignatureError(Exception):
    """The delivery is not proven to come from the holder of a known key; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(body: bytes, headers: Mapping[str, str], public_keys: Sequence[str]) -> None:
    """Raise SignatureError unless one of the PEM keys signed exactly these bytes.

    Encoding and form of the signature are not documented: hex and base64, DER and raw r||s are
    all accepted, told apart by length.
    """
    algorithm = _header(headers, ALGORITHM_HEADER)
    if algorithm is not None and algorithm.strip().upper() != ALGORITHM:
        raise SignatureError("The signature names another algorithm.")
    text = _header(headers, SIGNATURE_HEADER)
    if not text:
        raise SignatureError("The signature is missing.")
    keys = [key for key in map(load_key, public_keys) if key is not None]
    if not keys:
        raise SignatureError("No usable public key is configured.")
    signature = decode_signature(text)
    if not any(_is_signed_by(key, signature, body) for key in keys):
        raise SignatureError("The signature does not match.")


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether there is a signature at all, right or wrong."""
    return bool(_header(headers, SIGNATURE_HEADER))


@lru_cache(maxsize=1024)
def load_key(pem: str) -> EllipticCurvePublicKey | None:
    """The key, or None when it cannot be read or is not on the curve of ES256."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        return None
    return key


def decode_signature(text: str) -> bytes:
    """The signature in DER form, from hex or base64 of DER or of raw r||s."""
    text = text.strip()
    if len(text) > LONGEST_HEADER_CHARACTERS:
        raise SignatureError("The signature is too long.")
    for decoded in (_from_hex(text), _from_base64(text)):
        # Length first: a raw signature may begin with the byte that marks a DER one.
        if len(decoded) == RAW_BYTES:
            return _der_from_raw(decoded)
        if SHORTEST_DER_BYTES <= len(decoded) <= LONGEST_DER_BYTES and decoded[0] == DER_SEQUENCE:
            return decoded
    raise SignatureError("The signature cannot be read.")


def signature_form(headers: Mapping[str, str]) -> str:
    """How a signature that was verified is written, such as “hex, DER”."""
    text = (_header(headers, SIGNATURE_HEADER) or "").strip()
    encoding = "hex" if _from_hex(text) else "base64"
    decoded = _from_hex(text) or _from_base64(text)
    return f"{encoding}, {'raw' if len(decoded) == RAW_BYTES else 'DER'}"


def _header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    return headers.get(name.lower()) if value is None else value


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _from_base64(text: str) -> bytes:
    padded = text.translate(URL_SAFE_TO_STANDARD).rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _der_from_raw(raw: bytes) -> bytes:
    r = int.from_bytes(raw[:COORDINATE_BYTES], "big")
    s = int.from_bytes(raw[COORDINATE_BYTES:], "big")
    return encode_dss_signature(r, s)


def _is_signed_by(key: EllipticCurvePublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
