"""The OpenAPI description: valid, complete, and open to everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from dubbing.api.codes import CODES, REQUEST_CODES
from dubbing.states import AssetStatus, Event, FailureCode, Stage, VersionStatus
from tests.media import make_srt

HOUSE = Path(__file__).resolve().parents[3]
RULE_FILES = [
    *(HOUSE / "dubbing" / "validators").glob("*.py"),
    *(HOUSE / "dubbing" / "media").glob("*.py"),
    *(HOUSE / "dubbing" / "api").glob("*.py"),
    *(
        HOUSE / "dubbing" / "services" / f"{name}.py"
        for name in ("assets", "orders", "pilots", "takebacks", "uploads", "versions")
    ),
    *(HOUSE / "dubbing" / "links").glob("*.py"),
    *(HOUSE / "dubbing" / "sheets").glob("*.py"),
    *(HOUSE / "dubbing" / "services" / "sheets").glob("*.py"),
    *(HOUSE / "dubbing" / "subtitles").glob("*.py"),
    *(HOUSE / "dubbing" / "services" / "subtitles").glob("*.py"),
    *(HOUSE / "dubbing" / "services" / "batches").glob("*.py"),
    HOUSE / "dubbing" / "services" / "subtitle_checks.py",
    HOUSE / "dubbing" / "services" / "outbox.py",
    HOUSE / "dubbing" / "services" / "connections.py",
]
# Codes of doors that the API does not have: the admin's connections, the page's “Send again”.
ELSEWHERE = {"not_retryable", "invalid_public_key", "sandbox_down"}
# `code="…"` anywhere; as the last word of these calls.
SPOKEN = re.compile(r'code=f?"([a-z_{}]+)"')
LAST_WORD = re.compile(
    r'(?:faults\.add|refuse|NotMediaError|SheetError)\((?:[^()]|\([^()]*\))*?"([a-z_]+)",?\s*\)'
)
NOUNS = ("title", "reference", "tag")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache and not GENERATOR_STATS._error_cache
    return made


def test_description_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_no_default_breaks_its_own_rule(schema: dict[str, Any]) -> None:
    for call in calls(schema):
        for parameter in call.get("parameters", []):
            rule = parameter["schema"]
            assert len(str(rule.get("default", "x"))) >= rule.get("minLength", 0), parameter


def test_everybody_may_read_it(db: None) -> None:
    answer = Client().get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["info"]["title"] == "Dubdesk API"


def test_every_path_of_the_api_is_described(schema: dict[str, Any]) -> None:
    routes = get_resolver().url_patterns
    api = next(route for route in routes if str(route.pattern) == "api/v1/")
    paths = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern))
        for route in api.url_patterns
    }
    assert set(schema["paths"]) == paths - {"/api/v1/schema/", "/api/v1/docs/"}


def test_every_call_needs_the_key(schema: dict[str, Any]) -> None:
    scheme = schema["components"]["securitySchemes"]["api_key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for call in calls(schema):
        assert call["security"] == [{"api_key": []}]
        assert call["description"] and call["tags"]
        assert {"401", "403"} <= set(call["responses"])


def calls(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema["paths"].values():
        yield from path.values()


@pytest.mark.parametrize("words", [AssetStatus, VersionStatus, Stage, Event, FailureCode])
def test_every_word_is_explained(schema: dict[str, Any], words: Any) -> None:
    text = schema["info"]["description"]
    assert [word for word in words.values if f"| `{word}` |" not in text] == []


def test_every_code_is_explained(schema: dict[str, Any]) -> None:
    text = schema["info"]["description"]
    assert [code for code in CODES if f"| `{code}` |" not in text] == []


def rule_texts() -> list[str]:
    return [file.read_text() for file in RULE_FILES if file.name != "codes.py"]


def test_no_code_of_a_rule_is_missing() -> None:
    said = {
        code.replace("{noun}", noun)
        for text in rule_texts()
        for code in SPOKEN.findall(text) + LAST_WORD.findall(text)
        for noun in NOUNS
    }
    assert len(said) > 50
    assert said - ELSEWHERE - set(CODES) == set()


def test_no_code_is_made_up() -> None:
    everywhere = (HOUSE / "dubbing").rglob("*.py")
    text = "".join(file.read_text() for file in everywhere if file.name != "codes.py")
    written = {code for code in CODES if f'"{code}"' in text}
    built = {f"{noun}_too_long" for noun in NOUNS} | {f"invalid_{noun}" for noun in NOUNS}
    assert set(CODES) - set(REQUEST_CODES) - written - built == set()


def test_examples_are_accepted_by_the_description(schema: dict[str, Any]) -> None:
    body = schema["paths"]["/api/v1/assets/"]["post"]["requestBody"]["content"]
    example = body["application/json"]["examples"]["ByLink"]["value"]
    names = schema["components"]["schemas"]["NewAssetRequest"]["properties"]
    assert set(example) <= set(names)
    assert make_srt((1, 2, "x"))[:6] in example["languages"][1]["srt"]


def test_every_field_of_an_asset_is_described(schema: dict[str, Any]) -> None:
    parts = schema["components"]["schemas"]
    for name in ("Asset", "Dubbing", "Version", "VersionDetail"):
        assert set(parts[name]["required"]) == set(parts[name]["properties"])
    assert set(parts["AssetPage"]["properties"]) == {"results", "next", "previous"}
