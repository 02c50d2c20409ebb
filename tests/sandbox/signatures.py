"""Checks a callback the way any receiver can: with the published key, over the raw body."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.sandbox.loopback import Callback
from tests.sandbox_process import SandboxHandle


def verify(handle: SandboxHandle, callback: Callback, der: bytes | None = None) -> None:
    """Of a signature in another form than hex of DER give the DER. Raises InvalidSignature."""
    key = load_pem_public_key(handle.public_key_pem)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signature = bytes.fromhex(callback.headers["X-Signature"]) if der is None else der
    key.verify(signature, callback.body, ec.ECDSA(hashes.SHA256()))
