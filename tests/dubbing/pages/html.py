"""Reads an answer the way a person reads a page: text without tags, and attributes by element."""

from __future__ import annotations

import html
import re

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    body = re.sub(r"<(script|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def tag_with(response: HttpResponse, mark: str) -> str:
    """The opening tag that holds the mark; fails where there is none."""
    found = [tag for tag in re.findall(r"<[^!][^>]*>", response.content.decode()) if mark in tag]
    assert found, f"no element with {mark}"
    return html.unescape(found[0])


def has_tag(response: HttpResponse, mark: str) -> bool:
    return any(mark in tag for tag in re.findall(r"<[^!][^>]*>", response.content.decode()))
