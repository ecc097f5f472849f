"""Run the dashboard page until SIGTERM or SIGINT: `python -m grafana.page`."""

import signal
import sys
import threading

from grafana.page.server import Server
from grafana.page.settings import Settings
from observability.logging import get_logger, setup_logging

_log = get_logger("dashboards")


def main() -> int:
    """Listen, serve, and end when asked to."""
    setup_logging("grafana")
    settings = Settings.from_environment()
    try:
        server = Server(settings)
    except OSError as error:
        _log.error("dashboards.port_busy", port=settings.port, error=error.strerror)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread: shutdown() waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    _log.info("dashboards.started", port=settings.port)
    with server:
        server.serve_forever()
    _log.info("dashboards.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
