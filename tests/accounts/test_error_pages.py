from __future__ import annotations

import pytest
from django.template.loader import get_template
from django.test import Client


@pytest.mark.django_db
def test_a_page_that_is_not_there(client: Client) -> None:
    answer = client.get("/invitations/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_role_that_does_not_allow_it(as_bob: Client) -> None:
    answer = as_bob.get("/members/invite/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your role does not allow this" in page
    assert 'href="/members/"' in page


def test_a_form_without_its_token(alice: object) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "x"})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "429", "500"])
def test_pages_that_are_made_without_a_request(name: str) -> None:
    page = get_template(f"{name}.html").render()
    assert '<body class="bare"' in page
    assert "/static/css/desk.css" in page


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/queue/resume/", "/queue/"),
        ("/assets/{id}/hide/", "/assets/{id}/"),
        ("/messages/{id}/now/", "/"),
    ],
)
def test_the_address_of_a_button_is_explained_and_leads_back(
    as_alice: Client, path: str, back: str
) -> None:
    name = "01a206e0-2c2e-765f-8f3f-3491f7ee6417"
    answer = as_alice.get(path.format(id=name))
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    page = answer.content.decode()
    assert "belongs to a button" in page
    assert f'class="btn btn-primary" href="{back.format(id=name)}"' in page


def test_the_api_answers_a_wrong_method_as_ever(db: None) -> None:
    answer = Client().put("/api/v1/assets/")
    assert answer["Content-Type"] == "application/json" and b"button" not in answer.content
