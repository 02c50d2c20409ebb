"""What docker-compose.yml starts, started by hand: the same commands and environments, with
Debian's PostgreSQL, Redis and Caddy. Only names of hosts and numbers of ports differ."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.local.account import database_account
from tests.config.compose import HOUSE, filled, image_environment, read_compose

START_SECONDS = 60
STOP_SECONDS = 30
PROGRAMS = ("redis-server", "redis-cli", "caddy", "psql", "pg_isready")


def newest_postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def skip_without_programs() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or newest_postgres() is None:
        names = " ".join((*missing, "" if newest_postgres() else "postgresql")).strip()
        pytest.skip(f"not on this machine: {names} (apt-get install postgresql redis-server caddy)")


def wait_until(claim: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"after {seconds:g} s still waiting for {what}"
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(*names: str) -> dict[str, int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in names]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in zip(names, probes, strict=True)}


@dataclass
class Host:
    """The one host: its folder, its ports, and what the operator wrote into .env."""

    home: Path
    base_path: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    with_bucket: bool = False

    def __post_init__(self) -> None:
        names = ("web", "edge", "postgres", "redis", "http", "https", "health", "sandbox")
        self.ports = free_ports(*names, "bucket", "films")
        site = f"http://localhost:{self.ports['http']}"
        self.given = {
            "PUBLIC_URL": site + self.base_path,
            "SITE_ADDRESS": site,
            "BASE_PATH": self.base_path,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "KEY_RING": f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
            "METRICS_TOKEN": secrets.token_hex(16),
        }
        for name in ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"):
            self.given[name] = secrets.token_hex(16)
        if self.with_bucket:
            self.given |= self._with_bucket()
        self.services = filled(read_compose()["services"], self.given)

    def _with_bucket(self) -> dict[str, str]:
        """As .env.example has it."""
        films = f"http://localhost:{self.ports['films']}"
        return {
            "S3_BUCKET": "dubdesk",
            "S3_ENDPOINT_URL": "http://bucket:9000",
            "S3_PUBLIC_URL": films,
            "BUCKET_SITE_ADDRESS": films,
            "S3_ACCESS_KEY_ID": secrets.token_hex(10),
            "S3_SECRET_ACCESS_KEY": secrets.token_hex(20),
        }

    @property
    def url(self) -> str:
        return self.given["PUBLIC_URL"]

    def environment(self, name: str) -> dict[str, str]:
        """Of the image, then of the file, then what a container's network does for it."""
        dockerfile = (HOUSE / "Dockerfile").read_text()
        stage = "proxy" if name == "proxy" else "desk"
        own = image_environment(dockerfile, stage) | self.services[name].get("environment", {})
        own |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "DUBDESK_DATA_DIR": str(self.data(name)),
            "STATIC_ROOT": str(self.home / "public"),
            "DUBDESK_SANDBOX": "1",
            "SANDBOX_URL": f"http://127.0.0.1:{self.ports['sandbox']}",
            "XDG_DATA_HOME": str(self.home / "caddy"),
            "WEB_UPSTREAM": f"127.0.0.1:{self.ports['web']}",
            "EDGE_UPSTREAM": f"127.0.0.1:{self.ports['edge']}",
            "BUCKET_UPSTREAM": f"127.0.0.1:{self.ports['bucket']}",
            "HTTP_PORT": str(self.ports["http"]),
            "HTTPS_PORT": str(self.ports["https"]),
            "HEALTH_PORT": str(self.ports["health"]),
        }
        if name in self.ports:
            own |= {"GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": str(self.ports[name])}
        return {key: self._placed(value) for key, value in own.items()}

    def _placed(self, value: str) -> str:
        value = value.replace("@postgres/", f"@127.0.0.1:{self.ports['postgres']}/")
        value = value.replace("//bucket:9000", f"//127.0.0.1:{self.ports['bucket']}")
        value = value.replace("127.0.0.1:8082", f"127.0.0.1:{self.ports['films']}")
        return value.replace("redis:6379", f"127.0.0.1:{self.ports['redis']}")

    def command(self, name: str) -> list[str]:
        words: list[str] = self.services[name]["command"]
        words = [word.replace("/etc/caddy", str(HOUSE / "deploy")) for word in words]
        return [self._at_home(word, name) for word in words]

    def _at_home(self, word: str, name: str) -> str:
        return re.sub(r"/data\b", str(self.data(name)), word)

    def data(self, name: str) -> Path:
        """What is mounted at /data."""
        return self.home / ("beat" if name == "beat" else "data")

    def log(self, name: str) -> Path:
        return self.home / f"{name}.log"

    def run(self, *words: str, service: str = "migrate", **changes: str) -> str:
        """One command in a container of this service, as `docker compose run` would."""
        done = subprocess.run(
            words,
            cwd=HOUSE,
            env=self.environment(service) | changes,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, name: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                [*self.command(name), *more],
                cwd=HOUSE,
                env=self.environment(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        try:
            yield process
        finally:
            end(process)

    def is_healthy(self, name: str) -> bool:
        """Runs the file's own health check, for this host's ports."""
        kind, *words = self.services[name]["healthcheck"]["test"]
        numbers = {"8000": "web", "8001": "edge", "8081": "health"}
        for number, port in numbers.items():
            words = [word.replace(number, str(self.ports[port])) for word in words]
        words = [re.sub(r"/data\b", shlex.quote(str(self.data(name))), word) for word in words]
        if words[0] in ("pg_isready", "redis-cli"):
            words[1:1] = ["-p", str(self.ports["postgres" if "pg" in words[0] else "redis"])]
        command = ["sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        service = name if name in ("web", "edge", "worker", "beat") else "proxy"
        return not subprocess.run(
            command,
            cwd=HOUSE,
            env=self.environment(service),
            capture_output=True,
            check=False,
        ).returncode


def end(process: subprocess.Popen[bytes]) -> int:
    """The exit code after SIGTERM; what does not end is ended by force."""
    process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def debian_postgres(host: Host) -> Iterator[None]:
    """An empty server with a password for its superuser, then our two roles by our own script."""
    programs = newest_postgres()
    assert programs is not None
    cluster, word = host.home / "postgres", host.home / "password"
    account = database_account()
    options = account.popen_options() if account else {}
    cluster.mkdir()
    word.write_text(host.given["POSTGRES_PASSWORD"])
    if account:
        for path in (cluster, word):
            os.chown(path, account.uid, account.gid)
    words = ["--auth=scram-sha-256", f"--pwfile={word}", "--username=postgres", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", cluster, "--encoding=UTF8", "--locale=C.UTF-8", *words],
        cwd="/",
        check=True,
        capture_output=True,
        **options,
    )
    port = str(host.ports["postgres"])
    listening = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", port]
    with (host.home / "postgres.log").open("ab") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", cluster, "-c", "fsync=off", *listening],
            cwd="/",
            stdout=log,
            stderr=log,
            **options,
        )
    try:
        wait_until(lambda: _lets_in(host), "PostgreSQL")
        _make_roles(host)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(STOP_SECONDS)


def _superuser(host: Host) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PGHOST": "127.0.0.1",
        "PGPORT": str(host.ports["postgres"]),
        "PGPASSWORD": host.given["POSTGRES_PASSWORD"],
    }


def _lets_in(host: Host) -> bool:
    words = ["psql", "-U", "postgres", "-c", "SELECT 1"]
    return not subprocess.run(
        words, env=_superuser(host), capture_output=True, check=False
    ).returncode


def _make_roles(host: Host) -> None:
    environment = _superuser(host) | host.services["postgres"]["environment"]
    script = HOUSE / "deploy" / "postgres" / "10-roles.sh"
    subprocess.run([script], env=environment, check=True, capture_output=True)
