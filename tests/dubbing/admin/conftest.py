from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import signed_in


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("operator@example.org", "correct horse", name="Olga Op")


@pytest.fixture
def as_operator(operator: User) -> Client:
    return signed_in(operator)
