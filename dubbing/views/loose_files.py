"""Files without a video: what was uploaded and then left."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from dubbing.models import Upload
from dubbing.screens.batch import read_ids
from dubbing.screens.loose_files import FileRow, FilesScreen
from dubbing.services.actors import Actor
from dubbing.services.loose_files import use_files
from dubbing.services.uploads import give_up_upload


@require_GET
@team_view(Can.PRODUCE)
def file_list(request: TeamRequest) -> HttpResponse:
    screen = FilesScreen.read(request.GET.dict())
    return render(request, "dubbing/file/list.html", {"screen": screen})


@require_POST
@team_view(Can.PRODUCE)
def file_use(request: TeamRequest) -> HttpResponseRedirect:
    """A draft of the chosen ones; what they are to become is said there."""
    ids = read_ids(request.POST.getlist("file"))
    uploads = list(Upload.objects.filter(pk__in=ids))
    try:
        batch = use_files(team=request.team, actor=Actor(user=request.user), uploads=uploads)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dubbing:file-list")
    return redirect("dubbing:batch-add", batch.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Can.PRODUCE)
def file_delete(request: TeamRequest, upload_id: uuid.UUID) -> HttpResponse:
    upload: Upload = get_object_or_404(Upload.objects.all(), pk=upload_id)
    if request.method != "POST":
        return render(request, "dubbing/file/delete.html", {"row": FileRow(upload)})
    try:
        give_up_upload(upload=upload, actor=Actor(user=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"“{upload.name}” is deleted.")
    return redirect("dubbing:file-list")
