"""Every log record, uvicorn's and crashes included, as one JSON object a line on stdout."""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

SERVICE = "jaeger"
logger = logging.getLogger("tracebox")


class JsonFormatter(logging.Formatter):
    """The log shape of the whole platform; fields come in by `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record as one line."""
        entry: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "service": SERVICE,
            "event": record.getMessage(),
            "logger": record.name,
            "request_id": None,
            "trace_id": None,
            "span_id": None,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure(level: str) -> None:
    """Send everything through the one handler, and make uncaught exceptions records too."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("process.crashed", exc_info=(kind, error, trace))
