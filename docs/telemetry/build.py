"""Makes docs/telemetry.md from the registry: `python -m docs.telemetry.build` writes it, `--check` says whether it
is fresh. Meanings, types and units are the registry's; the code says which part writes what, and where."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from docs.telemetry.conventions import published
from docs.telemetry.logs import LogEvent, events
from docs.telemetry.metrics import Metric, gateway_metrics, metrics
from docs.telemetry.registry import Attribute, Group, registry
from docs.telemetry.source import PARTS

TARGET = Path(__file__).parent.with_suffix(".md")

_HEAD = f"""\
<!-- Made by `python -m docs.telemetry.build` from docs/telemetry/registry/ and the code: do not edit. -->
# Telemetry

The log events, metrics and spans of services, gateway, pages, trace store, console and drills. The names are those
of the [registry](telemetry/registry/), which extends OpenTelemetry's semantic conventions
{published()["version"]}. Tests compare lines, spans and metrics of a running platform with it. Names with `shop`
at their beginning, and keys of log lines, are our own.

Not listed are: the gateway's log event `connection.refused`, `log.rotated` and `log.not_rotated` of the native
run, the gateway's spans in containers, and the root spans of `./shop` and of Locust.
"""


def render() -> str:
    """The page. Raises KeyError for a name that is not registered, UnreadableError for one that code computes."""
    return "\n".join([_HEAD, *_logs(), *_metrics(), *_traces()])


def _logs() -> Iterator[str]:
    known = registry()
    yield "## Logs\n\nOne JSON object a line: `./shop logs` shows them, `./shop trace <id>` those of a request.\n"
    yield "Every line has:\n"
    yield _attributes(known.group("log.context").attributes.values())
    logged = events()
    for part, kinds in groupby(logged, lambda event: event.part):
        yield f"### {_heading(part)}\n"
        yield _table(("event", "level", "fields", "means that", "in"), map(_event, kinds))
    yield "### Fields\n"
    yield _attributes(_merged(known.events[event.name] for event in logged))
    yield _LIBRARY_LINES


_LIBRARY_LINES = """\
Libraries' lines have the same shape, their own words as `event`, and their own `logger`
(`uvicorn.error` tells of starts and stops).
"""


def _event(event: LogEvent) -> tuple[str, ...]:
    meaning = registry().events[event.name].brief
    return (f"`{event.name}`", _words(event.levels), _code(event.fields), meaning, _words(event.modules))


def _metrics() -> Iterator[str]:
    yield "## Metrics\n"
    yield "A histogram has `_bucket`, `_sum` and `_count`. Exemplars have `trace_id` and `span_id`.\n"
    found = [*metrics(), *gateway_metrics()]
    for part, of_part in groupby(found, lambda metric: metric.part):
        yield f"### {_heading(part)}\n"
        yield _table(("metric", "type", "labels", "unit", "meaning", "defined by"), map(_metric, of_part))
    yield "### Labels\n"
    yield _attributes(_merged(registry().metrics[metric.name] for metric in found), labels=True)
    yield "### Recording rules\n"
    yield "Windows are 5 minutes to 3 days; `prometheus/slo.toml` has the objectives.\n"
    recorded = (group for name, group in registry().metrics.items() if ":" in name)
    yield _table(("series", "unit", "meaning"), ((f"`{g.name}`", g.raw["unit"], g.brief) for g in recorded))


def _metric(metric: Metric) -> tuple[str, ...]:
    group = registry().metrics[metric.name]
    labels = _code(attribute.label for attribute in group.attributes.values())
    return (
        f"`{metric.name}`",
        group.exposed_type,
        labels,
        group.raw["unit"],
        group.brief,
        f"conventions, {group.stability}" if group.published else "us",
    )


def _traces() -> Iterator[str]:
    known = registry()
    yield "## Traces\n\nThe resource of every span:\n"
    yield _attributes(known.group("resource.shop").attributes.values())
    yield "### Spans\n\nIn a name, `{...}` is the value of that attribute.\n"
    spans = [group for group in known.of_type("span") if not group.of_browser]
    yield _table(("span", "kind", "is", "made by"), map(_span, spans))
    yield "### Events on spans\n"
    logged = {event.name for event in events()}
    on_spans = (event for event in known.events.values() if event.name not in logged)
    rows = ((f"`{event.name}`", _code(event.attributes), event.brief) for event in on_spans)
    yield _table(("event", "attributes", "means that"), rows)
    yield "### Attributes\n"
    yield _attributes(_merged(spans))
    yield "### Spans of the browser (`frontend/src/telemetry`)\n"
    pages = [group for group in known.of_type("span") if group.of_browser]
    yield _table(("span", "kind", "is", "made by"), map(_span, pages))
    yield _attributes(_merged(pages))
    yield _attributes(known.group("resource.shop.browser").attributes.values())


def _span(group: Group) -> tuple[str, ...]:
    return (_code(group.span_names), group.raw["span_kind"], group.brief, group.scope and f"`{group.scope}`")


def _merged(groups: Iterable[Group]) -> list[Attribute]:
    """Their attributes by name; the first that says something of one is taken."""
    found: dict[str, Attribute] = {}
    for group in groups:
        found = {**group.attributes, **found}
    return [found[name] for name in sorted(found)]


def shape(name: str) -> str:
    """A name of a span without the words for what is put in."""
    return re.sub(r"\{[^}]*\}", "{}", name)


def _heading(part: str) -> str:
    return f"{part} (`{PARTS[part]}`)" if part in PARTS else part


def _attributes(attributes: Iterable[Attribute], *, labels: bool = False) -> str:
    rows = [
        (
            f"`{a.label if labels else a.name}`",
            a.type,
            a.unit,
            a.brief,
            "us" if a.ours else f"conventions, {a.stability}",
        )
        for a in attributes
    ]
    return _table(("name", "type", "unit", "meaning", "defined by"), rows)


def _words(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Columns in which no row has anything are left out."""
    given = list(rows)
    used = [column for column in range(len(head)) if any(row[column] for row in given)]
    lines = [[line[column] for column in used] for line in (head, ("---",) * len(head), *given)]
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
