"""The operator's day in a real browser, from an empty desk to a message that goes out after all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import ApiKey, Membership, Team, User
from accounts.scoping import all_teams
from dubbing.models import Connection, OutboxMessage
from dubbing.states import AssetStatus, DubbingStatus, MessageState, Stage
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk, wait_until
from tests.builders import make_asset, make_dubbing
from tests.dubbing.admin.rows import make_message, make_one_of_each, refreshed

PASSWORD = "a long enough one"


@pytest.fixture
def operator(live_desk: LiveDesk) -> User:
    return User.objects.create_superuser("operator@example.org", PASSWORD, name="Olga Op")


def add(page: Page, desk: LiveDesk, path: str) -> None:
    page.goto(f"{desk.url}/admin/{path}/add/")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def choose(page: Page, field: str, words: str) -> None:
    """Picks a row in one of the boxes that look rows up while one types."""
    page.locator(f".field-{field} .select2-selection").last.click()
    page.locator(".select2-search__field").fill(words)
    page.get_by_role("option", name=words).click()


def add_person(page: Page, desk: LiveDesk, email: str, name: str) -> None:
    add(page, desk, "accounts/user")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password:", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    save(page)
    said(page, "was added successfully")


def add_team(page: Page, desk: LiveDesk, name: str, members: list[tuple[str, str]]) -> None:
    add(page, desk, "accounts/team")
    page.get_by_label("Name").press_sequentially(name)
    expect(page.get_by_label("Slug")).to_have_value(name.lower())
    for number, (email, role) in enumerate(members):
        page.get_by_text("Add another Membership").click()
        row = page.locator(f"#memberships-{number}")
        row.locator(".select2-selection").click()
        page.locator(".select2-search__field").fill(email)
        page.locator(".select2-results__option", has_text=name_of(email)).click()
        row.locator("select[name$=role]").select_option(label=role)
    save(page)
    said(page, "was added successfully")


def name_of(email: str) -> str:
    return User.objects.get(email=email).name


def add_connection(page: Page, desk: LiveDesk, team: str) -> None:
    add(page, desk, "dubbing/connection")
    choose(page, "for_team", team)
    page.get_by_label("Base address").fill(desk.sandbox.url)
    page.get_by_label("Key", exact=True).or_(page.get_by_label("Key:")).first.fill(
        "panjaya-sandbox"
    )
    save(page)
    said(page, "was added successfully")


def add_key(page: Page, desk: LiveDesk, team: str) -> str:
    add(page, desk, "accounts/apikey")
    choose(page, "for_team", team)
    page.get_by_label("Name").fill("ci")
    save(page)
    said(page, "Copy the key now")
    return page.locator(".desk-token").inner_text()


def make_unsent(connection: Connection, state: MessageState) -> OutboxMessage:
    """A video whose sending failed before the engine had it."""
    asset = make_asset(
        connection.team,
        title="The harbour",
        connection=connection,
        remote_id="",
        status=AssetStatus.NOT_SENT,
    )
    dubbing = make_dubbing(asset, remote_id="", status=DubbingStatus.NOT_SENT, stage=Stage.NOT_SENT)
    payload = {"dubbings": [str(dubbing.pk)]}
    return make_message(asset, state, error_message="The key was not accepted.", payload=payload)


def test_operator_sets_up_a_team_and_sends_what_failed(
    live_desk: LiveDesk, operator: User, page: Page
) -> None:
    sign_in(page, live_desk, operator)
    add_person(page, live_desk, "olive@example.org", "Olive Owner")
    add_person(page, live_desk, "paul@example.org", "Paul Producer")
    members = [("olive@example.org", "Owner"), ("paul@example.org", "Producer")]
    add_team(page, live_desk, "Northwind", members)
    add_connection(page, live_desk, "Northwind")
    token = add_key(page, live_desk, "Northwind")
    assert token.startswith("dd_")
    team = Team.objects.get(slug="northwind")
    roles = dict(Membership.objects.filter(team=team).values_list("user__email", "role"))
    assert roles == {"olive@example.org": "owner", "paul@example.org": "producer"}
    with all_teams("test"):
        assert ApiKey.objects.get(team=team).name == "ci"
        connection = Connection.objects.get(team=team)
    assert connection.is_sandbox and connection.read_key() == "panjaya-sandbox"

    message = make_unsent(connection, MessageState.REFUSED)
    find_and_send_again(page, live_desk)
    # Whatever the engine now thinks of that address: it was really asked, and answered.
    wait_until(lambda: refreshed(message).attempts == 1, what="the message to be sent")
    wait_until(lambda: refreshed(message).state == MessageState.DONE, what="its answer")
    assert refreshed(message.asset).remote_id


def find_and_send_again(page: Page, desk: LiveDesk) -> None:
    page.goto(f"{desk.url}/admin/")
    screenshot(page, "admin-index")
    page.get_by_role("link", name="Messages refused 1").click()
    expect(page.get_by_role("row", name="Send the video")).to_contain_text("not accepted")
    screenshot(page, "admin-messages")
    page.locator("#result_list tbody th a").click()
    expect(page.locator(".field-error_message")).to_contain_text("The key was not accepted.")
    page.get_by_role("button", name="Send again what was refused").click()
    said(page, "Sent again: 1.")


def test_unknown_outcome_is_sent_again_only_after_a_question(
    live_desk: LiveDesk, operator: User, page: Page
) -> None:
    message = make_unsent(live_desk.engine, MessageState.UNCONFIRMED)
    sign_in(page, live_desk, operator)
    page.goto(f"{live_desk.url}/admin/dubbing/outboxmessage/?state__exact=unconfirmed")
    page.locator(".action-select").check()
    page.get_by_label("Action:").select_option(label="Send again: it did not arrive")
    page.get_by_role("button", name="Go").or_(page.get_by_role("button", name="Run")).click()
    expect(page.get_by_text("paid for twice")).to_be_visible()
    screenshot(page, "admin-question")
    assert refreshed(message).state == MessageState.UNCONFIRMED
    page.get_by_role("button", name="They did not arrive: send again").click()
    said(page, "Sent again: 1.")


def test_operator_signs_in_on_the_desks_own_page(
    live_desk: LiveDesk, operator: User, page: Page
) -> None:
    page.goto(f"{live_desk.url}/admin/accounts/team/")
    page.locator("input[name=login]").fill(operator.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("/admin/accounts/team/$"))
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/account/login/"))


PAGES = ["", "accounts/team/", "accounts/user/add/", "dubbing/connection/add/", "dubbing/asset/"]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_pages_keep_the_policy_and_fit_the_screen(
    live_desk: LiveDesk, operator: User, open_page: OpenPage, look: str
) -> None:
    asset = make_one_of_each(live_desk.team, operator, 1)
    page = open_page(phone=look == "phone", color_scheme="dark" if look == "dark" else "light")
    sign_in(page, live_desk, operator)
    for path in [*PAGES, f"dubbing/asset/{asset.pk}/change/"]:
        page.goto(f"{live_desk.url}/admin/{path}")
        expect(page.locator("#site-name")).to_be_visible()
        screenshot(page, f"admin-{look}-{path.split('/')[-2] if path else 'home'}")
        if look == "phone":
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with all_teams("test"):
        assert OutboxMessage.objects.count() == 1
