from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from config.bodies import announced_bodies_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = announced_bodies_only(get_wsgi_application())
