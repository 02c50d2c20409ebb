"""`python -m sandbox`: serves until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType

from sandbox.callbacks import CallbackSender
from sandbox.engine import Engine
from sandbox.installation import open_installation
from sandbox.settings import SettingError, Settings, process_environment, read_settings
from sandbox.web.app import Application
from sandbox.web.server import SandboxRequestHandler, SandboxServer


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="sandbox %(levelname)s %(message)s")
    try:
        settings = read_settings(sys.argv[1:], process_environment())
        serve(settings)
    except SettingError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    return 0


def serve(settings: Settings) -> None:
    server = _listen(settings)
    with server:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
        own_url = f"http://{host}:{server.server_port}"
        here = open_installation(settings, settings.public_url or own_url)
        server.set_app(Application(here))
        engine = Engine(here)
        engine.start()
        CallbackSender(here).start()
        _stop_on_signals(server)
        sys.stdout.write(f"sandbox ready {own_url}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.2)
        engine.stop()


def _listen(settings: Settings) -> SandboxServer:
    try:
        return SandboxServer((settings.host, settings.port), SandboxRequestHandler)
    except OSError as error:
        raise SettingError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        ) from None


def _stop_on_signals(server: SandboxServer) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # From a thread: shutdown waits for the loop that this very thread runs.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main())
