from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.validators import validate_media_url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/film.mp4",
        "http://my_bucket.s3.example.com:8443/a%20b.mp4?X=1&y=2#t",
        "HTTPS://EXAMPLE.COM./",
        "https://bücher.example/é.mp4",
        "https://8.8.8.8/a.mp4",
        "https://[2606:4700::1111]/a.mp4",
        "https://example.com/" + "x" * 1980,
    ],
)
def test_public_link_passes(url: str) -> None:
    validate_media_url(url, loopback_allowed=False)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "invalid_url"), (None, "invalid_url"), ("https://", "invalid_url"),
        ("https://a b.example/", "invalid_url"), ("https://a.example/\n", "invalid_url"),
        ("https://a.example\\@b.example/", "invalid_url"), ("https://a.example:0/", "invalid_url"),
        ("https://a.example:99999/", "invalid_url"), ("https://a.example:x/", "invalid_url"),
        ("https://[::1/", "invalid_url"), ("https://-a.example/", "invalid_url"),
        ("https://a..example/", "invalid_url"), ("https://a.example/\u202e4pm", "invalid_url"),
        ("film.mp4", "url_scheme"), ("ftp://a.example/x", "url_scheme"),
        ("file:///etc/passwd", "url_scheme"), ("javascript:alert(1)", "url_scheme"),
        ("data:video/mp4,x", "url_scheme"), ("//a.example/x", "url_scheme"),
        ("https://me:pw@a.example/", "url_credentials"), ("https://@a.example/", "url_credentials"),
        pytest.param("https://a.example/" + "x" * 5000, "url_too_long", id="long"),
    ],
)  # fmt: skip
def test_bad_link_is_refused(url: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_media_url(url, loopback_allowed=True)
    assert refusal.value.code == code
    assert len(refusal.value.message) < 250


LOOPBACK = [
    "http://localhost:8010/a.mp4", "http://LOCALHOST./", "http://films.localhost/",
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/",
    "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://１２７.0.0.1/",
]  # fmt: skip
PRIVATE = [
    "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://169.254.169.254/",
    "http://0.0.0.0/", "http://100.64.0.1/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/", "http://[::]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/", "http://224.0.0.1/", "http://255.255.255.255/", "http://postgres/",
    "http://nas.local/", "http://metadata.google.internal/", "http://167772161/",
]  # fmt: skip


@pytest.mark.parametrize("url", [*LOOPBACK, *PRIVATE])
def test_own_network_is_refused(url: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_media_url(url, loopback_allowed=False)
    assert refusal.value.code == "url_private"


@pytest.mark.parametrize("url", LOOPBACK)
def test_this_machine_passes_for_the_sandbox(url: str) -> None:
    validate_media_url(url, loopback_allowed=True)


@pytest.mark.parametrize("url", PRIVATE)
def test_private_network_is_refused_for_the_sandbox_too(url: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_media_url(url, loopback_allowed=True)
    assert refusal.value.code == "url_private"
