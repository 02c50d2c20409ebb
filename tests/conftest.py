"""The cast of every test: Alice owns a team, Bob looks on in it, Charlie owns another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import OperationalError
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate
from django.test import Client
from psycopg.errors import DeadlockDetected

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.live import publisher
from dubbing.models import Connection
from tests.bucket_process import make_bucket, run_bucket_service, storages_of
from tests.builders import make_connection, make_member, make_team
from tests.sandbox_process import SandboxHandle, run_sandbox

# As often as two sweeps in a row could meet it, and more.
FLUSH_TRIES = 5


@pytest.fixture(scope="session", autouse=True)
def locales_after_flush() -> Iterator[None]:
    """A transactional test empties every table: what a migration filled is put back."""
    migration = import_module("dubbing.migrations.0003_documented_locales")

    def put_back(**_: object) -> None:
        migration.add_locales(apps, None)

    sender = apps.get_app_config("dubbing")
    post_migrate.connect(put_back, sender=sender, weak=False)
    yield
    post_migrate.disconnect(put_back, sender=sender)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The publisher's own connection must not outlive the test database."""
    yield
    publisher.end()


@pytest.fixture(scope="session", autouse=True)
def flush_beside_workers() -> Iterator[None]:
    """A live desk's worker may begin a sweep just as its tables are emptied.

    PostgreSQL then ends one of the two by choice; where that is the emptying, it is done again.
    """
    empty_tables = BaseDatabaseOperations.execute_sql_flush

    def empty_or_try_again(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        statements = list(sql_list)
        for _ in range(FLUSH_TRIES - 1):
            try:
                empty_tables(self, statements)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
            else:
                return
        empty_tables(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", empty_or_try_again)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, in their random order.

    They start a worker for the whole session, which would take up the messages that later tests
    commit for themselves.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture
def team(db: None) -> Team:
    return make_team(slug="studio", name="Studio")


@pytest.fixture
def in_team(team: Team) -> Iterator[Team]:
    """The test runs inside the team's scope."""
    with team_scope(team.id):
        yield team


@pytest.fixture
def alice(team: Team) -> User:
    return make_member(team, Role.OWNER, email="alice@example.org", name="Alice Ash")


@pytest.fixture
def bob(team: Team) -> User:
    return make_member(team, Role.VIEWER, email="bob@example.org", name="Bob Birch")


@pytest.fixture
def charlie(db: None) -> User:
    other = make_team(slug="other", name="Other")
    return make_member(other, Role.OWNER, email="charlie@example.org", name="Charlie Cedar")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """A real sandbox process, one per test worker, working as fast as it can."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with run_sandbox(folder, pace=0) as handle:
        yield handle


@pytest.fixture
def engine(team: Team, sandbox: SandboxHandle) -> Connection:
    """The team's connection to the running sandbox."""
    return make_connection(team, base_url=sandbox.url, public_keys=sandbox.public_key_pem.decode())


@pytest.fixture(scope="session")
def bucket_service() -> Iterator[str]:
    """The address of a stand-in for S3, one per test worker."""
    with run_bucket_service() as address:
        yield address


@pytest.fixture
def in_a_bucket(bucket_service: str, settings: LazySettings) -> str:
    """Videos and films lie in a new bucket; its name."""
    name = make_bucket(bucket_service)
    settings.STORAGES = storages_of(bucket_service, name)
    return name
