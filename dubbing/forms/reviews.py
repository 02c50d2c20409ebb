"""What people say of a dub, and who has it in hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Membership
from accounts.roles import Can
from accounts.scoping import active_team_id
from dubbing.forms.fields import AnyChoiceField, LineField, add_service_errors
from dubbing.models import Dubbing
from dubbing.states import Priority

MOMENT = {"placeholder": "0:00", "autocomplete": "off", "inputmode": "text", "size": "9"}
NOBODY = ("", "Nobody")


class RevisionForm(forms.Form):
    """Why a dub is not good yet."""

    reason = LineField(
        label="What should change?",
        help_text="Whoever mends it reads this; so be plain.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    at_seconds = LineField(
        label="At",
        help_text="A moment of the film, such as 1:02. Left blank: all of it.",
        widget=forms.TextInput(attrs=MOMENT),
    )

    add_service_errors = add_service_errors


class NoteForm(forms.Form):
    text = LineField(label="Note", widget=forms.Textarea(attrs={"rows": 3, "required": True}))
    at_seconds = LineField(label="At", widget=forms.TextInput(attrs=MOMENT))

    add_service_errors = add_service_errors


class NoteTextForm(forms.Form):
    """A reply, or other words for one's own note."""

    text = LineField(label="Note", widget=forms.Textarea(attrs={"rows": 4, "required": True}))

    add_service_errors = add_service_errors


class WorkForm(forms.Form):
    owner = AnyChoiceField(
        label="Owner", required=False, help_text="Who sees to it that it gets done."
    )
    reviewer = AnyChoiceField(label="Reviewer", required=False, help_text="Who judges it.")
    due_on = LineField(label="Due", widget=forms.DateInput(attrs={"type": "date"}))
    priority = AnyChoiceField(label="Priority", required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    add_service_errors = add_service_errors

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Membership.objects.filter(team=active_team_id()).select_related("user")
        people = sorted(members, key=lambda member: str(member.user).casefold())
        choices: dict[str, list[tuple[Any, str]]] = {
            "owner": [NOBODY, *_people(people)],
            "reviewer": [NOBODY, *_people([one for one in people if one.can(Can.REVIEW)])],
            "priority": [(priority.value, priority.label) for priority in reversed(Priority)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def of(cls, dubbing: Dubbing, data: QueryDict | None = None) -> WorkForm:
        return cls(
            data,
            initial={
                "owner": str(dubbing.owner_id or ""),
                "reviewer": str(dubbing.reviewer_id or ""),
                "due_on": dubbing.due_on.isoformat() if dubbing.due_on else "",
                "priority": dubbing.priority,
                "revision": dubbing.work_revision,
            },
        )

    def given(self) -> dict[str, str]:
        """Only what came along: a form with fewer fields changes no others."""
        return {
            name: self.cleaned_data[name]
            for name in ("owner", "reviewer", "due_on", "priority")
            if name in self.data
        }


def _people(members: list[Membership]) -> list[tuple[str, str]]:
    return [(str(member.user_id), str(member.user)) for member in members]
