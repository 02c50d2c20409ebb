"""Starting with production's settings, in a process as an operator's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.checks import judge_server, server_is_new_enough
from config.local.deploy_check import PRODUCTION

HOUSE = Path(__file__).resolve().parents[2]
COMPLETE = PRODUCTION | {"SECRET_KEY": "k3Xv-Qz8w!" * 6}
TELL = """
import json
from django.conf import settings
names = {names}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def run(words, tmp_path, **changes):
    environment = {
        "PATH": os.environ["PATH"],
        "DUBDESK_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **COMPLETE,
        **changes,
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=HOUSE,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_with(tmp_path, *names, **changes):
    done = run(["-c", TELL.format(names=names)], tmp_path, **changes)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_complete_environment_passes_the_deployment_check(tmp_path):
    done = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert done.returncode == 0, done.stderr


NEEDED = ("SECRET_KEY", "KEY_RING", "DATABASE_URL", "BROKER_URL", "PUBLIC_URL")


@pytest.mark.parametrize("name", ["KEY_RING", "BROKER_URL"])
def test_production_does_not_start_without(name, tmp_path):
    done = run(["manage.py", "check"], tmp_path, **{name: None})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"{name} is not set. ")


def test_all_that_is_missing_is_said_at_once(tmp_path):
    done = run(["manage.py", "check"], tmp_path, **dict.fromkeys(NEEDED))
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "SECRET_KEY",
        "KEY_RING",
        "PUBLIC_URL",
        "DATABASE_URL",
        "BROKER_URL",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PUBLIC_URL", "dub.example.org", "PUBLIC_URL must be an address"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be one of json, lines"),
        ("KEY_RING", "k1:short", "KEY_RING must hold entries id:key"),
    ],
)
def test_nonsense_is_refused_in_plain_words(name, value, said, tmp_path):
    done = run(["manage.py", "check"], tmp_path, **{name: value})
    assert done.returncode == 1
    assert said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PUBLIC_URL", "http://dub.example.org"), ("METRICS_TOKEN", "short")]
)
def test_the_deployment_check_warns_of_what_is_unwise(name, value, tmp_path):
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = run(words, tmp_path, **{name: value})
    assert done.returncode == 1 and name in done.stderr


def test_cookies_hosts_and_origins_follow_the_public_address(tmp_path):
    names = (
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_PATH",
        "STATIC_URL",
        "FORCE_SCRIPT_NAME",
        "LOG_FORMAT",
        "DEBUG",
        "SANDBOX",
    )
    found = settings_with(tmp_path, *names, PUBLIC_URL="https://dub.example.org:8443/")
    assert found == {
        "ALLOWED_HOSTS": ["dub.example.org"],
        "CSRF_TRUSTED_ORIGINS": ["https://dub.example.org:8443"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_PATH": "/",
        "STATIC_URL": "/static/",
        "FORCE_SCRIPT_NAME": None,
        "LOG_FORMAT": "json",
        "DEBUG": False,
        "SANDBOX": False,
    }


def test_a_path_in_the_public_address_is_put_in_front_of_everything(tmp_path):
    names = ("FORCE_SCRIPT_NAME", "STATIC_URL", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
    found = settings_with(
        tmp_path, *names, "LOGIN_REDIRECT_URL", PUBLIC_URL="https://example.org/dub/"
    )
    assert found == {
        "FORCE_SCRIPT_NAME": "/dub",
        "STATIC_URL": "/dub/static/",
        "SESSION_COOKIE_PATH": "/dub/",
        "CSRF_COOKIE_PATH": "/dub/",
        "LOGIN_REDIRECT_URL": "/dub/",
    }


LINKS = """
import django
django.setup()
from urllib.parse import urljoin
from django.conf import settings
from django.urls import reverse
print(urljoin(settings.PUBLIC_URL, reverse("dubbing:callback", args=["token"])))
"""


@pytest.mark.parametrize("base", ["https://example.org/dub", "https://example.org"])
def test_links_made_by_workers_hold_the_path_once(base, tmp_path):
    done = run(["-c", LINKS], tmp_path, PUBLIC_URL=base)
    assert done.stdout.strip() == f"{base}/callbacks/panjaya/token/"


@pytest.mark.parametrize("debug", ["1", "0"])
def test_production_never_debugs(debug, tmp_path):
    assert settings_with(tmp_path, "DEBUG", DUBDESK_DEBUG=debug) == {"DEBUG": False}


OUTBOUND = """
from dubbing.remote.client import make_http_client
import httpx
client = make_http_client()
def named(address):
    pool = client._transport_for_url(httpx.URL(address))._pool
    return type(pool).__name__
print(named("https://api.panjaya.ai/"), named("http://127.0.0.1:8010/"))
"""


def test_an_outbound_proxy_is_taken_from_the_environment(tmp_path):
    done = run(["-c", OUTBOUND], tmp_path, HTTPS_PROXY="http://proxy.example.org:3128")
    assert done.stdout.split() == ["HTTPProxy", "ConnectionPool"], done.stderr


def test_an_old_server_is_refused_by_name():
    (error,) = judge_server(140_011)
    assert error.msg == "The database is PostgreSQL 14; 15 or newer is needed."
    assert judge_server(150_000) == []


def test_the_server_at_hand_is_judged(db):
    assert server_is_new_enough(databases=["default"]) == []
    assert server_is_new_enough(databases=None) == []


BUCKET = {
    "S3_BUCKET": "films",
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_ACCESS_KEY_ID": "access",
    "S3_SECRET_ACCESS_KEY": "the-secret-of-the-bucket",
}


def test_a_bucket_is_where_films_lie_and_come_from(tmp_path):
    told = settings_with(tmp_path, "STORAGES", "CONTENT_SECURITY_POLICY", **BUCKET)
    assert told["STORAGES"]["default"]["BACKEND"] == "config.bucket.Bucket"
    policy = told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    for name in ("img-src", "media-src"):
        assert "https://s3.example.org" in policy[name]
    done = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path, **BUCKET)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "origins"),
    [
        ({"S3_PUBLIC_URL": "https://films.example.org/"}, ["https://films.example.org"]),
        ({"S3_ADDRESSING": "virtual"}, ["https://films.s3.example.org"]),
        (
            {"S3_ENDPOINT_URL": "", "S3_REGION": "eu-west-1"},
            ["https://films.s3.amazonaws.com", "https://films.s3.eu-west-1.amazonaws.com"],
        ),
    ],
)
def test_pages_let_browsers_load_from_the_bucket_only(tmp_path, changes, origins):
    told = settings_with(tmp_path, "CONTENT_SECURITY_POLICY", **(BUCKET | changes))
    sources = told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]
    assert [source for source in sources if "films" in source] == origins


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"S3_BUCKET": ""}, "S3_ENDPOINT_URL is set, but S3_BUCKET is not"),
        ({"S3_SECRET_ACCESS_KEY": ""}, "S3_SECRET_ACCESS_KEY go together"),
        ({"S3_ADDRESSING": "odd"}, "S3_ADDRESSING must be one of path, virtual"),
        ({"S3_ENDPOINT_URL": "s3.example.org"}, "S3_ENDPOINT_URL must be an address"),
        (
            {"S3_LINKS_FOR_PANJAYA": "1", "S3_ENDPOINT_URL": "http://10.0.0.5:9000"},
            "only your own network can reach the bucket",
        ),
    ],
)
def test_half_a_bucket_is_refused_in_plain_words(tmp_path, changes, said):
    done = run(["manage.py", "check"], tmp_path, **(BUCKET | changes))
    assert done.returncode == 1 and said in done.stderr
    assert "the-secret-of-the-bucket" not in done.stderr


def test_films_by_http_on_https_pages_are_warned_of(tmp_path):
    changes = BUCKET | {"S3_ENDPOINT_URL": "http://s3.example.org"}
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = run(words, tmp_path, **changes)
    assert done.returncode == 1 and "Set S3_PUBLIC_URL to its https address" in done.stderr
