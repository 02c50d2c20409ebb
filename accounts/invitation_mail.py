from __future__ import annotations

import logging
from datetime import timedelta

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.models import Invitation

logger = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, url: str) -> bool:
    """Whether the mail left. The link is shown too, so a mail server that is down costs little."""
    words = {"invitation": invitation, "url": url, "days_left": _days(invitation)}
    subject = render_to_string("mail/invitation_subject.txt", words)
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string("mail/invitation_message.txt", words).strip() + "\n",
        to=[invitation.email],
    )
    try:
        return bool(mail.send())
    except OSError as error:  # smtplib's own errors are OSErrors too
        logger.warning("An invitation could not be mailed: %s", error)
        return False


def _days(invitation: Invitation) -> int:
    # To the nearest: the two are written down a moment apart.
    return round((invitation.expires_at - invitation.created_at) / timedelta(days=1))
