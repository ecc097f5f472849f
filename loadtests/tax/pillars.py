"""Our telemetry as a service sets it up, or without one part of it. A part is taken out by replacing its code:
nothing that is measured has a switch that only a measurement would use."""

from typing import Any

from opentelemetry import trace

import observability.middleware as middleware
from observability import request_id
from observability.logging import setup_logging
from observability.tracing import setup_tracing

__all__ = ["prepare"]


def prepare(without: str, *, contrib_export: bool = False) -> None:
    """Set up everything but `without`: `traces`, `metrics`, `logs` or `request id`."""
    setup_logging("tax", "warning" if without == "logs" else "info")
    if without == "traces":
        vars(middleware)["ServerSpans"] = _NoSpans
    else:
        setup_tracing("tax", version="1", instance="tax-1", environment="tax", contrib_export=contrib_export)
    if without == "metrics":
        vars(middleware).update(_durations=_Nothing(), _active=_Nothing())
    if without == "request id":
        vars(request_id)["of_scope"] = lambda _: "0" * 32


class _Nothing:
    """Metrics that are not kept, and their series."""

    def __getitem__(self, labels: object) -> "_Nothing":
        return self

    def nothing(self, *_: object) -> None:
        """Not counted."""

    observe = inc = dec = nothing


class _NoSpans:
    def __init__(self, *_: Any) -> None:
        pass

    def start(self, *_: Any) -> tuple[trace.Span, None]:
        return trace.INVALID_SPAN, None

    def end(self, *_: Any) -> None:
        return None
