"""Videos and films in an S3-compatible bucket, above django-storages.

Ours beside it: films go out by links that the bucket itself answers, sources are read in one
stream, every failure is an OSError, and memory stays flat whatever a file's size.
"""

from __future__ import annotations

import errno
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from config.storage import Showing

PART_BYTES = 16 * 1024 * 1024
CONNECT_SECONDS = 5
READ_SECONDS = 60
# Health checks have less patience than uploads.
PROBE_SECONDS = 3
FAILURES = (Boto3Error, BotoCoreError, ClientError)


class BucketError(OSError):
    """The bucket refused or did not answer. Its text holds no address and no key."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EIO, f"the bucket did not do it ({reason})")


def as_os_error(error: Exception, name: str) -> OSError:
    # An upload's own error is wrapped in one that only repeats its text, address included.
    cause = error.__context__ if isinstance(error, Boto3Error) else error
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404:
            return FileNotFoundError(errno.ENOENT, "not in the bucket", name)
        return BucketError(str(cause.response.get("Error", {}).get("Code") or status))
    return BucketError(type(cause or error).__name__)


@contextmanager
def _os_errors(name: str) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise as_os_error(error, name) from None


class _Stream:
    """An object's body; a connection that breaks is an OSError like that of a disk."""

    def __init__(self, body: Any, name: str) -> None:
        self._body = body
        self._name = name

    def read(self, size: int = -1) -> bytes:
        with _os_errors(self._name):
            return bytes(self._body.read(None if size < 0 else size))


class Bucket(S3Storage):  # type: ignore[misc]
    """`public_url` is the address under which browsers reach the service, where it has another."""

    is_local = False

    def __init__(self, *, public_url: str = "", **options: Any) -> None:
        self._public_url = public_url
        self._making = threading.Lock()
        self._shared: Any = None
        self._signing: Any = None
        super().__init__(
            client_config=client_config(options["addressing_style"]),
            # In the caller's own thread: there a long upload can keep its lease alive, and one
            # part at a time is in memory.
            transfer_config=TransferConfig(
                multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
            ),
            **options,
        )

    @property
    def connection(self) -> Any:
        """One for all threads: its client is made for that, and making it costs 50 ms."""
        with self._making:
            if self._shared is None:
                self._shared = self._made(self.endpoint_url)
            return self._shared

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    @property
    def _signer(self) -> Any:
        """A signature covers the host: it is made for the one that browsers know."""
        if not self._public_url:
            return self.client
        with self._making:
            if self._signing is None:
                self._signing = self._made(self._public_url).meta.client
            return self._signing

    def _made(self, endpoint: str | None) -> Any:
        return self._create_session().resource(
            "s3",
            region_name=self.region_name,
            endpoint_url=endpoint,
            config=self.client_config,
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Never one that is taken: asking first would be a round trip and prove nothing."""
        path = PurePosixPath(name)
        mark = f"_{secrets.token_hex(4)}{path.suffix}"
        stem = path.stem
        if max_length is not None:
            room = max_length - len(str(path.parent)) - 1 - len(mark)
            stem = stem[: max(1, room)]
        return str(path.with_name(stem + mark))

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        with _os_errors(name):
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _os_errors(name):
            return super()._open(name, mode)

    def delete(self, name: str) -> None:
        with _os_errors(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _os_errors(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _os_errors(name):
            return int(super().size(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _os_errors(name):
            folders, files = super().listdir(name)
        return folders, files

    @contextmanager
    def open_stream(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        with _os_errors(name):
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self.key_of(name))
        body = answer["Body"]
        try:
            yield cast(BinaryIO, _Stream(body, name)), int(answer["ContentLength"])
        finally:
            body.close()

    def copy(self, name: str, wanted: str) -> str:
        """The service copies by itself; nothing passes through here."""
        free = self.get_available_name(wanted)
        source = {"Bucket": self.bucket_name, "Key": self.key_of(name)}
        with _os_errors(name):
            self.client.copy(
                source, self.bucket_name, self.key_of(free), Config=self.transfer_config
            )
        return free

    def signed_link(self, name: str, showing: Showing, *, seconds: int) -> str:
        given = {
            "Bucket": self.bucket_name,
            "Key": self.key_of(name),
            "ResponseContentType": showing.content_type,
            "ResponseContentDisposition": content_disposition_header(
                not showing.inline, showing.filename
            ),
        }
        with _os_errors(name):
            link = self._signer.generate_presigned_url("get_object", given, ExpiresIn=seconds)
        return str(link)

    def prepare(self) -> None:
        with _os_errors(self.bucket_name):
            try:
                self.client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                self.client.create_bucket(Bucket=self.bucket_name, **self._where())

    def _where(self) -> dict[str, Any]:
        # AWS wants every region named but its first; others want none.
        if self.endpoint_url or self.region_name in (None, "us-east-1"):
            return {}
        return {"CreateBucketConfiguration": {"LocationConstraint": self.region_name}}

    def find_problem(self) -> str | None:
        try:
            self._prober.head_bucket(Bucket=self.bucket_name)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return f"The bucket {self.bucket_name} is refused to this desk ({status})."
        except BotoCoreError as error:
            return f"The bucket {self.bucket_name} does not answer ({type(error).__name__})."
        return None

    @property
    def _prober(self) -> Any:
        patience = Config(
            connect_timeout=PROBE_SECONDS,
            read_timeout=PROBE_SECONDS,
            retries={"total_max_attempts": 1},
        )
        return self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(patience),
        )

    def key_of(self, name: str) -> str:
        return str(self._normalize_name(name))


def client_config(addressing_style: str) -> Config:
    return Config(
        s3={"addressing_style": addressing_style},
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 3, "mode": "standard"},
        max_pool_connections=32,
        # Many services that speak this protocol do not know its newest checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
