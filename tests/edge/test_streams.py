"""Event streams of a real edge process at a real database."""

from __future__ import annotations

import signal
import socket
import time
import uuid
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from config.local.postgres import LocalPostgres
from tests.browser.desk import database_url
from tests.edge.listening import address_of, listening
from tests.edge.process import SECRET, EdgeProcess, run_edge, wait_for

NOTIFY = "SELECT pg_notify('dubdesk_live', %s)"
CUT_THE_EAR = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'dubdesk edge' AND datname = current_database()
"""


def get(url: str, **options) -> httpx.Response:
    return httpx.get(url, trust_env=False, **options)


def is_listening(edge: EdgeProcess) -> bool:
    return bool(get(f"{edge.address}/health/streams").json()["listening"])


@pytest.fixture(scope="module")
def edge(django_db_setup, tmp_path_factory) -> Iterator[EdgeProcess]:
    folder = tmp_path_factory.mktemp("streams")
    with run_edge(folder, DATABASE_URL=database_url()) as process:
        wait_for(lambda: is_listening(process))
        yield process


@pytest.fixture
def database(django_db_setup) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def team() -> str:
    return str(uuid.uuid4())


def tell(database: psycopg.Connection, team: str, **assets: int) -> None:
    lines = [f"asset:{team}:{asset}:{revision}" for asset, revision in assets.items()]
    database.execute(NOTIFY, ["\n".join(lines)])


def knows_the_last_seconds(edge: EdgeProcess, team: str) -> bool:
    """Not where its ear has only just begun to listen."""
    with listening(edge.address, team, seconds=2) as viewer:
        wait_for(lambda: viewer.ended_at is not None)
        return "resync" not in viewer.names()


def test_viewer_hears_of_a_change_at_once(edge, database, team):
    with listening(edge.address, team) as viewer:
        told_at = time.monotonic()
        tell(database, team, one=4)
        heard = viewer.wait_for("message")
        assert heard.data == {"assets": {"one": 4}, "viewers": 1}
        assert heard.at - told_at < 1


def test_viewer_is_told_how_many_hear_the_same(edge, database, team):
    with listening(edge.address, team) as first, listening(edge.address, team) as second:
        assert [first.wait_for("ready").data, second.wait_for("ready").data] == [1, 2]
        tell(database, team, one=1)
        assert first.wait_for("message").data["viewers"] == 2


def test_changes_of_another_team_are_never_told(edge, database, team):
    with listening(edge.address, team) as viewer:
        tell(database, str(uuid.uuid4()), foreign=1)
        tell(database, team, own=2)
        viewer.wait_for("message")
        assert viewer.told() == {"own": 2}


def test_many_changes_come_merged_at_most_four_times_a_second(edge, database, team):
    with listening(edge.address, team) as viewer:
        began = time.monotonic()
        for number in range(1, 2001):
            tell(database, team, **{f"a{number % 7}": number})
        wait_for(lambda: max(viewer.told().values(), default=0) == 2000)
        times = [event.at for event in viewer.changes()]
        assert len(times) <= (time.monotonic() - began) * 4 + 2
        assert viewer.told() == {f"a{n % 7}": n for n in range(1994, 2001)}


def test_too_many_at_once_become_one_word(edge, database, team):
    with listening(edge.address, team) as viewer:
        for part in range(20):
            tell(database, team, **{f"a{part}x{n}": 1 for n in range(60)})
        viewer.wait_for("resync")


def test_a_team_told_as_a_whole(edge, database, team):
    with listening(edge.address, team) as viewer:
        database.execute(NOTIFY, [f"all:{team}"])
        viewer.wait_for("resync")


def test_lines_of_a_newer_release_are_passed_over(edge, database, team):
    with listening(edge.address, team) as viewer:
        lines = ["new:words", "", f"asset:{team}:x:not-a-number", f"asset:{team}:y:7"]
        database.execute(NOTIFY, ["\n".join(lines)])
        viewer.wait_for("message")
        assert viewer.told() == {"y": 7}


def test_who_comes_a_moment_later_is_told_what_was(edge, database, team):
    wait_for(lambda: knows_the_last_seconds(edge, team))
    with listening(edge.address, team) as first:
        tell(database, team, one=9)
        first.wait_for("message")
    with listening(edge.address, team) as second:
        second.wait_for("message")
        assert second.told() == {"one": 9}


@pytest.mark.parametrize("age", [None, 10_000_000, 10**12])
def test_who_was_away_for_long_asks_for_everything(edge, team, age):
    with listening(edge.address, team, age=age) as viewer:
        viewer.wait_for("resync")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"secret": "another"}, 403), ({"seconds": -5}, 410)],
    ids=["forged", "lapsed"],
)
def test_a_bad_permit_is_refused_in_plain_words(edge, team, changes, status):
    answer = get(address_of(edge.address, team, **changes))
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.endswith(".")


def test_a_permit_for_another_thing_is_refused(edge):
    assert get(f"{edge.address}/streams/nonsense").status_code == 403


def test_other_methods_get_no_stream(edge, team):
    url = address_of(edge.address, team)
    assert httpx.post(url, trust_env=False).status_code == 405
    assert httpx.head(url, trust_env=False).status_code == 200


def test_stream_ends_with_its_permit(edge, team):
    with listening(edge.address, team, seconds=3) as viewer:
        wait_for(lambda: viewer.ended_at is not None, 10)
        assert "bye" not in viewer.names()


def test_revoked_member_is_sent_away_within_two_seconds(edge, database, team):
    with (
        listening(edge.address, team, member="bob") as bob,
        listening(edge.address, team, member="alice") as alice,
    ):
        told_at = time.monotonic()
        database.execute(NOTIFY, [f"revoke:bob:{team}"])
        wait_for(lambda: bob.ended_at is not None, 5)
        assert bob.ended_at - told_at < 2
        assert bob.names()[-1] == "bye"
        tell(database, team, after=1)
        alice.wait_for("message")
        assert not bob.changes()


def test_revoked_everywhere(edge, database, team):
    other = str(uuid.uuid4())
    with (
        listening(edge.address, team, member="dora") as here,
        listening(edge.address, other, member="dora") as there,
    ):
        database.execute(NOTIFY, ["revoke:dora:"])
        here.wait_for("bye", 2)
        there.wait_for("bye", 2)


def test_one_person_cannot_take_all_streams(edge, team):
    with httpx.Client(trust_env=False, limits=httpx.Limits(max_connections=None)) as client:
        url = address_of(edge.address, team, member="greedy")
        opened = [client.send(client.build_request("GET", url), stream=True) for _ in range(50)]
        try:
            assert {answer.status_code for answer in opened} == {200}
            assert client.get(url).status_code == 429
        finally:
            for answer in opened:
                answer.close()
    # The place is free again once edge has noticed that the other has gone.
    wait_for(lambda: httpx.head(url, trust_env=False).status_code == 200)


def unread(edge: EdgeProcess, team: str, member: str) -> socket.socket:
    """A viewer whose machine takes next to nothing and who reads none of it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    reader.connect(("127.0.0.1", edge.port))
    path = address_of("", team, member=member)
    reader.sendall(f"GET {path}?age=0 HTTP/1.1\r\nHost: edge\r\n\r\n".encode())
    return reader


def test_who_does_not_read_costs_no_memory_and_holds_nobody_up(edge, database, team):
    slow = [unread(edge, team, f"slow{n}") for n in range(20)]
    try:
        wait_for(lambda: get(f"{edge.address}/health/streams").json()["viewers"] >= 20)
        with listening(edge.address, team) as viewer:
            before = edge.memory()
            for part in range(300):
                tell(database, team, **{f"{part}-{'x' * 40}{n}": part for n in range(60)})
            viewer.wait_for("resync")
            tell(database, team, last=1)
            wait_for(lambda: "last" in viewer.told() or viewer.names()[-1] == "resync")
            assert edge.memory() - before < 16 * 1024 * 1024
    finally:
        for reader in slow:
            reader.close()


def test_when_the_database_cuts_the_ear_everybody_asks_anew(edge, database, team):
    wait_for(lambda: knows_the_last_seconds(edge, team))
    with listening(edge.address, team) as viewer:
        database.execute(CUT_THE_EAR)
        viewer.wait_for("resync")
        tell(database, team, after=3)
        viewer.wait_for("message")
        assert viewer.told() == {"after": 3}


def test_database_restart(tmp_path_factory, team):
    home = tmp_path_factory.mktemp("database")
    home.chmod(0o711)
    with LocalPostgres(home, durable=False) as server:
        url = server.url("app")
        with run_edge(home, DATABASE_URL=url) as edge:
            wait_for(lambda: knows_the_last_seconds(edge, team))
            with listening(edge.address, team) as viewer:
                server.stop()
                viewer.wait_for("down")
                assert edge.is_live()
                server.start()
                viewer.wait_for("resync")
                with psycopg.connect(url, autocommit=True) as database:
                    tell(database, team, one=2)
                viewer.wait_for("message")


def test_edge_without_a_database_says_so(tmp_path, team):
    with run_edge(tmp_path) as edge:
        answer = get(address_of(edge.address, team))
        assert answer.status_code == 503
        assert "DATABASE_URL" in answer.text


def test_edge_stops_at_once_with_streams_open(django_db_setup, tmp_path, team):
    with run_edge(tmp_path, DATABASE_URL=database_url()) as edge:
        with listening(edge.address, team) as viewer:
            asked_at = time.monotonic()
            edge.process.send_signal(signal.SIGTERM)
            edge.process.wait(10)
            wait_for(lambda: viewer.ended_at is not None)
            assert time.monotonic() - asked_at < 2
        edge.restart()


def test_permits_stay_out_of_what_edge_writes(django_db_setup, tmp_path, team, capfd):
    url = database_url()
    with run_edge(tmp_path, DATABASE_URL=url) as edge:
        with listening(edge.address, team):
            pass
        get(f"{edge.address}/streams/a-forged-one")
    written = "".join(capfd.readouterr())
    assert SECRET not in written and "/streams/" not in written and url not in written
