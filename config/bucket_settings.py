"""Which bucket holds videos and films, read from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env


@dataclass(frozen=True)
class BucketSettings:
    """`public_url` is where browsers reach the service; `endpoint_url` where this desk does."""

    name: str
    endpoint_url: str
    public_url: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    addressing: str
    location: str

    def storage(self) -> dict[str, Any]:
        """Django's STORAGES entry."""
        return {
            "BACKEND": "config.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": self.name,
                "endpoint_url": self.endpoint_url or None,
                "public_url": self.public_url,
                "region_name": self.region or None,
                "access_key": self.access_key or None,
                "secret_key": self.secret_key or None,
                "addressing_style": self.addressing,
                "location": self.location,
            },
        }

    @property
    def origins(self) -> list[str]:
        """What pages must let browsers load films and pictures from."""
        if address := self.public_url or self.endpoint_url:
            parts = urlsplit(address)
            bare = f"{parts.scheme}://{parts.netloc}"
            virtual = f"{parts.scheme}://{self.name}.{parts.netloc}"
            return [virtual if self.addressing == "virtual" else bare]
        hosts = ["s3.amazonaws.com"]
        if self.region:
            hosts.append(f"s3.{self.region}.amazonaws.com")
        return [f"https://{self.name}.{host}" for host in hosts]


def read_bucket() -> BucketSettings | None:
    """None where files lie on this machine's disk."""
    name = env.text("S3_BUCKET")
    if not name:
        _refuse_halves()
        return None
    access_key, secret_key = env.text("S3_ACCESS_KEY_ID"), env.text("S3_SECRET_ACCESS_KEY")
    if bool(access_key) != bool(secret_key):
        raise ImproperlyConfigured(
            "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together. Leave both out where the "
            "machine has a role of its own."
        )
    endpoint_url = _address("S3_ENDPOINT_URL")
    return BucketSettings(
        name=name,
        endpoint_url=endpoint_url,
        public_url=_address("S3_PUBLIC_URL"),
        region=env.text("S3_REGION"),
        access_key=access_key,
        secret_key=secret_key,
        # A service of one's own seldom has a name per bucket in the DNS.
        addressing=env.word(
            "S3_ADDRESSING", "path" if endpoint_url else "virtual", ("path", "virtual")
        ),
        location=env.text("S3_LOCATION").strip("/"),
    )


def _address(name: str) -> str:
    return env.http_url(name, "") if env.text(name) else ""


def _refuse_halves() -> None:
    """Films of a desk whose bucket was forgotten would lie on a disk that nobody backs up."""
    given = [f"S3_{name}" for name in ("ENDPOINT_URL", "PUBLIC_URL") if env.text(f"S3_{name}")]
    if given:
        raise ImproperlyConfigured(f"{given[0]} is set, but S3_BUCKET is not.")
