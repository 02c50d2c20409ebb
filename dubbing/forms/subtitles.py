from __future__ import annotations

from django.http import HttpRequest

from dubbing.services.subtitles import MOST_FILES, GivenFile
from dubbing.validators import MAX_SRT_BYTES


def given_files(request: HttpRequest) -> list[GivenFile]:
    """Files of a request by the names of their folders, where the page's script says them.

    Of what is too large only so much is read as shows that it is.
    """
    files = request.FILES.getlist("files")[: MOST_FILES + 1]
    paths = request.POST.getlist("paths")
    names = paths if len(paths) == len(files) else [file.name or "" for file in files]
    return [
        GivenFile(name, file.read(MAX_SRT_BYTES + 1))
        for name, file in zip(names, files, strict=True)
    ]
