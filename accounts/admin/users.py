from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, SetUnusablePasswordMixin, UserChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.live import cut_streams
from accounts.models import Membership, Team, User
from accounts.roles import Role
from config.admin.links import list_link
from config.admin.rows import DeskAdmin


class EmailInUseMixin(forms.ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        """Also among the further addresses of other people: one may sign in by those."""
        email: str = self.cleaned_data["email"].strip().lower()
        others = EmailAddress.objects.filter(email=email).exclude(user_id=self.instance.pk)
        if others.exists():
            raise ValidationError("Somebody with this e-mail exists already.", code="unique")
        return email


class UserCreationForm(EmailInUseMixin, SetUnusablePasswordMixin, BaseUserCreationForm):  # type: ignore[type-arg]
    usable_password = SetUnusablePasswordMixin.create_usable_password_field()

    class Meta:
        model = User
        fields = ("email", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].required = self.fields["password2"].required = False


class UserForm(EmailInUseMixin, UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser", "groups")

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and (left := teams_left_without_owner(self.instance)):
            raise ValidationError(
                f"{', '.join(left)} would be left without an owner. Make somebody else one first.",
                code="last_owner",
            )
        return is_active


def teams_left_without_owner(user: User) -> list[str]:
    owned = Membership.objects.filter(user=user, role=Role.OWNER).values("team")
    others = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(user=user)
    teams = Team.objects.filter(pk__in=owned).exclude(pk__in=others.values("team"))
    return list(teams.values_list("name", flat=True))


class MembershipOfUser(admin.TabularInline):  # type: ignore[type-arg]
    """To look at: teams and roles are given on the team's page, which keeps an owner in each."""

    model = Membership
    fields = readonly_fields = ("team", "role", "created_at")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("team", "user")


@admin.register(User)
class UserAdmin(DeskAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    form = UserForm
    add_form = UserCreationForm
    add_form_template = "admin/desk/user_add_form.html"
    inlines = (MembershipOfUser,)
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email__startswith", "name__icontains")
    search_window = 50_000
    search_help_text = "The beginning of an e-mail address, a part of a name, or an id."
    ordering = ("-pk",)
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    readonly_fields = ("last_login", "date_joined", "links")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "links")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Their name stands in the history: they are switched off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        before = form.initial.get("email")
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            cut_streams(user_id=obj.pk)
        if before and before != obj.email:
            # Whoever still reads the old mailbox must not get in by it.
            EmailAddress.objects.filter(user=obj, email=before).delete()
        EmailAddress.objects.filter(user=obj, primary=True).exclude(email=obj.email).update(
            primary=False
        )
        # The operator vouches for it: no mail to confirm it goes out.
        EmailAddress.objects.update_or_create(
            user=obj, email=obj.email, defaults={"primary": True, "verified": True}
        )

    @admin.display(description="more")
    def links(self, user: User) -> str:
        return list_link(EmailAddress, "E-mail addresses", user__id__exact=user.pk)
