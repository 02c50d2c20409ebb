from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.ids import new_id
from accounts.scoping import TeamOwned
from accounts.sealing import seal, unseal
from dubbing.states import CheckResult
from dubbing.validators import validate_locale_tag

# Below this the limit of services/budget.py could not be kept to the letter.
FEWEST_LOOKS_PER_MINUTE = 20
MOST_LOOKS_PER_MINUTE = 6000
END_OF_PEM = "-----END PUBLIC KEY-----"


def split_pems(text: str) -> list[str]:
    """One entry per key of a text that may hold several."""
    return [part.strip() + "\n" + END_OF_PEM for part in text.split(END_OF_PEM) if part.strip()]


class Locale(models.Model):
    """A language the engine knows. Data, so that an administrator can add one."""

    code = models.CharField(
        max_length=20,
        primary_key=True,
        validators=[validate_locale_tag],
        help_text="IETF tag of language and country, such as pt-BR.",
    )
    name = models.CharField(max_length=60, help_text="In English, such as Portuguese (Brazil).")
    native_name = models.CharField(max_length=60, blank=True, help_text="As its speakers call it.")
    region = models.CharField(max_length=30, blank=True, help_text="Groups the language picker.")
    right_to_left = models.BooleanField(default=False)
    can_source = models.BooleanField("spoken in sources", default=True)
    can_target = models.BooleanField("dubbed into", default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Connection(TeamOwned):
    """A team's way to the engine. New videos go by the current one, old ones stay with theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, default="Panjaya")
    base_url = models.URLField("base address", default="https://api.panjaya.ai")
    sealed_key = models.TextField(editable=False, blank=True)
    key_hint = models.CharField("key ends in", max_length=8, editable=False, blank=True)
    public_keys = models.TextField(
        help_text="PEM, one or several: callbacks signed with any of them are believed."
    )
    is_sandbox = models.BooleanField(
        default=False, editable=False, help_text="The stand-in on this machine: nothing is paid."
    )
    is_current = models.BooleanField(default=True, help_text="New videos go this way.")
    created_at = models.DateTimeField(auto_now_add=True)

    # What was found out about the engine's end.
    profile = models.JSONField(
        "wire profile",
        default=dict,
        blank=True,
        help_text="Where the engine spells things differently from what this desk assumes.",
    )
    absent_calls = models.JSONField(
        default=list,
        editable=False,
        help_text="Calls that the engine proved not to have: call, status_code and at.",
    )
    check_result = models.CharField(
        "last check",
        max_length=20,
        choices=CheckResult,
        default=CheckResult.UNCHECKED,
        editable=False,
    )
    check_detail = models.TextField("what it found", blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    verified_at = models.DateTimeField("last accepted", null=True, editable=False)
    evidence = models.JSONField(
        default=dict, editable=False, help_text="What free looks at the engine have shown."
    )

    # How often the engine is asked.
    looks_per_minute = models.PositiveIntegerField(
        default=60,
        validators=[
            MinValueValidator(FEWEST_LOOKS_PER_MINUTE),
            MaxValueValidator(MOST_LOOKS_PER_MINUTE),
        ],
        help_text="At most so many requests that only read, with this key.",
    )
    looks_booked_until = models.DateTimeField(null=True, editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("-is_current", "-created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(is_current=True),
                name="connection_one_current",
                violation_error_message="This team has another current connection.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def _bound_to(self) -> str:
        return f"connection:{self.team_id}:{self.id}"

    def set_key(self, key: str) -> None:
        self.sealed_key = seal(key, bound_to=self._bound_to)
        self.key_hint = key[-4:]

    def read_key(self) -> str:
        """The key in the clear; raises SealError."""
        return unseal(self.sealed_key, bound_to=self._bound_to)

    def lacks(self, call: str) -> bool:
        """Whether the engine has no such call, as it proved or as the profile says."""
        learnt = any(entry["call"] == call for entry in self.absent_calls)
        return learnt or self.profile.get("calls", {}).get(call) == ""

    def public_key_list(self) -> list[str]:
        return split_pems(self.public_keys)

    @property
    def engine_name(self) -> str:
        return "the sandbox" if self.is_sandbox else "Panjaya"
