"""Rules of the look that a person would tire of checking."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

from accounts.templatetags.desk import icon, relative

TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", re.IGNORECASE)
TOKEN = re.compile(r"^\s*--[\w-]+:.*$", re.MULTILINE)
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE
)
names = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Who it is.", max_length=3)
    agree = forms.BooleanField(required=False)
    teams = forms.MultipleChoiceField(
        choices=[("a", "Studio"), ("b", "<b>Harbour</b>")], widget=forms.CheckboxSelectMultiple
    )


def render(text: str, **context: object) -> str:
    return Template("{% load desk %}" + text).render(Context(context))


def test_of_several_choices_only_the_boxes_look_like_boxes() -> None:
    text = render('{% include "components/field.html" with field=form.teams %}', form=SampleForm())
    assert text.count('class="form-check-input"') == text.count("<input") == 2
    assert "<span>Studio</span></label>" in text
    assert "&lt;b&gt;Harbour" in text


@names
def test_words_have_curly_apostrophes(path: Path) -> None:
    said = re.sub(
        r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}", "", path.read_text(), flags=re.S
    )
    assert not re.findall(r"\w*[a-z]'[a-z]+", said)


@names
def test_a_template_can_be_read(path: Path) -> None:
    get_template(str(path.relative_to(TEMPLATES)))


@names
def test_a_template_has_nothing_the_policy_forbids(path: Path) -> None:
    if path.parent.name == "mail":
        pytest.skip("Mail programs read no style sheets, and no policy of ours.")
    assert not INLINE.search(path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_colour_has_a_name(path: Path) -> None:
    assert COLOUR.findall(TOKEN.sub("", path.read_text())) == []


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-59), "in a moment"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=30, hours=23), "30 days ago"),
        (timedelta(days=31), "23 Oct 2026"),
        (-timedelta(days=7, seconds=-1), "in 7 days"),
        (timedelta(minutes=-5), "in 5 min"),
    ],
)
def test_times_are_said_as_a_colleague_would(distance: timedelta, words: str) -> None:
    assert relative(NOW - distance, NOW) == words


def test_an_icon_is_drawn_inline_and_silent() -> None:
    drawn = icon("eye")
    assert drawn.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in icon("star-filled")


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    form = SampleForm({"name": "longer"})
    page = render('{% include "components/field.html" with field=form.name %}', form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page
    assert '<label class="field-label" for="id_name">' in page


def test_a_hint_of_the_page_is_escaped_and_takes_the_place_of_the_forms() -> None:
    text = '{% include "components/field.html" with field=form.name hint=words %}'
    page = render(text, form=SampleForm(), words="<b>")
    assert "&lt;b&gt;" in page
    assert "Who it is." not in page


def test_a_checkbox_stands_before_its_words() -> None:
    page = render('{% include "components/field.html" with field=form.agree %}', form=SampleForm())
    assert re.search(r'<label class="field-check"[^>]*><input type="checkbox"', page)


def test_a_badge_says_its_state_in_a_word_and_an_icon() -> None:
    stage = {"label": "Failed", "group": "broken", "icon": "x", "meaning": "It broke."}
    page = render('{% include "components/badge.html" with stage=stage only %}', stage=stage)
    assert 'data-group="broken"' in page
    assert "<svg" in page
    assert "Failed" in page


def test_a_panel_and_a_table_hold_what_stands_between_their_tags() -> None:
    page = render(
        '{% panel "Team" edge=True %}{% table "Name" "-Minutes" "" %}<tr><td>{{ who }}</td></tr>'
        "{% endtable %}{% endpanel %}",
        who="<Dora>",
    )
    assert "<h2>Team</h2>" in page
    assert '<th scope="col" class="number">Minutes</th>' in page
    assert "&lt;Dora&gt;" in page
