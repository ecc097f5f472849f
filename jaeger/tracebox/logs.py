"""Every log record, uvicorn's and crashes included, as one JSON object a line on stdout."""

import json
import logging
import sys
import threading
import traceback
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
            "trace_flags": None,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry |= _exception(*record.exc_info)
        return json.dumps(entry, default=str)


def _exception(kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> dict[str, str]:
    if kind is None or error is None:
        return {}
    return {
        "exception.type": kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}",
        "exception.message": str(error),
        "exception.stacktrace": "".join(traceback.format_exception(error)),
    }


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
