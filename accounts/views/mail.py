"""Mail on a single machine, where no mail server is set: it lies in files, and is read here."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.mailbox import find_mail, newest_mails

PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@login_not_required
@never_cache
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    _check_may_read(request)
    mails = newest_mails(Path(settings.EMAIL_FILE_PATH))
    return render(request, "accounts/mail_list.html", {"mails": mails})


@login_not_required
@never_cache
@require_GET
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    _check_may_read(request)
    mail = find_mail(Path(settings.EMAIL_FILE_PATH), name)
    if mail is None:
        raise Http404
    return render(request, "accounts/mail_detail.html", {"mail": mail})


def _check_may_read(request: HttpRequest) -> None:
    """These mails hold links that reset anybody's password.

    So the page exists only without a mail server and outside production, and then for somebody
    sitting at this machine, who may not be signed in yet, or for a superuser. A team's owner
    is not enough: the mails are those of all teams.
    """
    if settings.MAIL_PAGE and (is_at_this_machine(request) or request.user.is_superuser):
        return
    raise Http404


def is_at_this_machine(request: HttpRequest) -> bool:
    """Asked from this machine, under its own name, of a desk that has no other.

    A proxy on the same machine speaks from loopback too: its headers give it away, and a desk
    behind one has another PUBLIC_URL. The Host shuts out pages that point a name of theirs here.
    """
    if any(header in request.META for header in PROXY_HEADERS):
        return False
    hosts = (urlsplit(settings.PUBLIC_URL).hostname, urlsplit(f"//{request.get_host()}").hostname)
    return all(map(_is_loopback, (request.META.get("REMOTE_ADDR", ""), *hosts)))


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
