from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.ids import new_id
from accounts.roles import Can, Role, allows
from accounts.scoping import TeamManager, TeamOwned, TeamQuerySet

NAME_LENGTH = 100
KEY_MARK = "dd"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(
        "e-mail",
        unique=True,
        error_messages={"unique": "Somebody with this e-mail exists already."},
    )
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    is_active = models.BooleanField(default=True, help_text="Untick instead of deleting.")
    is_staff = models.BooleanField("may open the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    teams: models.ManyToManyField[Team, Membership] = models.ManyToManyField(
        "Team", through="Membership", related_name="members"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("email",)
        constraints = [
            # One spelling, so that unique means unique.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    @property
    def initials(self) -> str:
        parts = (self.name or self.email.partition("@")[0]).replace(".", " ").split()
        return "".join(part[0] for part in parts[:2]).upper()


class Team(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Not behind the team scope: it is what decides which team is active."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.PRODUCER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"

    def can(self, action: Can) -> bool:
        return allows(self.role, action)


def hash_secret(secret: str) -> str:
    """Our secrets are 256 random bits: one SHA-256 is enough, a slow hash would only cost time."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Invitation(TeamOwned):
    """A one-time way into a team; only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("e-mail")
    role = models.CharField(max_length=20, choices=Role, default=Role.PRODUCER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("-created_at", "id")
        constraints = [
            models.UniqueConstraint(
                "team", Lower("email"), name="invitation_one_open_per_email",
                condition=models.Q(accepted_at=None, revoked_at=None),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.email} as {self.get_role_display()}"

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()


class ApiKeyQuerySet(TeamQuerySet):
    def usable(self, now: datetime) -> ApiKeyQuerySet:
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at=None)


class ApiKey(TeamOwned):
    """`dd_<prefix>_<secret>`; the prefix finds the row, of the secret only a hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, help_text="Who or what uses it.")
    role = models.CharField(max_length=20, choices=Role, default=Role.PRODUCER)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = TeamManager.of(ApiKeyQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-created_at", "id")
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({KEY_MARK}_{self.prefix}…)"

    # Django REST framework asks these of whoever is signed in.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_usable(self) -> bool:
        return not self.revoked_at and not (self.expires_at and self.expires_at <= timezone.now())

    def can(self, action: Can) -> bool:
        return allows(self.role, action)

    def set_new_secret(self) -> str:
        """Gives the key its secret and returns the whole token, which nobody sees again."""
        secret = secrets.token_urlsafe(32)
        self.prefix = secrets.token_hex(5)
        self.secret_hash = hash_secret(secret)
        return f"{KEY_MARK}_{self.prefix}_{secret}"
