"""Traces and log lines as terminal text."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from deploy.cli.terminal import clean
from deploy.native.tracebox.tree import Node, Span, walk

_KINDS = {"producer": "sends ", "consumer": "receives "}
_GUIDES = {False: ("│  ", "├─ ", "└─ "), True: ("|  ", "|- ", "`- ")}
_LEVELS = {"error": "red", "critical": "red", "warning": "yellow"}
_STATUSES = {"2": "green", "3": "green", "5": "red"}
_STANDARD = {"timestamp", "level", "service", "event", "logger", "request_id", "trace_id", "span_id"}
_MOST_FIELDS, _FIELD = 8, 120  # characters of each


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
    return [heading, *(_span_line(node, start, ascii_only) for node in nodes)]


def log_line(entry: Mapping[str, Any], when: datetime | None) -> Text:
    """Write one log entry: time, level, service, event and its first fields."""
    level = str(entry.get("level", ""))
    line = Text.assemble(
        f"{when.astimezone(UTC).strftime('%H:%M:%S.%f')[:-3] if when else '-':12}",
        (f"  {clean(level):8}", _LEVELS.get(level, "dim")),
        (f"{clean(entry.get('service', '')):18}", "cyan"),
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


def _span_line(node: Node, start: int, ascii_only: bool) -> Text:
    span = node.span
    through, branch, corner = _GUIDES[ascii_only]
    guide = "".join("   " if last else through for last in node.last[:-1])
    if node.last:
        guide += corner if node.last[-1] else branch
    line = Text.assemble(
        (f"{(span.start - start) / 1e6:9.1f}  ", "dim"),
        guide,
        (clean(span.service), "cyan"),
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
