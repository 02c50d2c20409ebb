"""The cast of every test: Alice owns a team, Bob looks on in it, Charlie owns another one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db.models.signals import post_migrate
from django.test import Client

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.live import publisher
from dubbing.models import Connection
from tests.bucket_process import make_bucket, run_bucket_service, storages_of
from tests.builders import make_connection, make_member, make_team
from tests.emptying import quick_emptying
from tests.sandbox_process import SandboxHandle, run_sandbox

# A page makes tens of thousands, nearly all of which go by themselves.
YOUNG_OBJECTS = 20_000


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
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Migrating makes and drops models by the thousand; looking among them for rubbish meanwhile
    takes a third of its time.
    """
    gc.disable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The publisher's own connection must not outlive the test database."""
    collect_from_here()
    yield
    publisher.end()


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    with quick_emptying():
        yield


def pytest_collectstart() -> None:
    """Thousands of tests are gathered without a look for rubbish, of which there is none."""
    gc.disable()


def pytest_collection_finish() -> None:
    collect_from_here()


def collect_from_here() -> None:
    """Whatever lives now stays to the end and is not looked at again; what comes, now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()


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
