"""One-time links into a team. Only the hash of a link's token is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.invitation_mail import send_invitation
from accounts.models import Invitation, Membership, Team, User, hash_secret
from accounts.roles import Role
from accounts.scoping import all_teams, team_atomic, team_scope
from accounts.services.members import check_may_give

# The query word of the mailed link's proof.
MAIL_PROOF = "mail"


@dataclass(frozen=True)
class Invited:
    """An invitation and its link, which nobody sees again."""

    invitation: Invitation
    url: str
    is_mailed: bool


def invite_member(*, team: Team, email: str, role: Role, invited_by: Membership) -> Invited:
    """An open invitation of the same address is renewed: its older link works no more."""
    email = email.strip().lower()
    check_may_give(invited_by, role)
    if Membership.objects.filter(team=team, user__email=email).exists():
        raise _fault("email", "This person is in the team already.", "already_member")
    with team_scope(team.id):
        try:
            with team_atomic():
                invitation = _open_to(email) or Invitation(team=team, email=email)
                token = _issue(invitation, role, invited_by)
        except IntegrityError:
            raise _fault(
                "email", "Somebody invited this address a moment ago.", "just_invited"
            ) from None
    return _told(invitation, token)


def renew_invitation(*, invitation: Invitation, renewed_by: Membership) -> Invited:
    """A new link for the same person, mailed again; the older one works no more."""
    return invite_member(
        team=renewed_by.team,
        email=invitation.email,
        role=Role(invitation.role),
        invited_by=renewed_by,
    )


def revoke_invitation(*, invitation: Invitation) -> None:
    """The link works no more; one already used stays used."""
    with team_scope(invitation.team_id):
        Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, in whatever state it is."""
    with all_teams("the token decides the team"):
        found: Invitation | None = (
            Invitation.objects.select_related("team", "invited_by")
            .filter(token_hash=hash_secret(token))
            .first()
        )
    return found


def accept_invitation(*, token: str, user: User) -> Membership:
    """Who is in the team already keeps the role; the link is used up all the same."""
    with all_teams("the token decides the team"), transaction.atomic():
        invitation = _locked_open(token)
        if invitation.email.lower() != user.email:
            raise ValidationError("This invitation is for somebody else.", code="other_person")
        return _join(invitation, user)


def join_as_new_person(*, token: str, name: str, password: str, mail_proof: str = "") -> Membership:
    """Makes the account and joins in one step.

    The address counts as confirmed only with the proof that the mailed link carries: whoever
    invited has seen the other link, so holding that one does not show that the mail arrived.
    """
    with all_teams("the token decides the team"), transaction.atomic():
        invitation = _locked_open(token)
        email = invitation.email.lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError("You have an account already. Sign in first.", code="known")
        user = User(email=email, name=name.strip())
        _check_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save(force_insert=True)
        EmailAddress.objects.create(
            user=user, email=email, primary=True, verified=_proves_mail(token, mail_proof)
        )
        return _join(invitation, user)


def _open_to(email: str) -> Invitation | None:
    found: Invitation | None = (
        Invitation.objects.select_for_update()
        .filter(email__iexact=email, accepted_at=None, revoked_at=None)
        .first()
    )
    return found


def _issue(invitation: Invitation, role: Role, invited_by: Membership) -> str:
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    invitation.role = role
    invitation.invited_by = invited_by.user
    invitation.token_hash = hash_secret(token)
    invitation.expires_at = now + timedelta(days=settings.INVITATION_DAYS)
    invitation.created_at = now
    invitation.full_clean()
    invitation.save()
    return token


def _told(invitation: Invitation, token: str) -> Invited:
    """Mails after the transaction: no network inside one, and no mail about what did not happen."""
    url = urljoin(settings.PUBLIC_URL, reverse("accounts:invitation", args=[token]))
    mailed_url = f"{url}?{MAIL_PROOF}={_proof_of(token)}"
    return Invited(invitation, url, is_mailed=send_invitation(invitation, mailed_url))


def _proof_of(token: str) -> str:
    return salted_hmac("accounts.invitation.mail", token, algorithm="sha256").hexdigest()


def _proves_mail(token: str, proof: str) -> bool:
    return constant_time_compare(proof, _proof_of(token))


def _locked_open(token: str) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("team")
    invitation: Invitation | None = rows.filter(token_hash=hash_secret(token)).first()
    if invitation is None or not invitation.is_open:
        raise ValidationError("This invitation can no longer be used.", code="not_open")
    return invitation


def _join(invitation: Invitation, user: User) -> Membership:
    membership, _ = Membership.objects.select_related("team").get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role}
    )
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    return membership


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from None


def _fault(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})
