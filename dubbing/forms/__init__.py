"""One class per thing a person gives. Forms read the shape; the services know the rules."""

from __future__ import annotations

from dubbing.forms.assets import AssetForm
from dubbing.forms.connections import ConnectionForm
from dubbing.forms.details import AssetDetailsForm
from dubbing.forms.languages import LanguagesForm
from dubbing.forms.lists import AssetFilterForm

__all__ = ["AssetDetailsForm", "AssetFilterForm", "AssetForm", "ConnectionForm", "LanguagesForm"]
