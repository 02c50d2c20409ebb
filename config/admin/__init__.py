"""What the admin of every app stands on: the site, its rows, its searching and its counting."""

from __future__ import annotations

from config.admin.links import list_link, row_link
from config.admin.rows import DeskAdmin, MirrorAdmin, Need
from config.admin.site import DeskAdminSite

__all__ = ["DeskAdmin", "DeskAdminSite", "MirrorAdmin", "Need", "list_link", "row_link"]
