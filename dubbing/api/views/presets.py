from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import READING, operation
from dubbing.api.filters import PageSerializer, read_filters
from dubbing.api.paging import NEWEST_FIRST, answer_page
from dubbing.api.presets import PresetSerializer
from dubbing.api.serializers import paged
from dubbing.models import Preset


class PresetsView(TeamAPIView):
    needs = {"GET": Can.PRODUCE}

    @operation(
        "list_presets",
        tag="Batches",
        parameters=[PageSerializer],
        answers={200: paged(PresetSerializer)},
        errors=READING,
    )
    def get(self, request: Request) -> Response:
        """Templates of your team, newest first: what a batch may begin with. People make them."""
        filters = read_filters(request, PageSerializer)
        page, neighbours = answer_page(
            request,
            Preset.objects.all(),
            order=NEWEST_FIRST,
            cursor=filters.get("cursor", ""),
            size=filters["page_size"],
        )
        return Response({"results": PresetSerializer(page, many=True).data, **neighbours})
