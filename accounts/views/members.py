from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.forms import ChangeRoleForm
from accounts.http import TeamRequest
from accounts.models import Invitation, Membership
from accounts.roles import ALLOWED, Can, Role, roles_up_to
from accounts.services.members import change_role, remove_member


@require_GET
@team_view(Can.VIEW)
def members(request: TeamRequest) -> HttpResponse:
    invitations = Invitation.objects.select_related("invited_by")
    context = {
        "members": request.team.memberships.select_related("user").order_by("user__email"),
        "invitations": invitations.filter(accepted_at=None, revoked_at=None),
        "roles": roles_up_to(request.membership.role),
        "may_manage": request.membership.can(Can.MANAGE_TEAM),
        "matrix": role_matrix(),
        "matrix_columns": list(Role),
    }
    return render(request, "accounts/members.html", context)


def role_matrix() -> list[dict[str, Any]]:
    return [
        {"action": can.value, "allowed": [(role, role in ALLOWED[can]) for role in Role]}
        for can in Can
    ]


@require_POST
@team_view(Can.MANAGE_TEAM)
def member_role(request: TeamRequest, membership_id: uuid.UUID) -> HttpResponse:
    membership = _member_of(request, membership_id)
    form = ChangeRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return redirect("accounts:members")
    role = Role(form.cleaned_data["role"])
    try:
        change_role(membership=membership, role=role, changed_by=request.membership)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{membership.user} is now {role.label.lower()}.")
    return redirect("accounts:members")


@require_http_methods(["GET", "POST"])
@team_view(Can.MANAGE_TEAM)
def member_remove(request: TeamRequest, membership_id: uuid.UUID) -> HttpResponse:
    membership = _member_of(request, membership_id)
    if request.method == "GET":
        return render(request, "accounts/member_remove.html", {"member": membership})
    try:
        remove_member(membership=membership)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{membership.user} is no longer in {request.team}.")
    return redirect("accounts:members")


def _member_of(request: TeamRequest, membership_id: uuid.UUID) -> Membership:
    # Memberships are not behind the team scope: the team is part of the question here.
    rows = Membership.objects.select_related("user", "team")
    return get_object_or_404(rows, pk=membership_id, team=request.team)
