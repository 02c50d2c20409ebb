from __future__ import annotations

import uuid
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.scoping import team_scope
from config.admin.rows import DeskAdmin


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Saved by a service, which judges what was typed while the page can still say so.

    The service runs when all fields are clean; its errors stand beside their fields. The page's
    own saving then has nothing left to write.
    """

    user: User
    # False for a service that asks the engine: it opens its own transaction when it has an answer.
    in_transaction = True

    def team_id(self) -> uuid.UUID:
        team_id: uuid.UUID = self.instance.team_id
        return team_id

    def carry_out(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        try:
            with self._transaction(), team_scope(self.team_id()):
                self.carry_out(values)
        except ValidationError as error:
            self._show(error)
        return values

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic() if self.in_transaction else nullcontext()

    def _post_clean(self) -> None:
        """Nothing of the row is set here: the service has written what it took."""

    def _show(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class ServiceAdmin(DeskAdmin):
    """Rows whose form is a ServiceForm; it is told who asks."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form's service has written what was asked; nothing else may be written over."""
