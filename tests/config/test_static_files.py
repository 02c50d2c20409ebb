from __future__ import annotations

import json
import re
from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings

IMPORTED = re.compile(r"""(?:from|import)\s*["'](\./[^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


def test_a_script_has_one_address_whether_a_page_loads_it_or_a_script_imports_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.static_files.HashedFiles"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    addresses = set(json.loads((tmp_path / "staticfiles.json").read_text())["paths"].values())
    scripts = [path for path in (tmp_path / "js").glob("*.js") if HASHED.search(path.name)]
    found = [(path, name) for path in scripts for name in IMPORTED.findall(path.read_text())]
    assert found
    for path, name in found:
        assert f"js/{name.removeprefix('./')}" in addresses, f"{path.name} imports {name}"
