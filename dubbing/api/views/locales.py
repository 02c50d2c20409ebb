from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import operation
from dubbing.api.serializers import LocaleSerializer, paged
from dubbing.models import Locale


class LocalesView(TeamAPIView):
    needs = {"GET": Can.VIEW}

    @operation(
        "list_locales", tag="Locales", answers={200: paged(LocaleSerializer)}, errors=(401, 403)
    )
    def get(self, request: Request) -> Response:
        """The languages that Panjaya knows, all on one page."""
        rows = LocaleSerializer(Locale.objects.all(), many=True).data
        return Response({"results": rows, "next": None, "previous": None})
