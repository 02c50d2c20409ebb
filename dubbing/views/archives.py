"""Downloads in bulk."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.forms.archives import ArchiveForm
from dubbing.models import DownloadArchive
from dubbing.screens.archive_choice import ArchiveChoice
from dubbing.screens.archives import WORDS, ArchiveScreen, Preview, recent_archives
from dubbing.services.actors import Actor
from dubbing.services.downloads import (
    delete_archive,
    fetch_list,
    make_archive,
    part_link,
    remembered_pattern,
)
from dubbing.views.live import live_part


def find_archive(archive_id: uuid.UUID) -> DownloadArchive:
    rows = DownloadArchive.objects.select_related("created_by", "created_by_key")
    archive: DownloadArchive = get_object_or_404(rows, pk=archive_id)
    return archive


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.DOWNLOAD)
def archive_list(request: TeamRequest) -> HttpResponse:
    """Those that can still be fetched; a POST makes one."""
    if request.method == "POST":
        return _make(request)
    context = {"archives": recent_archives(str(request.user.pk))}
    return render(request, "dubbing/archive/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.DOWNLOAD)
def archive_new(request: TeamRequest) -> HttpResponse:
    """The choice comes by the address, or by a form where it is long; nothing is made here."""
    given = request.POST if request.method == "POST" else request.GET
    choice = ArchiveChoice.read(given, request.user)
    form = ArchiveForm.begun(choice, remembered_pattern(request.user))
    return _page(request, form, choice, Preview(choice.dubbings(), form.initial["pattern"]))


@never_cache
@require_POST
@team_view(Can.DOWNLOAD)
def archive_preview(request: TeamRequest) -> HttpResponse:
    """The names as the form says just now."""
    choice = ArchiveChoice.read(request.POST, request.user)
    preview = Preview(
        choice.dubbings(), request.POST.get("pattern", ""), "include_srt" in request.POST
    )
    context = {"preview": preview, "choice": choice}
    return render(request, "dubbing/archive/_preview.html", context)


def _make(request: TeamRequest) -> HttpResponse:
    form = ArchiveForm(request.POST)
    choice = ArchiveChoice.read(request.POST, request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            archive = make_archive(
                team=request.team,
                actor=Actor(user=request.user),
                dubbings=choice.dubbings(),
                pattern=given["pattern"],
                include_srt=given["include_srt"],
                part_bytes=form.part_bytes,
            )
        except ValidationError as error:
            form.add_service_errors(error)
        else:
            return redirect("dubbing:archive-detail", archive.pk)
    preview = Preview(choice.dubbings(), form.data.get("pattern", ""), "include_srt" in form.data)
    return _page(request, form, choice, preview)


def _page(
    request: TeamRequest, form: ArchiveForm, choice: ArchiveChoice, preview: Preview
) -> HttpResponse:
    context = {"form": form, "choice": choice, "preview": preview, "words": WORDS}
    return render(request, "dubbing/archive/new.html", context)


@never_cache
@require_GET
@team_view(Can.DOWNLOAD)
def archive_detail(request: TeamRequest, archive_id: uuid.UUID) -> HttpResponse:
    screen = ArchiveScreen(find_archive(archive_id), str(request.user.pk))
    return render(request, "dubbing/archive/detail.html", {"screen": screen})


@require_GET
@team_view(Can.DOWNLOAD)
def archive_progress(request: TeamRequest, archive_id: uuid.UUID) -> HttpResponse:
    """The live part of its page."""
    screen = ArchiveScreen(find_archive(archive_id), str(request.user.pk))
    return live_part(
        request,
        "dubbing/archive/_body.html",
        revision=screen.revision,
        context=lambda: {"screen": screen},
    )


@never_cache
@require_GET
@team_view(Can.DOWNLOAD)
def archive_part(request: TeamRequest, archive_id: uuid.UUID, number: int) -> HttpResponseRedirect:
    archive = find_archive(archive_id)
    if not 1 <= number <= len(archive.parts):
        raise Http404
    try:
        link = part_link(archive=archive, part=number, member=str(request.user.pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:archive-detail", archive.pk)
    return HttpResponseRedirect(link)


@never_cache
@require_GET
@team_view(Can.DOWNLOAD)
def archive_links(request: TeamRequest, archive_id: uuid.UUID) -> HttpResponseBase:
    """For films in a bucket: a list that curl fetches them by."""
    archive = find_archive(archive_id)
    try:
        text = "".join(fetch_list(archive=archive))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:archive-detail", archive.pk)
    response = StreamingHttpResponse([text], content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="films.curl"'
    return response


@require_POST
@team_view(Can.DOWNLOAD)
def archive_delete(request: TeamRequest, archive_id: uuid.UUID) -> HttpResponseRedirect:
    delete_archive(archive=find_archive(archive_id))
    messages.info(request, "The download is over. The films stay where they are.")
    return redirect("dubbing:archive-list")
