"""Holds a platform's real outputs to the registry: log files, stored spans, and /metrics of our processes."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from deploy.installation.layout import Layout
from deploy.installation.services import instances
from docs.telemetry.gate import Gate
from docs.telemetry.logs import events
from jaeger.spans import BROWSER
from tests.platform.journeys import SERVICES

# Loggers of libraries, by the first word of their names: the events are their own words.
LIBRARIES = {
    "aio_pika", "aiormq", "aiosqlite", "alembic", "asyncio", "asyncpg", "concurrent", "fastapi", "httpcore",
    "httpx", "opentelemetry", "pamqp", "py", "pybreaker", "pymongo", "redis", "sqlalchemy", "urllib3", "uvicorn",
}  # fmt: skip
PAGES = "shop.frontend"  # their instrumentation scope (frontend/src/telemetry/tracer.ts)
_SERVICES = "service LIKE '%-service' OR service IN ('payment-provider', ?)"
_SAMPLE = 50  # spans that are looked at for each name: those of one name carry the same attributes
_MTAIL = ("go_", "mtail_", "process_")  # what mtail counts of itself
_OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}


def log_faults(files: list[Path]) -> list[str]:
    """What of our processes' lines is no JSON, not in the registry, or of another level than the code's.

    Each once, with the first line that has it.
    """
    gate, levels = Gate(), _levels()
    found: dict[str, str] = {}
    for path in files:
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for fault in _line_faults(gate, levels, text):
                found.setdefault(fault, f"{path.name}:{number}: {text[:300]}")
    return [f"{fault}: {place}" for fault, place in sorted(found.items())]


def _line_faults(gate: Gate, levels: Mapping[tuple[str, str], set[str]], text: str) -> Iterator[str]:
    try:
        line = json.loads(text)
    except ValueError:
        yield "not JSON"
        return
    yield from gate.line(line, LIBRARIES)
    if line["level"] not in levels.get((line["logger"], line["event"]), {line["level"]}):
        yield f"log event {line['event']!r}: is not logged as {line['level']} by {line['logger']}"


def _levels() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for event in events():
        for logger in event.loggers:
            found.setdefault((logger, event.name), set()).update(event.levels)
    return found


def span_faults(layout: Layout) -> list[str]:
    """What of the spans in tracebox's database is not in the registry: those of our services, and of pages.

    Anybody may send what a browser sends, and our tests do: only what names the pages' scope is theirs.
    Where a real Jaeger runs there is no such database, and nothing is found.
    """
    gate = Gate()
    found: set[str] = set()
    store = layout.data / "tracebox" / "traces.sqlite"
    if not store.exists():
        return []
    database = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    origins = database.execute(f"SELECT id, service, frame FROM origin WHERE {_SERVICES}", (BROWSER,))
    for origin, service, data in origins.fetchall():
        frame, browser = ResourceSpans.FromString(data), service == BROWSER
        if browser and frame.scope_spans[0].scope.name != PAGES:
            continue
        sample = database.execute("SELECT data FROM span WHERE origin = ? LIMIT ?", (origin, _SAMPLE))
        spans = [Span.FromString(row) for (row,) in sample]
        faults = {fault for span in spans for fault in gate.span(span, frame.scope_spans[0], browser=browser)}
        faults.update(gate.resource(frame.resource.attributes, browser=browser))
        found.update(f"{service}: {fault}" for fault in faults)
    database.close()
    return sorted(found)


def metric_faults(layout: Layout) -> list[str]:
    """What of /metrics of every process of ours is not in the registry."""
    gate = Gate()
    services = [name for service in SERVICES for name in instances(service)]
    addresses = {name: layout.url(name) for name in services}
    found: list[str] = []
    addresses["gateway-log"] = layout.url("gateway-log-exporter")
    if (layout.data / "tracebox").is_dir():
        addresses["tracebox"] = layout.url("jaeger")
    for name, url in addresses.items():
        answer = httpx.get(f"{url}/metrics", headers=_OPENMETRICS, trust_env=False)
        foreign = _MTAIL if name == "gateway-log" else ()
        faults = gate.exposition(answer.text, answer.headers["content-type"], foreign)
        found += sorted({f"{name}: {fault}" for fault in faults})
    return found
