"""Traces and log lines as terminal text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from deploy.cli.folding import Fold, fold
from deploy.cli.terminal import clean
from deploy.installation.log_records import EARLIEST, Record
from grafana.colours import of_service
from jaeger.spans import Node, Span, walk

_KINDS = {"producer": "sends ", "consumer": "receives "}
_GUIDES = {False: ("│  ", "├─ ", "└─ "), True: ("|  ", "|- ", "`- ")}
_LEVELS = {"error": "red", "critical": "red", "warning": "yellow"}
_STATUSES = {"2": "green", "3": "green", "5": "red"}
_STANDARD = {
    "timestamp",
    "level",
    "service",
    "event",
    "logger",
    "request_id",
    "trace_id",
    "span_id",
    "trace_flags",
}
_MOST_FIELDS, _FIELD = 8, 120  # characters of each
_OFFSET = 8  # columns of a span's offset in ms
_BAR = 20  # columns of the time of a trace


def trace_lines(spans: Iterable[Span], ascii_only: bool = False) -> list[Text]:
    """Write one trace: a heading, then a line a span with its offset, place, service, operation and ms."""
    nodes = list(walk(spans))
    start = min(node.span.start for node in nodes)
    end = max(node.span.start + node.span.duration for node in nodes)
    services = {node.span.service for node in nodes}
    heading = Text.assemble(
        ("trace ", "bold"),
        (clean(nodes[0].span.trace_id), "bold cyan"),
        f"  {_clock(start)}  {_ms(end - start)}, {len(nodes)} spans, {len(services)} services",
    )
    frame = _Frame(start, max(1, end - start), ascii_only)
    return [
        heading,
        *(_fold_line(item, frame) if isinstance(item, Fold) else _span_line(item, frame) for item in fold(nodes)),
    ]


def log_line(record: Record) -> Text:
    """Write one log record: time, level, program, event (of a line of text: the line) and its first fields."""
    entry = record.entry if "event" in record.entry else {"event": record.line}
    line = Text.assemble(
        f"{record.when.strftime('%H:%M:%S.%f')[:-3] if record.when > EARLIEST else '-':12}",
        (f"  {clean(record.level):7} ", _LEVELS.get(record.level, "dim")),
        (f"{clean(record.program):17} ", "cyan"),
    )
    if entry.get("event") == "http.request" and {"method", "status"} <= entry.keys():
        return line.append_text(_request(entry))
    line.append(clean(entry.get("event", "")))
    fields = [item for item in entry.items() if item[0] not in _STANDARD and item[1] not in (None, "")]
    for key, value in fields[:_MOST_FIELDS]:
        line.append(f"  {clean(key, _FIELD)}={clean(value, _FIELD)}", "dim")
    return line


def _request(entry: Mapping[str, Any]) -> Text:
    """Write an HTTP request as people do: GET /api/orders 200 12 ms."""
    status = str(entry["status"])
    target = entry.get("path") or entry.get("route") or ""
    return Text.assemble(
        f"{clean(entry.get('method', ''))} {clean(target, _FIELD)} ",
        (clean(status), _STATUSES.get(status[:1], "yellow")),
        (f" {clean(entry.get('duration_ms', ''))} ms", "dim"),
        ("  aborted" if entry.get("aborted") else "", "yellow"),
    )


@dataclass(frozen=True)
class _Frame:
    """What all lines of a trace have in common; start and length in nanoseconds."""

    start: int
    length: int
    ascii_only: bool

    def bar(self, span: Span) -> Text:
        """Where the span lies in the time of its trace."""
        begin = min(_BAR - 1, max(0, (span.start - self.start) * _BAR // self.length))
        width = min(_BAR - begin, max(1, round(span.duration * _BAR / self.length)))
        mark = "#" if self.ascii_only else "━"
        return Text.assemble(
            " " * begin,
            (mark * width, "bold red" if span.error else of_service(span.service)),
            " " * (_BAR - begin - width),
        )

    def guide(self, node: Node) -> str:
        """The lines that lead to the node from its parent."""
        through, branch, corner = _GUIDES[self.ascii_only]
        above = "".join("   " if last else through for last in node.last[:-1])
        return above + ((corner if node.last[-1] else branch) if node.last else "")


def _fold_line(folded: Fold, frame: _Frame) -> Text:
    times = f"{_ms(folded.shortest)} to {_ms(folded.longest)}"
    more = f"{folded.count} more like this, {times} each"
    return Text.assemble(" " * (_OFFSET + _BAR + 3), frame.guide(folded.like), (f"... {more}", "dim italic"))


def _span_line(node: Node, frame: _Frame) -> Text:
    span = node.span
    line = Text.assemble(
        (f"{(span.start - frame.start) / 1e6:{_OFFSET}.1f} ", "dim"),
        frame.bar(span),
        "  ",
        frame.guide(node),
        (clean(span.service), of_service(span.service)),
        f"  {_KINDS.get(span.kind, '')}{clean(span.name)}  ",
        (_ms(span.duration), "bold"),
    )
    if span.error:
        line.append(f"  ERROR {clean(span.message)}".rstrip(), "bold red")
    if node.orphan:
        line.append("  (its parent is not stored)", "yellow")
    for trace_id, _ in span.links:
        if trace_id != span.trace_id:
            line.append(f"  -> trace {clean(trace_id)}", "dim")
    return line


def _ms(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.1f} ms"


def _clock(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"
