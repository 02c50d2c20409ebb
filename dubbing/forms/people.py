"""Who has dubs in hand and by when, as it is typed before their video is sent."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership
from accounts.roles import Can
from accounts.scoping import active_team_id
from dubbing.forms.fields import AnyChoiceField, LineField
from dubbing.services.work_plans import WorkPlan
from dubbing.states import Priority

DUE_EXAMPLES = ("3 working days", "5 working days", "10 working days", "2 weeks")
NOBODY = ("", "Nobody")
OTHERS = "; "


class ReviewersWidget(forms.MultiWidget):
    """One person of a list, and others for some languages as a line of text."""

    use_fieldset = False

    def __init__(self) -> None:
        others = forms.TextInput(
            attrs={
                "placeholder": "Nordics: anna@example.org; ja-JP: …",
                "aria-label": "Others, by language",
                "title": "Others, by language",
                "autocomplete": "off",
            }
        )
        super().__init__([forms.Select(), others])

    def id_for_label(self, id_: str) -> str:
        # The label names the list; the line beneath it says by itself what it is.
        return f"{id_}_0" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["subwidgets"][0]["attrs"]["class"] = "form-select"
        return context

    def decompress(self, value: Any) -> list[str]:
        """The first part stands for all; what is not so simple is shown as it is."""
        first, _, rest = str(value or "").partition(";")
        if ":" in first:
            return ["", str(value)]
        return [first.strip(), rest.strip()]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # A program that fills the form in may say it in one line.
        return data[name] if name in data else super().value_from_datadict(data, files, name)


class ReviewersField(forms.Field):
    widget = ReviewersWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:
        parts = [value] if isinstance(value, str) else value or []
        return OTHERS.join(part.strip() for part in parts if part and part.strip())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class WorkFields(forms.Form):
    """Of forms that say it before sending; the rules judge what was typed."""

    due = LineField(
        label="Due",
        help_text="A date, or days after sending, such as 5 working days.",
        widget=forms.TextInput(attrs={"list": "due-rules", "autocomplete": "off"}),
    )
    owner = AnyChoiceField(label="Owner", required=False, help_text="Sees to it that it gets done.")
    reviewer = ReviewersField(
        label="Reviewer",
        help_text="Judges the dubs. Beneath: others for some languages or language sets.",
    )
    priority = AnyChoiceField(label="Priority", required=False)

    due_examples = DUE_EXAMPLES

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Membership.objects.filter(team=active_team_id()).select_related("user")
        members = sorted(rows, key=lambda member: str(member.user).casefold())
        judges = [member for member in members if member.can(Can.REVIEW)]
        typed = str(self["owner"].value() or "")
        self.fields["owner"].choices = _people(members, typed)  # type: ignore[attr-defined]
        line = ReviewersField().to_python(self["reviewer"].value())
        typed, _ = ReviewersWidget().decompress(line)
        reviewer = self.fields["reviewer"].widget
        reviewer.widgets[0].choices = _people(judges, typed)
        self.fields["priority"].choices = priorities(  # type: ignore[attr-defined]
            str(self["priority"].value() or "")
        )

    def work_plan(self) -> WorkPlan:
        return WorkPlan.typed(self.cleaned_data)


def _people(members: list[Membership], typed: str) -> list[tuple[str, str]]:
    """With who stands there now, even if nobody could choose them."""
    offered = [NOBODY, *((member.user.email, str(member.user)) for member in members)]
    odd = typed.strip()
    return offered if odd in dict(offered) else [*offered, (odd, f"{odd} (not in this team)")]


def priorities(typed: str) -> list[tuple[str, str]]:
    offered = [("", str(Priority.NORMAL.label))]
    offered += [
        (str(one.value), str(one.label)) for one in reversed(Priority) if one != Priority.NORMAL
    ]
    return offered if typed in dict(offered) else [*offered, (typed, typed)]
