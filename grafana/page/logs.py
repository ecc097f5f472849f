"""Log lines in the shape of the whole platform: one JSON object each, on stdout."""

import json
import sys
from datetime import UTC, datetime


def log(event: str, level: str = "info", **fields: object) -> None:
    """Write one line at once, so that threads do not mix theirs."""
    entry = {
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "level": level,
        "service": "grafana",
        "event": event,
        "logger": "dashboards",
        "request_id": None,
        "trace_id": None,
        "span_id": None,
        "trace_flags": None,
        **fields,
    }
    sys.stdout.write(json.dumps(entry, default=str) + "\n")
    sys.stdout.flush()
