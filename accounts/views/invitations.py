from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import TEAM_SESSION_KEY, team_view
from accounts.form_faults import add_faults
from accounts.forms import InviteMemberForm, JoinForm
from accounts.http import TeamRequest
from accounts.models import Invitation, Membership, User
from accounts.roles import Can, Role
from accounts.services.invitations import (
    MAIL_PROOF,
    Invited,
    accept_invitation,
    find_invitation,
    invite_member,
    join_as_new_person,
    renew_invitation,
    revoke_invitation,
)

SIGN_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "POST"])
@never_cache
@team_view(Can.MANAGE_TEAM)
def member_invite(request: TeamRequest) -> HttpResponse:
    """The link is in this one answer and nowhere else: no redirect that would have to keep it."""
    form = InviteMemberForm(request.POST or None, given_by=request.membership.role)
    if request.method == "POST" and form.is_valid():
        try:
            invited = invite_member(
                team=request.team,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                invited_by=request.membership,
            )
        except ValidationError as error:
            add_faults(form, error)
        else:
            return _show_link(request, invited)
    return render(request, "accounts/member_invite.html", {"form": form})


@require_POST
@never_cache
@team_view(Can.MANAGE_TEAM)
def invitation_renew(request: TeamRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(
        Invitation.objects.filter(accepted_at=None, revoked_at=None), pk=invitation_id
    )
    try:
        invited = renew_invitation(invitation=invitation, renewed_by=request.membership)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("accounts:members")
    return _show_link(request, invited)


@require_http_methods(["GET", "POST"])
@team_view(Can.MANAGE_TEAM)
def invitation_revoke(request: TeamRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.all(), pk=invitation_id)
    if request.method == "GET":
        return render(request, "accounts/invitation_revoke.html", {"invitation": invitation})
    revoke_invitation(invitation=invitation)
    messages.success(request, f"The link for {invitation.email} no longer works.")
    return redirect("accounts:members")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads: to joining, to signing in first, or to why it cannot be used."""
    found = find_invitation(token)
    if found is None or not found.is_open:
        context = {"invitation": found}
        return render(request, "accounts/invitation_closed.html", context, status=410)
    if request.user.is_authenticated:
        return _as_signed_in(request, found, token)
    if User.objects.filter(email=found.email.lower()).exists():
        return render(request, "accounts/invitation_sign_in.html", {"invitation": found})
    return _as_new_person(request, found, token)


def _as_signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    user = cast(User, request.user)
    if user.email != found.email.lower():
        context = {"invitation": found}
        return render(request, "accounts/invitation_other_person.html", context, status=403)
    if request.method == "GET":
        return render(request, "accounts/invitation_join.html", {"invitation": found})
    try:
        membership = accept_invitation(token=token, user=user)
    except ValidationError:
        # Somebody used or revoked it between the look and the press: the page says which.
        return redirect(request.path)
    return _welcome(request, membership)


def _as_new_person(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = join_as_new_person(
                token=token, mail_proof=request.GET.get(MAIL_PROOF, ""), **form.cleaned_data
            )
        except ValidationError as error:
            add_faults(form, error)
        else:
            login(request, membership.user, backend=SIGN_IN_BACKEND)
            return _welcome(request, membership)
    return render(request, "accounts/invitation_new.html", {"invitation": found, "form": form})


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session[TEAM_SESSION_KEY] = str(membership.team_id)
    role = membership.get_role_display().lower()
    messages.success(request, f"You are in {membership.team}, as {role}.")
    return redirect("dubbing:home")


def _show_link(request: TeamRequest, invited: Invited) -> HttpResponse:
    return render(request, "accounts/invitation_link.html", {"invited": invited})
