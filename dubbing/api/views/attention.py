from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Can
from dubbing.api.base import TeamAPIView
from dubbing.api.description import operation
from dubbing.api.serializers import BlankIsNull
from dubbing.services.attention import COUNTED, Viewer, find_concerns
from dubbing.states import Group


class ConcernSerializer(serializers.Serializer[object]):
    key = serializers.CharField(
        help_text="Such as `slow`, `overdue`, or `failed:` with the engine’s code."
    )
    urgency = serializers.ChoiceField(source="group", choices=Group.choices)
    sentence = serializers.CharField(help_text="For people.")
    advice = BlankIsNull()
    count = serializers.IntegerField(help_text=f"At most {COUNTED + 1}: more than {COUNTED}.")
    oldest = serializers.DateTimeField(allow_null=True, help_text="Since when the first waits.")
    filter = BlankIsNull(
        source="query",
        help_text="Finds just these, as the query of `dubbings/`; null: it is not about dubs.",
    )


class AttentionSerializer(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    groups = ConcernSerializer(many=True)


class AttentionView(TeamAPIView):
    needs = {"GET": Can.VIEW}

    @operation(
        "read_attention", tag="Attention", answers={200: AttentionSerializer}, errors=(401, 403)
    )
    def get(self, request: Request) -> Response:
        """What needs somebody now, by cause: what a key of this role could do something about."""
        now = timezone.now()
        groups = find_concerns(viewer=Viewer(self.caller, None), now=now)
        return Response(AttentionSerializer({"at": now, "groups": groups}).data)
