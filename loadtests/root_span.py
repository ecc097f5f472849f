"""The root span of a client that is no browser: the trace of what it does begins here."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.installation.readiness import DIRECT

__all__ = ["Span", "send"]

_CLIENT, _ERROR = 3, 2  # OTLP's numbers
_TIMEOUT = 5.0  # seconds for the trace store to take a batch


@dataclass
class Span:
    """A span under way. parent: the span that it is a part of."""

    name: str
    parent: Span | None = None
    trace_id: str = field(default_factory=lambda: os.urandom(16).hex())
    span_id: str = field(default_factory=lambda: os.urandom(8).hex())
    began: int = field(default_factory=time.time_ns)
    attributes: dict[str, str] = field(default_factory=dict)
    error: str = ""

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.trace_id = self.parent.trace_id

    @property
    def traceparent(self) -> str:
        """The W3C header that makes what is called a part of it."""
        return f"00-{self.trace_id}-{self.span_id}-01"

    def ended(self) -> dict[str, Any]:
        """The span in OTLP's JSON form; it ends now."""
        attributes = [{"key": key, "value": {"stringValue": value}} for key, value in self.attributes.items()]
        return {
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "name": self.name,
            "kind": _CLIENT,
            "startTimeUnixNano": str(self.began),
            "endTimeUnixNano": str(time.time_ns()),
            "attributes": attributes,
            **({"parentSpanId": self.parent.span_id} if self.parent else {}),
            **({"status": {"code": _ERROR, "message": self.error}} if self.error else {}),
        }


def send(store: str, service: str, spans: Sequence[dict[str, Any]]) -> None:
    """Send ended spans to the trace store at the URL `store`. Raises `OSError` when it does not take them."""
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(spans)}]}]}
    request = urllib.request.Request(  # noqa: S310 (loopback)
        f"{store}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    DIRECT.open(request, timeout=_TIMEOUT).close()
