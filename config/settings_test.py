from __future__ import annotations

import os
import tempfile

# Every test process works in a data folder of its own, gone when it ends, so nothing of a running
# desk is touched.
_folder = tempfile.TemporaryDirectory(prefix="dubdesk-test-")
os.environ["DUBDESK_DATA_DIR"] = _folder.name
os.environ.setdefault("DUBDESK_DATABASE_ROLE", "owner")

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
