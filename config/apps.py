from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig

from config import checks  # noqa: F401  (registers them)


class DeskAdminConfig(AdminConfig):
    default_site = "config.admin.DeskAdminSite"


class DeskStaticFilesConfig(StaticFilesConfig):
    # Parts of front-end packages that no page of ours names: less to hash and to compress. Maps
    # stay, because the files that are served name them.
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "tabler-*",
        "*.rtl.*",
        "htmax*",
        "tus.js*",
        "browser-test-bundle*",
        "editors",
        "skills",
        "scripts",
        "*.d.ts",
        "inter-*-opsz-*",
        "inter-*-standard-*",
    ]
