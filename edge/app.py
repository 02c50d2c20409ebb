"""What the server runs: `granian --interface asgi edge.app:app`.

Keep its access log off: the address of a film holds its permit.
"""

from __future__ import annotations

import os
import sys

from edge.config import ConfigError, EdgeConfig
from edge.site import build_app

try:
    app = build_app(EdgeConfig.from_environment(os.environ))
except ConfigError as error:
    sys.exit(f"edge: {error}")
