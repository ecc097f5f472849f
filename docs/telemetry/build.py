"""Makes docs/telemetry.md from the code and meanings.toml: `python -m docs.telemetry.build` writes it, `--check`
says whether it is fresh."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from docs.telemetry import browser
from docs.telemetry.logs import CONTEXT, Event, events
from docs.telemetry.metrics import Metric, gateway_metrics, metrics, recorded
from docs.telemetry.source import PARTS
from docs.telemetry.spans import Traced, traced

HERE = Path(__file__).parent
TARGET = HERE.with_suffix(".md")
Meanings = dict[str, dict[str, str]]

_HEAD = """\
<!-- Made by `python -m docs.telemetry.build` from the code and docs/telemetry/meanings.toml: do not edit. -->
# Telemetry

Every log event, metric and span of the platform. Names come from the code; a test holds this page to it, and the
end-to-end tests hold every line and span of a running platform to this page.
"""


def meanings() -> Meanings:
    """What code cannot say, by section."""
    return tomllib.loads((HERE / "meanings.toml").read_text(encoding="utf-8"))


def used() -> dict[str, set[str]]:
    """Names in the code that need a meaning, by the section that it stands in."""
    logged, spans = events(), traced()
    counted = [*metrics(), *gateway_metrics({})]
    return {
        "context": CONTEXT,
        "events": {event.name for event in logged},
        "fields": {name for event in logged for name in event.fields},
        "labels": {label for metric in counted for label in metric.labels},
        "gateway_metrics": {metric.name for metric in gateway_metrics({})},
        "recorded": set(recorded()),
        "spans": {span.name for span in spans.spans},
        "span_events": {event.name for event in spans.events},
        "attributes": {*spans.attributes, *(name for event in spans.events for name in event.attributes)},
        "resource": spans.resource,
        "browser_spans": browser.spans(),
        "browser_attributes": browser.attributes(),
        "browser_resource": browser.resource(),
    }


def render() -> str:
    """The page. Raises KeyError for a name without a meaning, UnreadableError for one that code computes."""
    known = meanings()
    return "\n".join([_HEAD, *_logs(known, events()), *_metrics(known), *_traces(known, traced())])


def _logs(known: Meanings, logged: list[Event]) -> Iterator[str]:
    yield "## Logs\n\nOne JSON object a line: `./shop logs` shows them, `./shop trace <id>` those of a request.\n"
    yield "Every line has:\n"
    yield _table(("key", "meaning"), ((f"`{name}`", text) for name, text in known["context"].items()))
    for part, kinds in groupby(logged, lambda event: event.part):
        yield f"### {_heading(part)}\n"
        rows = (
            (f"`{e.name}`", _words(e.levels), _code(e.fields), known["events"][e.name], _words(e.modules))
            for e in kinds
        )
        yield _table(("event", "level", "fields", "means that", "in"), rows)
    yield "### Fields\n"
    yield _dictionary(known, "fields")
    yield _LIBRARY_LINES


_LIBRARY_LINES = """\
Libraries' lines have the same shape, their own words as `event`, and their own `logger`
(`uvicorn.error` tells of starts and stops).
"""


def _metrics(known: Meanings) -> Iterator[str]:
    yield "## Metrics\n"
    yield "A histogram has `_bucket`, `_sum` and `_count`; one without a unit in its name counts what it says.\n"
    for part, found in groupby(
        [*metrics(), *gateway_metrics(known["gateway_metrics"])], lambda metric: metric.part
    ):
        yield f"### {_heading(part)}\n"
        yield _table(("metric", "type", "labels", "unit", "meaning"), map(_metric, found))
    yield "### Labels\n"
    yield _dictionary(known, "labels")
    yield "### Recorded by rules\n\nWindows are 5 minutes to 3 days; `prometheus/slo.toml` has the promises.\n"
    yield _dictionary(known, "recorded")


def _metric(metric: Metric) -> tuple[str, ...]:
    return (f"`{metric.name}`", metric.type, _code(metric.labels), metric.unit, metric.help)


def _traces(known: Meanings, found: Traced) -> Iterator[str]:
    yield "## Traces\n\nThe resource of every span:\n"
    yield _dictionary(known, "resource")
    yield "### Spans of our own\n"
    rows = (
        (f"`{s.name}`", s.kind, _code(s.attributes), known["spans"][s.name], f"{_heading(s.part)}, {s.module}")
        for s in found.spans
    )
    yield _table(("span", "kind", "attributes", "is", "in"), rows)
    yield "### Events on spans\n"
    on_spans = ((f"`{e.name}`", _code(e.attributes), known["span_events"][e.name]) for e in found.events)
    yield _table(("event", "attributes", "means that"), on_spans)
    yield "### Attributes of our own\n"
    places = {name: "; ".join(p for p in PARTS if p in parts) for name, parts in found.attributes.items()}
    attributes = (
        (f"`{name}`", known["units"].get(name, ""), text, places.get(name, "events on spans"))
        for name, text in known["attributes"].items()
    )
    yield _table(("attribute", "unit", "meaning", "set by"), attributes)
    yield "### Spans of the browser (`frontend/src/telemetry`)\n"
    yield _table(("span", "is"), ((f"`{name}`", text) for name, text in known["browser_spans"].items()))
    yield _dictionary(known, "browser_attributes")
    yield _dictionary(known, "browser_resource")
    yield "### Spans of libraries\n\nWith OpenTelemetry's stable conventions for HTTP and databases.\n"
    yield _table(("span", "is"), ((f"`{name}`", text) for name, text in known["library_spans"].items()))
    yield _dictionary(known, "library_attributes")


def _heading(part: str) -> str:
    return f"{part} (`{PARTS[part]}`)" if part in PARTS else part


def _dictionary(known: Meanings, section: str) -> str:
    units = known["units"]
    rows = [(f"`{name}`", units.get(name, ""), text) for name, text in known[section].items()]
    if any(unit for _, unit, _ in rows):
        return _table(("name", "unit", "meaning"), rows)
    return _table(("name", "meaning"), ((name, text) for name, _, text in rows))


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` compare it."""
    text = render()
    if arguments == ["--check"]:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print("docs/telemetry.md is stale: run python -m docs.telemetry.build")  # noqa: T201
        return 0 if fresh else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
