"""Root spans: each journey of a user is a trace that begins here, as a browser's would."""

from __future__ import annotations

from typing import Any

import gevent
from gevent.lock import BoundedSemaphore

from loadtests import settings
from loadtests.outcomes import note
from loadtests.root_span import Span, send

__all__ = ["Span", "export", "flush"]

_INTERVAL = 1.0  # seconds between two batches
_waiting: list[dict[str, Any]] = []
_sending = BoundedSemaphore()


def export(span: Span) -> None:
    """It ends now; it is sent with the next batch."""
    _waiting.append(span.ended())


def flush() -> None:
    """Send what waits. What the trace store does not take is lost and counted; the load goes on.

    It waits for a batch that is under way: at the end all that was lost is counted.
    """
    with _sending:
        batch, _waiting[:] = _waiting[:], []
        if not batch:
            return
        try:
            send(settings.OTLP, "locust", batch)
        except OSError:
            note("root span lost", len(batch))


def run() -> None:
    """Send batches for ever."""
    while True:
        gevent.sleep(_INTERVAL)
        flush()
