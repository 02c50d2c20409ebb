from __future__ import annotations

import hashlib
from io import BytesIO

from dubbing.media import sha256_of


def test_digest_is_that_of_the_whole_file() -> None:
    data = bytes(range(256)) * 10_000
    assert sha256_of(BytesIO(data)) == hashlib.sha256(data).hexdigest()


def test_empty_file_has_a_digest() -> None:
    assert sha256_of(BytesIO()) == hashlib.sha256().hexdigest()
