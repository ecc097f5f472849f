"""Two traces beside each other: `/trace/<a>...<b>`. Spans belong together that have the same place in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from console import traces
from console.settings import Settings
from console.sheet import Cell, Column, Form, Row, Sheet, Table, address
from console.waterfall import find_root, rows
from grafana.colours import MEANINGS, of_service
from jaeger.spans import Span

_MOST_ROWS = 2000
_ALIKE = 20  # traces that are offered
_AROUND = 3600.0  # seconds before and after a trace in which they are looked for
_MUCH = 0.05  # of the longer trace: a greater difference has a colour


@dataclass(eq=False)
class Pair:
    """Spans of the same service and name, the same in number among their likes, below the same pair."""

    service: str = ""
    name: str = ""
    depth: int = -1
    spans: list[Span | None] = field(default_factory=lambda: [None, None])
    offset: int = 0  # nanoseconds after the beginning of the trace that has it
    below: dict[tuple[str, str, int], Pair] = field(default_factory=dict)

    @property
    def difference(self) -> int | None:
        """How much longer the second one took, in nanoseconds; nothing where one is missing."""
        first, second = self.spans
        return second.duration - first.duration if first and second else None


def pairs(first: Iterable[Span], second: Iterable[Span]) -> list[Pair]:
    """Parents first, then by time."""
    top = Pair()
    for side, spans in enumerate((list(first), list(second))):
        _place(top, side, spans)
    ordered, stack = [], [top]
    while stack:
        pair = stack.pop()
        ordered.append(pair)
        stack.extend(sorted(pair.below.values(), key=lambda one: -one.offset))
    return ordered[1:]


def _place(top: Pair, side: int, spans: list[Span]) -> None:
    begin = min((span.start for span in spans), default=0)
    above, seen = [top], Counter[tuple[Pair, str, str]]()
    for row in rows(spans):
        span = row.span
        if span is None:
            continue
        del above[row.depth + 1 :]
        parent = above[-1]
        number = seen[parent, span.service, span.name]
        seen[parent, span.service, span.name] += 1
        fresh = Pair(span.service, span.name, parent.depth + 1, offset=span.start - begin)
        pair = parent.below.setdefault((span.service, span.name, number), fresh)
        pair.spans[side] = span
        above.append(pair)


def sheet(settings: Settings, first: str, second: str) -> Sheet:
    """The page. Without a second trace it offers those with the same root. Raises `RefusedError`."""
    one = traces.spans_of(settings, first)
    return _compared(one, traces.spans_of(settings, second)) if second else _offered(settings, one)


def _compared(first: list[Span], second: list[Span]) -> Sheet:
    both = (traces.summary(first), traces.summary(second))
    found = pairs(first, second)
    much = max(about["duration"] for about in both) * _MUCH
    only = [sum(pair.spans[side] is None for pair in found) for side in (1, 0)]
    more = f" Only the first {_MOST_ROWS} rows are shown." if len(found) > _MOST_ROWS else ""
    return Sheet(
        title="Two traces compared",
        said=f"{len(found)} spans, of which {only[0]} are only in A and {only[1]} only in B. "
        f"The difference is how much longer B took.{more}",
        tables=[
            _traces_table("The traces", zip("AB", both, strict=True)),
            Table(
                "Spans",
                (
                    *(Column("span"), Column("A", "s"), Column("B", "s")),
                    *(Column("difference", "s"), Column("remark")),
                ),
                [_pair_row(pair, much) for pair in found[:_MOST_ROWS]],
            ),
        ],
        links=[Cell("B with A", f"/trace/{both[1]['trace']}...{both[0]['trace']}")],
    )


def _pair_row(pair: Pair, much: float) -> Row:
    difference = None if pair.difference is None else pair.difference / 1e9
    colour = ""
    if difference is not None and abs(difference) > much:
        colour = MEANINGS["failure" if difference > 0 else "success"]
    remarks = [
        f"only in {here}" for here, missing in zip("AB", reversed(pair.spans), strict=True) if missing is None
    ]
    remarks += [f"failed in {name}" for name, span in zip("AB", pair.spans, strict=True) if span and span.error]
    return Row(
        (
            Cell(f"{pair.service}: {pair.name}", colour=of_service(pair.service)),
            *map(_duration, pair.spans),
            Cell(difference, colour=colour),
            Cell(", ".join(remarks)),
        ),
        pair.depth,
    )


def _duration(span: Span | None) -> Cell:
    return Cell(span.duration / 1e9, address(f"/trace/{span.trace_id}", span=span.span_id)) if span else Cell(None)


def _offered(settings: Settings, spans: list[Span]) -> Sheet:
    about, root = traces.summary(spans), find_root(spans)
    alike = traces.matching(
        settings,
        about["start"] - _AROUND,
        about["start"] + _AROUND,
        serviceName=root.service,
        operationName=root.name,
        searchDepth=str(_ALIKE + 1),
    )
    others = [traces.summary(one) for one in alike if one[0].trace_id != root.trace_id]
    offered = [
        (f"/trace/{about['trace']}...{one['trace']}", one) for one in others if one["root"] == about["root"]
    ]
    return Sheet(
        title="Compare a trace",
        said=f"Choose another trace that begins with {about['root']}, or write the id of any other.",
        tables=[
            _traces_table("This trace", [("A", about)]),
            Table(
                "Traces with the same beginning",
                (Column("compare"), *_ABOUT),
                [Row((Cell(f"with {one['trace'][:8]}…", to), *_about(one))) for to, one in offered],
            ),
        ],
        links=[],
        form=Form("Id of the other trace", f"/trace/{about['trace']}..."),
    )


_ABOUT = (
    *(Column("began", "time"), Column("duration", "s"), Column("spans", "none")),
    Column("errors", "none"),
)


def _traces_table(title: str, named: Iterable[tuple[str, dict[str, object]]]) -> Table:
    return Table(title, (Column("trace"), *_ABOUT), [_trace_row(name, about) for name, about in named])


def _trace_row(name: str, about: dict[str, object]) -> Row:
    to = f"/trace/{about['trace']}"
    return Row((Cell(f"{name}: {about['root']}, {str(about['trace'])[:8]}…", to), *_about(about)))


def _about(about: dict[str, object]) -> Iterator[Cell]:
    for name in ("start", "duration", "spans", "errors"):
        value = about[name]
        assert isinstance(value, int | float)
        yield Cell(value)
