from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.bodies import announced_bodies_only
from config.doorstep import signed_callbacks_only
from config.turns import WEB_SECONDS, take_turns_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

take_turns_of(WEB_SECONDS)
application = signed_callbacks_only(announced_bodies_only(get_wsgi_application()))

# What is loaded by now stays: looked through again, it would stop a whole process for a tenth of a
# second every few thousand requests.
get_resolver().url_patterns  # noqa: B018 (loads the views)
gc.collect()
gc.freeze()
