"""The production set-up from end to end, without containers; see by_hand.py."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import psycopg
import pytest

from dubbing.services.archives import files_below
from tests.bucket_process import run_bucket_service
from tests.config.by_hand import (
    Host,
    debian_postgres,
    end,
    listens,
    skip_without_programs,
    wait_until,
)
from tests.config.folders import open_folder
from tests.media import make_talking_video
from tests.sandbox_process import run_sandbox

pytestmark = pytest.mark.slow

EMAIL, PASSWORD = "owner@example.org", "a password of this test"
SERVICES = ("proxy", "web", "edge", "worker", "beat")


@contextmanager
def production(base_path: str, *, with_bucket: bool = False) -> Iterator[Host]:
    skip_without_programs()
    with open_folder() as home, ExitStack() as stack:
        host = Host(home, base_path, with_bucket=with_bucket)
        stack.enter_context(debian_postgres(host))
        redis = ["--port", str(host.ports["redis"]), "--bind", "127.0.0.1", "--dir", str(home)]
        stack.enter_context(host.started("redis", *redis))
        wait_until(lambda: listens(host.ports["redis"]), "Redis")
        host.run(*host.command("migrate"))
        host.run("python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        if with_bucket:  # the service's own program is in no package of Debian
            stack.enter_context(run_bucket_service(host.ports["bucket"]))
            assert "is ready" in host.run("python", "manage.py", "prepare_bucket")
        sandbox = ("--port", str(host.ports["sandbox"]))
        stack.enter_context(run_sandbox(home / "sandbox", pace=0, arguments=sandbox))
        for name in ("web", "edge", "worker", "beat", "proxy"):
            stack.enter_context(host.started(name))
        wait_until(lambda: host.is_healthy("web"), f"web, see {host.log('web').read_text()}")
        wait_until(lambda: host.is_healthy("edge"), "edge")
        wait_until(lambda: listens(host.ports["http"]), "the proxy")
        yield host


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with production("") as running:
        make_owner(running)
        yield running


def make_owner(host: Host) -> None:
    owner = ["env", f"DUBDESK_OWNER_EMAIL={EMAIL}", f"DUBDESK_OWNER_PASSWORD={PASSWORD}"]
    host.run(*owner, "python", "manage.py", "prepare_studio")


def api(host: Host) -> httpx.Client:
    key = host.run("python", "manage.py", "create_api_key", "--team", "studio", "--name", "t")
    headers = {"Authorization": f"Bearer {key.strip()}"}
    return httpx.Client(base_url=f"{host.url}/api/v1/", headers=headers, timeout=30)


def sign_in(host: Host) -> httpx.Client:
    browser = httpx.Client(follow_redirects=True, timeout=30)
    page = browser.get(f"{host.url}/account/login/")
    assert page.status_code == 200
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text))
    form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = browser.post(page.url, data=form, headers={"Referer": str(page.url)})
    assert answer.status_code == 200 and "sessionid" in browser.cookies
    return browser


def version_in(client: httpx.Client, asset_id: str, status: str, *, film: bool = False):
    for dubbing in client.get("dubbings/", params={"asset": asset_id}).json()["results"]:
        for version in dubbing["versions"]:
            if version["status"] == status:
                found = client.get(f"versions/{version['id']}/").json()
                return found if found["film"] or not film else None
    return None


def await_version(client: httpx.Client, asset_id: str, status: str, *, film: bool = False):
    found = []
    wait_until(
        lambda: (
            found or found.extend(filter(None, [version_in(client, asset_id, status, film=film)]))
        ),
        f"a version to be {status}",
    )
    return found[0]


def dub(host: Host, client: httpx.Client, video: Path) -> httpx.Response:
    """From an upload to the answer that leads to the film."""
    data = {"locale": "en-US", "languages": [{"locale": "de-DE"}], "title": "By hand"}
    with video.open("rb") as file:
        made = client.post("assets/", data={"data": json.dumps(data)}, files={"file": file})
    assert made.status_code == 201, made.text
    asset_id = made.json()["id"]
    version = await_version(client, asset_id, "ReadyToEdit")
    assert client.post(f"versions/{version['id']}/generate/").status_code == 202
    done = await_version(client, asset_id, "Completed", film=True)
    return client.get(f"versions/{done['id']}/result/")


def test_every_health_check_of_the_file_passes(host):
    for name in (*SERVICES[:3], "postgres", "redis", "worker"):
        assert host.is_healthy(name), name
    wait_until(lambda: host.is_healthy("beat"), "beat's schedule")


def test_a_stopped_service_is_found_unhealthy(host):
    for name, port in (("web", "web"), ("edge", "edge")):
        kept, host.ports[port] = host.ports[port], 1
        assert not host.is_healthy(name)
        host.ports[port] = kept


def test_an_upload_becomes_a_film_that_plays_by_range(host, tmp_path):
    video = make_talking_video(tmp_path / "talk.mp4", seconds=3)
    with closing(api(host)) as client:
        answer = dub(host, client, video)
    assert answer.status_code == 302
    film = answer.headers["Location"]
    assert film.startswith(f"{host.url}/films/")
    whole = httpx.get(film)
    part = httpx.get(film, headers={"Range": "bytes=0-99"})
    assert (whole.status_code, part.status_code) == (200, 206)
    assert part.content == whole.content[:100] and whole.headers["Accept-Ranges"] == "bytes"


def test_a_person_signs_in_and_gets_pages_with_their_style(host):
    with closing(sign_in(host)) as browser:
        page = browser.get(f"{host.url}/assets/")
        assert page.status_code == 200
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
        assert styles
        for style in styles:
            answer = browser.get(host.given["SITE_ADDRESS"] + style)
            assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]


def test_a_forged_callback_is_refused_through_the_proxy(host):
    address = f"{host.url}/callbacks/panjaya/{'x' * 43}/"
    assert httpx.post(address, content=b"{}").status_code == 400  # unsigned: nobody looks it up
    signed = httpx.post(address, content=b"{}", headers={"X-Signature": "00" * 64})
    assert signed.status_code == 404
    too_long = httpx.post(address, content=b"x" * 70_000)
    # Whoever is first: the desk, which reads no unsigned body, or Caddy; older ones say 502.
    assert too_long.status_code in (400, 413, 502)


@pytest.mark.parametrize("path", ["/health/ready", "/health/live", "/metrics"])
def test_probes_are_for_the_machines_within(host, path):
    assert httpx.get(f"{host.url}{path}").status_code == 404


def test_metrics_are_told_within(host):
    headers = {"Authorization": f"Bearer {host.given['METRICS_TOKEN']}"}
    answer = httpx.get(f"http://127.0.0.1:{host.ports['web']}/metrics", headers=headers)
    assert answer.status_code == 200 and "dubdesk_outbox_messages" in answer.text


def test_every_line_of_every_log_is_json_and_without_a_secret(host):
    with closing(api(host)) as client:
        client.get("assets/")
        token = client.headers["Authorization"].rpartition("_")[2]
    httpx.get(f"http://127.0.0.1:{host.ports['web']}/assets/", headers={"Host": "stranger"})
    wait_until(lambda: "dubdesk.request" in host.log("web").read_text(), "a line of web")
    for name in SERVICES:
        text = host.log(name).read_text()
        for line in text.splitlines():
            assert json.loads(line), f"{name}: {line}"
        hidden = [*host.given.values(), token, PASSWORD]
        found = [value for value in hidden if len(value) > 20 and value in text]
        assert [value for value in found if not value.startswith("http")] == [], name


def test_the_redis_that_comes_back_empty_loses_nothing(host, tmp_path):
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2)
    with closing(api(host)) as client:
        subprocess.run(
            ["redis-cli", "-p", str(host.ports["redis"]), "flushall"],
            check=True,
            capture_output=True,
        )
        assert dub(host, client, video).status_code == 302


def test_a_backup_comes_back_on_the_same_server(host, tmp_path):
    manage = ("python", "manage.py")
    host.run(*manage, "backup", str(tmp_path / "backup"))
    owner = host.environment("migrate")["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("CREATE DATABASE again TEMPLATE template0")
    again = {
        "DATABASE_URL": owner.removesuffix("/dubdesk") + "/again",
        "DATABASE_OWNER_URL": owner.removesuffix("/dubdesk") + "/again",
        "DUBDESK_DATA_DIR": str(tmp_path / "data"),
    }
    told = host.run(*manage, "restore", str(tmp_path / "backup"), **again)
    assert "and all files" in told
    names = [set(files_below(folder / "media")) for folder in (host.data("web"), tmp_path / "data")]
    assert names[0] == names[1]


@pytest.mark.parametrize("command", ["prune", "reseal_keys"])
def test_the_daily_commands_run_as_the_app(host, command):
    assert host.run("python", "manage.py", command, service="worker")


def test_below_a_path_all_links_hold_it():
    with production("/dub") as host:
        make_owner(host)
        with closing(sign_in(host)) as browser:
            page = browser.get(f"{host.url}/assets/")
            addresses = re.findall(r'(?:href|src|action|hx-[a-z]+)="(/[^"]*)"', page.text)
            assert addresses
            assert [found for found in addresses if not found.startswith("/dub/")] == []
            assert browser.cookies.jar._cookies["localhost.local"].keys() == {"/dub/"}
            for style in re.findall(r'href="(/[^"]+\.css)"', page.text):
                assert browser.get(host.given["SITE_ADDRESS"] + style).status_code == 200
        with closing(api(host)) as client:
            video = make_talking_video(host.home / "talk.mp4", seconds=2)
            answer = dub(host, client, video)
            assert answer.headers["Location"].startswith(f"{host.url}/films/")
            assert sha256(httpx.get(answer.headers["Location"]).content).hexdigest()
        assert httpx.get(f"{host.given['SITE_ADDRESS']}/assets/").status_code == 404


def test_films_go_through_a_bucket_and_nothing_of_them_stays_on_the_disk():
    with production("", with_bucket=True) as host:
        make_owner(host)
        with closing(api(host)) as client:
            answer = dub(host, client, make_talking_video(host.home / "talk.mp4", seconds=2))
        film = answer.headers["Location"]
        assert film.startswith(f"{host.given['S3_PUBLIC_URL']}/dubdesk/")
        whole = httpx.get(film)
        part = httpx.get(film, headers={"Range": "bytes=0-99"})
        assert (whole.status_code, part.status_code) == (200, 206)
        assert part.content == whole.content[:100]
        assert httpx.delete(film).status_code == 405
        assert list(files_below(host.data("web") / "media")) == []
        with closing(sign_in(host)) as browser:
            page = browser.get(f"{host.url}/assets/")
            assert host.given["S3_PUBLIC_URL"] in page.headers["Content-Security-Policy"]
            poster = re.findall(r'src="(/files/[^"]+)"', page.text)[0]
            picture = browser.get(host.url + poster, follow_redirects=True)
            assert picture.headers["Content-Type"] == "image/jpeg"
        told = host.run("python", "manage.py", "backup", str(host.home / "backup"))
        assert "they lie in the bucket dubdesk" in told
        logs = "".join(host.log(name).read_text() for name in SERVICES)
        assert "X-Amz-Signature" not in logs
        assert host.given["S3_SECRET_ACCESS_KEY"] not in logs


def test_every_process_ends_when_asked():
    with production("") as host:
        began = time.monotonic()
        codes = {name: end(host.running[name]) for name in SERVICES}
        assert -signal.SIGKILL not in codes.values()
        assert time.monotonic() - began < 30
        assert shutil.which("caddy")
