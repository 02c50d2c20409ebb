"""No container engine is at hand here: what can be wrong in these files is looked for in them."""

from __future__ import annotations

import json
import logging.config
import re
import shlex

import pytest

from tests.config.compose import COMPOSE, HOUSE, filled, read_compose, variables

TEXT = COMPOSE.read_text()
FILES = read_compose()
SERVICES = FILES["services"]
DOCKERFILE = (HOUSE / "Dockerfile").read_text()
EXAMPLE = (HOUSE / ".env.example").read_text()
SECRET_NAMES = re.compile(r"SECRET|PASSWORD|KEY|TOKEN")
OURS = ("web", "edge", "worker", "beat", "migrate")
REQUIRED = {name for name, kind in variables(TEXT).items() if kind == "?"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_watched_and_starts_again(name):
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root(name):
    user = str(SERVICES[name]["user"]).partition(":")[0]
    assert user not in ("", "0", "root")


@pytest.mark.parametrize("stage", ["desk", "proxy", "bucket"])
def test_no_image_of_ours_runs_as_root(stage):
    part = re.split(r"(?m)^FROM ", DOCKERFILE.split(f"AS {stage}\n")[1])[0]
    assert re.findall(r"(?m)^USER (.+)$", part) == ["10001:10001"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_may_change_nothing_but_their_data(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_what_holds_data_has_no_way_out():
    assert FILES["networks"]["data"]["internal"] is True
    for name in ("postgres", "redis", "beat", "migrate"):
        assert SERVICES[name]["networks"] == ["data"]
    assert "data" not in SERVICES["proxy"]["networks"]
    # Edge hears of changes from the database; out of the house it gets by neither.
    assert SERVICES["edge"]["networks"] == ["front", "data"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET_NAMES.search(variable) or "://" in value and "@" in value:
            assert re.search(r"\$\{\w+:[?-]", value), variable


@pytest.mark.parametrize("variable", ["SECRET_KEY", "KEY_RING"])
def test_only_who_needs_a_secret_is_told_it(variable):
    told = {
        name for name, service in SERVICES.items() if variable in service.get("environment", {})
    }
    assert told <= set(OURS)
    assert ("edge" in told) == (variable == "SECRET_KEY")


def test_only_migrations_know_the_way_in_as_owner():
    told = {
        name
        for name, service in SERVICES.items()
        if "OWNER" in " ".join(service.get("environment", {}))
    }
    assert told == {"migrate", "postgres"}


def test_the_example_names_every_variable_once():
    named = re.findall(r"(?m)^#?([A-Z0-9_]+)=", EXAMPLE)
    assert sorted(named) == sorted(set(named))
    assert set(named) == set(variables(TEXT))
    above = EXAMPLE.split("# -----")[0]
    assert set(re.findall(r"(?m)^([A-Z0-9_]+)=", above)) == REQUIRED


def test_the_example_holds_no_secret():
    for name, value in re.findall(r"(?m)^#?([A-Z0-9_]+)=(.*)$", EXAMPLE):
        assert not value or not SECRET_NAMES.search(name), name


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_what_is_missing_is_named(name):
    given = dict.fromkeys(REQUIRED - {name}, "x")
    with pytest.raises(KeyError, match=name):
        filled(SERVICES, given)


@pytest.mark.parametrize("name", OURS)
def test_the_documented_commands_are_those_of_the_file(name):
    blocks = re.findall(r"(?s)```sh\n(.*?)```", (HOUSE / "docs" / "operations.md").read_text())
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    commands = [shlex.split(line, comments=True) for line in lines]
    assert SERVICES[name]["command"] in commands


def test_packages_are_installed_by_hash():
    installs = re.findall(r"(?m)^.*pip install .*$", DOCKERFILE)
    assert installs and all("--require-hashes" in line for line in installs)


def test_no_image_is_built_with_a_secret():
    assert not re.search(r"(?m)^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEY)", DOCKERFILE)
    assert ".env" not in (HOUSE / ".dockerignore").read_text().split()
    assert (HOUSE / ".dockerignore").read_text().splitlines()[1] == "*"


def test_all_that_the_images_need_is_let_in():
    let_in = set(re.findall(r"(?m)^!(.+)$", (HOUSE / ".dockerignore").read_text()))
    assert {"accounts", "config", "dubbing", "edge", "static", "templates"} <= let_in
    assert all((HOUSE / path).exists() for path in let_in)


def test_the_servers_own_log_is_configured_as_json():
    config = json.loads((HOUSE / "deploy" / "granian-logs.json").read_text())
    logging.config.DictConfigurator(config).configure_formatter(config["formatters"]["desk"])
