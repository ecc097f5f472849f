"""Root spans: each journey of a user is a trace that begins here, as a browser's would."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import gevent

from loadtests import settings
from loadtests.outcomes import note

__all__ = ["Span", "export", "flush"]

_INTERVAL = 1.0  # seconds between two batches
_CLIENT, _ERROR = 3, 2  # OTLP's numbers
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # to this machine, past any proxy
_waiting: list[dict[str, Any]] = []


@dataclass
class Span:
    """A root span under way."""

    name: str
    trace_id: str = field(default_factory=lambda: os.urandom(16).hex())
    span_id: str = field(default_factory=lambda: os.urandom(8).hex())
    began: int = field(default_factory=time.time_ns)
    attributes: dict[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def traceparent(self) -> str:
        """The W3C header that makes what is called a part of it."""
        return f"00-{self.trace_id}-{self.span_id}-01"


def export(span: Span) -> None:
    """It ends now; it is sent with the next batch."""
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in span.attributes.items()]
    _waiting.append(
        {
            "traceId": span.trace_id,
            "spanId": span.span_id,
            "name": span.name,
            "kind": _CLIENT,
            "startTimeUnixNano": str(span.began),
            "endTimeUnixNano": str(time.time_ns()),
            "attributes": attributes,
            **({"status": {"code": _ERROR, "message": span.error}} if span.error else {}),
        }
    )


def flush() -> None:
    """Send what waits. What the trace store does not take is lost and counted; the load goes on."""
    batch, _waiting[:] = _waiting[:], []
    if not batch:
        return
    service = {"key": "service.name", "value": {"stringValue": "locust"}}
    body = {"resourceSpans": [{"resource": {"attributes": [service]}, "scopeSpans": [{"spans": batch}]}]}
    request = urllib.request.Request(  # noqa: S310 (loopback)
        f"{settings.OTLP}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        _OPENER.open(request, timeout=5).close()
    except OSError:
        note("root span lost", len(batch))


def run() -> None:
    """Send batches for ever."""
    while True:
        gevent.sleep(_INTERVAL)
        flush()
