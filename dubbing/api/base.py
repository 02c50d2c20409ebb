"""The base of every view of the API: one key, its team's scope, its role."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import ApiKey, Membership
from accounts.roles import Can
from accounts.scoping import team_scope
from dubbing.api.parsers import JSONBodyParser
from dubbing.services.actors import Actor


class TeamAPIView(APIView):
    """Opens the key's team for the time of the request.

    `needs` names what a role must allow, per method: a method without an entry cannot be called.
    """

    needs: ClassVar[dict[str, Can]] = {}
    parser_classes: Sequence[type[BaseParser]] = (JSONBodyParser,)
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.scope:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.allowed_methods:
            return  # 405 comes next
        if not self.caller.can(self.needs[method]):
            raise PermissionDenied
        self.scope.enter_context(team_scope(self.caller.team_id))

    @property
    def caller(self) -> ApiKey | Membership:
        """A program's key, or, where a view takes sessions too, a person's place in a team."""
        caller: ApiKey | Membership = self.request.auth  # type: ignore[assignment]
        return caller

    @property
    def key(self) -> ApiKey:
        key: ApiKey = self.request.auth  # type: ignore[assignment]
        return key

    @property
    def actor(self) -> Actor:
        if isinstance(self.caller, Membership):
            return Actor(user=self.caller.user)
        return Actor(key=self.key)
