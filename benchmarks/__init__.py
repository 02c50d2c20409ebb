"""Figures with their floors; `make bench` runs them over a throwaway database."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["LOG_LEVEL"] = "ERROR"
# Before any benchmark imports the product's models.
django.setup()
