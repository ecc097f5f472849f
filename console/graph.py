"""Which service calls which, and what each is asked to do: `/dependencies`, from the traces of a time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from console import graph_picture, pictures
from console.graph_picture import Arrow
from console.sample import MOST_BYTES, MOST_TRACES, Sample, newest
from console.settings import Settings
from console.sheet import Cell, Column, Picture, Row, Sheet, Table, address
from grafana.colours import MEANINGS, of_service
from jaeger.spans import Span

_Key = TypeVar("_Key")
_MOST_ROWS = 500  # of a table; whoever names spans by ids makes many operations
_NUMBERS = (
    *(Column("calls", "none"), Column("rate", "ops"), Column("errors", "none")),
    *(Column("p50", "s"), Column("p95", "s")),
)


@dataclass
class Tally:
    """How long each call took, in nanoseconds, and how many failed."""

    durations: list[int] = field(default_factory=list)
    errors: int = 0

    def add(self, span: Span) -> None:
        """Count a call."""
        self.durations.append(span.duration)
        self.errors += span.error

    def quantile(self, part: float) -> float:
        """The duration in seconds that this part of the calls did not exceed."""
        ordered = sorted(self.durations)
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)] / 1e9


@dataclass(frozen=True)
class Edge:
    """A service calls another by requests, or by messages."""

    caller: str
    called: str
    by: str


def edges(spans: Iterable[Span]) -> dict[Edge, Tally]:
    """Calls between services: a span whose parent is of another one; its links count where no parent is known."""
    spans = list(spans)
    known = {(span.trace_id, span.span_id): span.service for span in spans}
    found: dict[Edge, Tally] = {}
    for span in spans:
        callers = (known.get(place) for place in ((span.trace_id, span.parent_id), *span.links))
        caller = next((service for service in callers if service is not None), span.service)
        if caller != span.service:
            edge = Edge(caller, span.service, "message" if span.kind == "consumer" else "request")
            found.setdefault(edge, Tally()).add(span)
    return found


def operations(spans: Iterable[Span]) -> dict[tuple[str, str], Tally]:
    """What each service was asked to do, by a request or a message, and what it began by itself."""
    found: dict[tuple[str, str], Tally] = {}
    for span in spans:
        if span.kind in ("server", "consumer") or not span.parent_id:
            found.setdefault((span.service, span.name), Tally()).add(span)
    return found


def sheet(settings: Settings, begin: float, end: float) -> Sheet:
    """The page. Raises `RefusedError`."""
    sample = newest(settings, begin, end)
    calls, asked = edges(sample.spans), operations(sample.spans)
    window = {"from": round(begin * 1000), "to": round(end * 1000)}
    return Sheet(
        title="Services",
        said=_said(sample, begin),
        tables=[
            Table(
                "Who calls whom",
                (Column("caller"), Column("called"), Column("by"), *_NUMBERS),
                [_edge_row(edge, tally, sample, window) for edge, tally in _busiest(calls)],
            ),
            Table(
                "Operations",
                (Column("service"), Column("operation"), *_NUMBERS),
                [_operation_row(*of, tally, sample, window) for of, tally in _busiest(asked)],
            ),
        ],
        links=[Cell("Search for traces", address("/search", **window))],
        picture=_picture(calls, sample),
        of_time=True,
    )


def _busiest(tallies: dict[_Key, Tally]) -> list[tuple[_Key, Tally]]:
    return sorted(tallies.items(), key=lambda item: -len(item[1].durations))[:_MOST_ROWS]


def _said(sample: Sample, begin: float) -> str:
    if not sample.traces:
        return "There are no traces of this time. Spans arrive some seconds after what they tell of."
    what = f"{sample.traces} traces with {len(sample.spans)} spans"
    if sample.whole:
        return f"Of {what}: all of this time."
    part = f"the last {sample.end - sample.since:.0f} s of {sample.end - begin:.0f} s"
    most = f"{MOST_TRACES} traces and {MOST_BYTES // 2**20} MiB"
    return f"Only a part: of the newest {what}, from {part}. At most {most} are read. Choose less time."


def _picture(calls: dict[Edge, Tally], sample: Sample) -> Picture | None:
    arrows = [
        Arrow(edge.caller, edge.called, edge.by == "message", _rate(tally, sample), tally.errors)
        for edge, tally in _busiest(calls)
    ]
    if not arrows:
        return None
    drawn = graph_picture.draw(arrows)
    words = "Services as boxes and their calls as arrows: the rows of the first table."
    return Picture(pictures.keep(drawn), words)


def _rate(tally: Tally, sample: Sample) -> float:
    return len(tally.durations) / max(sample.end - sample.since, 1.0)


def _edge_row(edge: Edge, tally: Tally, sample: Sample, window: dict[str, int]) -> Row:
    names = (_service(edge.caller, window), _service(edge.called, window), Cell(edge.by))
    return Row((*names, *_numbers(tally, sample, {"service": edge.called, **window})))


def _operation_row(service: str, name: str, tally: Tally, sample: Sample, window: dict[str, int]) -> Row:
    of = {"service": service, "operation": name, **window}
    return Row((_service(service, window), Cell(name, address("/search", **of)), *_numbers(tally, sample, of)))


def _service(name: str, window: dict[str, int]) -> Cell:
    return Cell(name, address("/search", service=name, **window), of_service(name))


def _numbers(tally: Tally, sample: Sample, of: dict[str, object]) -> tuple[Cell, ...]:
    failed = Cell(tally.errors, address("/search", **of, tags="error=true"), MEANINGS["failure"])
    return (
        Cell(len(tally.durations)),
        Cell(_rate(tally, sample)),
        failed if tally.errors else Cell(0),
        Cell(tally.quantile(0.5)),
        Cell(tally.quantile(0.95), address("/search", **of, sort="longest first")),
    )
