"""Run the console's server until SIGTERM or SIGINT: `python -m console`."""

import signal
import sys
import threading

from console.server import Server
from console.settings import Settings
from observability.logging import get_logger, setup_logging

_log = get_logger("console")


def main() -> int:
    """Listen, serve, and end when asked to."""
    setup_logging("console")
    settings = Settings.from_environment()
    try:
        server = Server(settings)
    except OSError as error:
        _log.error("console.port_busy", port=settings.port, error=error.strerror)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread: shutdown() waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    _log.info("console.started", port=settings.port)
    with server:
        server.serve_forever()
    _log.info("console.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
