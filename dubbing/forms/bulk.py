"""What is to be set on many videos or dubs at once."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership
from accounts.roles import Can
from accounts.scoping import active_team_id
from dubbing.forms.fields import add_service_errors
from dubbing.forms.languages import LanguageFields
from dubbing.models import Project
from dubbing.states import BulkVerb, Priority

AS_IS = "as-is"


class BulkForm(forms.Form):
    """Reads the shape only; the service knows the rules."""

    def given(self) -> dict[str, Any]:
        """What was said: fields that stay as they are are left out."""
        said = {name: self.cleaned_data.get(name) for name in self.fields if "." not in name}
        return {name: value for name, value in said.items() if value != AS_IS}

    add_service_errors = add_service_errors


def _due_field(blank: str) -> forms.CharField:
    """`blank`: what leaving it empty means."""
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.CharField(label="Due", required=False, widget=widget, help_text=blank)


class AssignForm(BulkForm):
    owner = forms.ChoiceField(label="Owner", required=False)
    reviewer = forms.ChoiceField(label="Reviewer", required=False)
    due_on = _due_field("Blank leaves the dates as they are.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Membership.objects.filter(team=active_team_id(), user__is_active=True)
        people = list(members.select_related("user").order_by("user__name", "user__email"))
        first = [(AS_IS, "As it is"), ("none", "Nobody")]
        self.fields["owner"].choices = [*first, *_names(people)]  # type: ignore[attr-defined]
        reviewers = [member for member in people if member.can(Can.REVIEW)]
        self.fields["reviewer"].choices = [*first, *_names(reviewers)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        said = super().given()
        if not said["due_on"]:
            del said["due_on"]
        return said


def _names(members: list[Membership]) -> list[tuple[str, str]]:
    return [(str(member.user_id), str(member.user)) for member in members]


class DueForm(BulkForm):
    due_on = _due_field("Blank takes the due date away.")


class PriorityForm(BulkForm):
    priority = forms.ChoiceField(
        label="Priority",
        choices=Priority.choices,
        initial=Priority.NORMAL,
        widget=forms.RadioSelect,
    )


class TagsForm(BulkForm):
    tags = forms.CharField(label="Tags", help_text="With commas between them.")


class ProjectForm(BulkForm):
    project = forms.CharField(
        label="Project",
        required=False,
        help_text="A new name makes a new project. Blank takes them out of theirs.",
        widget=forms.TextInput(attrs={"list": "projects", "autocomplete": "off"}),
    )

    def project_names(self) -> list[str]:
        return list(Project.objects.values_list("name", flat=True))


class MoreLanguagesForm(LanguageFields, BulkForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Subtitles belong to one video: here there are many.
        self.fields["languages"].help_text = "A video that has some of them gets the others."


FORMS: dict[BulkVerb, type[BulkForm]] = {
    BulkVerb.ASSIGN: AssignForm,
    BulkVerb.DUE: DueForm,
    BulkVerb.PRIORITY: PriorityForm,
    BulkVerb.ADD_TAGS: TagsForm,
    BulkVerb.REMOVE_TAGS: TagsForm,
    BulkVerb.PROJECT: ProjectForm,
    BulkVerb.ADD_LANGUAGES: MoreLanguagesForm,
}


def values_form(
    verb: BulkVerb, data: Any = None, values: dict[str, Any] | None = None
) -> BulkForm | None:
    """None where the verb says it all. `values`: what was said before."""
    form = FORMS.get(verb)
    return form(data, initial=_initial(values)) if form else None


def _initial(values: dict[str, Any] | None) -> dict[str, Any]:
    said = dict(values or {})
    if isinstance(said.get("tags"), list):
        said["tags"] = ", ".join(said["tags"])
    return {name: "none" if value is None else value for name, value in said.items()}
