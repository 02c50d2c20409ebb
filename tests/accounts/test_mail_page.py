from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.builders import make_user
from tests.conftest import signed_in

HERE = {"host": "127.0.0.1"}
ELSEWHERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def mails(settings: Settings, tmp_path: Path, db: None) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.MAIL_PAGE = True
    send("First", "Nothing to open.")


def send(subject: str, *texts: str) -> None:
    """By Django's own backend, so that its way of writing is what we read."""
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend")
    backend.send_messages(
        [EmailMessage(subject, text, "desk@example.org", ["dora@example.org"]) for text in texts]
    )
    backend.close()


def at_this_machine() -> Client:
    return Client(headers=HERE)


def test_mail_is_listed_newest_first() -> None:
    send("Second", "One.", "Two.")
    page = at_this_machine().get("/mail/")
    assert [mail.subject for mail in page.context["mails"]] == ["Second", "Second", "First"]
    assert "no-store" in page["Cache-Control"]


def test_a_mail_is_shown_with_links_and_without_markup() -> None:
    send("Grüße <b>", "Open http://127.0.0.1/x/?a=1&b=2 now.\n\n<script>alert(1)</script>")
    client = at_this_machine()
    mail = client.get("/mail/").context["mails"][0]
    page = client.get(f"/mail/{mail.name}/").content.decode()
    assert 'href="http://127.0.0.1/x/?a=1&amp;b=2"' in page
    assert "Grüße &lt;b&gt;" in page
    assert "<script>alert" not in page


def test_a_mail_that_is_not_there_is_not_found() -> None:
    assert at_this_machine().get("/mail/passwd/").status_code == 404


def test_an_empty_folder_says_so(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "none")
    assert "No mail yet" in at_this_machine().get("/mail/").content.decode()


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": ELSEWHERE},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "testserver"},
        {"REMOTE_ADDR": ""},
    ],
    ids=["another machine", "behind a proxy", "behind a newer proxy", "another name", "no address"],
)
def test_from_elsewhere_there_is_no_mail_page(extra: dict[str, str]) -> None:
    assert at_this_machine().get("/mail/", **extra).status_code == 404


def test_a_desk_with_a_public_name_shows_no_mail(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://dub.example.org"
    assert at_this_machine().get("/mail/").status_code == 404


def test_with_a_mail_server_there_is_no_mail_page(settings: Settings) -> None:
    settings.MAIL_PAGE = False
    operator = signed_in(make_user(is_superuser=True))
    assert at_this_machine().get("/mail/").status_code == 404
    assert operator.get("/mail/").status_code == 404


def test_the_operator_reads_from_anywhere_but_an_owner_does_not(alice: User) -> None:
    operator = signed_in(make_user(is_superuser=True))
    assert operator.get("/mail/", REMOTE_ADDR=ELSEWHERE).status_code == 200
    assert signed_in(alice).get("/mail/", REMOTE_ADDR=ELSEWHERE).status_code == 404
