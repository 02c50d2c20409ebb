from __future__ import annotations

from django.http import Http404
from django.urls import Resolver404, resolve
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


class UnknownPathView(APIView):
    """Every path under /api/ that leads nowhere, in the API's own shape of errors."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if _leads_somewhere(f"{request.path}/"):
            raise NotFound(f"Paths of the API end with a slash: {request.path}/")
        raise NotFound("The API has no such path. See /api/v1/docs/.")


def _leads_somewhere(path: str) -> bool:
    try:
        return resolve(path).func.__dict__.get("cls") is not UnknownPathView
    except (Resolver404, Http404):
        return False
