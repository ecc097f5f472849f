"""Answers that are in the trace of the newest purchase of ./shop buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deploy.cli.buy import CLIENT, ROOT
from deploy.cli.lessons.truth import NotYetError, Truth
from deploy.cli.trace_search import find, search, trace_store
from deploy.installation.layout import Layout
from deploy.installation.suggestions import one_of
from deploy.operations.drills.typed import FileError
from jaeger.spans import Span

__all__ = ["Trace", "purchase"]

_LOOKBACK = timedelta(hours=1)
_DEPTH = 20  # purchases
_ASKS = ("services", "longest")


@dataclass(frozen=True)
class Trace:
    """ask: `services`, how many took part; `longest`, the service of the longest span, but for the client's."""

    ask: str

    def __post_init__(self) -> None:
        if self.ask not in _ASKS:
            raise FileError(f"[truth] does not know what {self.ask!r} asks for.", one_of(self.ask, _ASKS))

    def find(self, layout: Layout) -> Truth:
        """What the trace store has of the purchase now."""
        spans = purchase(layout)
        source = f"the trace store has trace {spans[0].trace_id} with {len(spans)} spans"
        if self.ask == "services":
            return Truth((str(len({span.service for span in spans})),), source, "number")
        longest = max((span for span in spans if span.service != CLIENT), key=lambda span: span.duration)
        return Truth((longest.service,), f"{source}; the longest is {longest.name}")


def purchase(layout: Layout) -> list[Span]:
    """All spans of the newest purchase of ./shop buy, its root first. Raises NotYetError when there is none."""
    with trace_store(layout) as jaeger:
        found = search(jaeger, CLIENT, datetime.now(UTC) - _LOOKBACK, depth=_DEPTH)
        spans = [span for trace in found.values() for span in trace]
        roots = [span for span in spans if span.name == ROOT and span.service == CLIENT]
        if not roots:
            raise NotYetError(
                "The trace store has no purchase of the last hour.",
                "Buy something: ./shop buy. Spans arrive some seconds later.",
            )
        root = max(roots, key=lambda span: span.start)
        spans = find(jaeger, root.trace_id).get(root.trace_id, [])
    services = {span.service for span in spans} - {CLIENT}
    if not services:
        raise NotYetError("The spans of your purchase are still on their way.", "Try again in a moment.")
    return [root, *(span for span in spans if span.span_id != root.span_id)]
