"""Whether what a platform has written and traced is in docs/telemetry.md."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from docs.telemetry import build
from docs.telemetry.logs import CONTEXT, Event, events
from docs.telemetry.spans import traced

# Loggers of libraries, by the first word of their names: the events are their own words.
LIBRARIES = {
    "aio_pika", "aiormq", "aiosqlite", "alembic", "asyncio", "asyncpg", "concurrent", "fastapi", "httpcore",
    "httpx", "opentelemetry", "pamqp", "py", "pybreaker", "pymongo", "redis", "sqlalchemy", "urllib3", "uvicorn",
}  # fmt: skip
_OURS = {Span.SPAN_KIND_INTERNAL, Span.SPAN_KIND_PRODUCER, Span.SPAN_KIND_CONSUMER}  # libraries make the others
_SERVICES = "service LIKE '%-service' OR service = 'payment-provider'"
_SAMPLE = 50  # spans that are looked at for each name: those of one name carry the same attributes


class Catalogue:
    """The names on the page, ready to be asked for."""

    def __init__(self) -> None:
        known = build.meanings()
        self._events: dict[tuple[str, str], list[Event]] = {}
        for event in events():
            for logger in event.loggers:
                self._events.setdefault((logger, event.name), []).append(event)
        patterns = (re.escape(span.name) for span in traced().spans)
        self._spans = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", pattern) for pattern in patterns))
        self._attributes = {*known["attributes"], *known["resource"], *known["library_attributes"]}
        self._span_events = known["span_events"].keys()

    def fault(self, line: Mapping[str, Any]) -> str:
        """What of a log line is not on the page; empty when all is."""
        found = self._events.get((line["logger"], line["event"]))
        if found is None:
            return "" if line["logger"].split(".")[0] in LIBRARIES else "no such event of this logger"
        if not any(line["level"] in event.levels for event in found):
            return "this event has another level"
        unknown = min((line.keys() - CONTEXT - event.fields for event in found), key=len)
        return f"unknown fields {unknown}" if unknown else ""

    def faults(self, store: Path) -> Iterator[str]:
        """What of the spans in tracebox's database is not on the page, clients of the shop aside."""
        database = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
        origins = database.execute("SELECT id, service, name, frame FROM origin WHERE " + _SERVICES)
        for origin, service, name, frame in origins.fetchall():
            resource = ResourceSpans.FromString(frame).resource
            names = {attribute.key for attribute in resource.attributes}
            sample = database.execute("SELECT data FROM span WHERE origin = ? LIMIT ?", (origin, _SAMPLE))
            for span in (Span.FromString(data) for (data,) in sample):
                names.update(attribute.key for attribute in span.attributes)
                names.update(attribute.key for event in span.events for attribute in event.attributes)
                if span.kind in _OURS and not self._spans.fullmatch(name):
                    yield f"{service}: no such span: {name}"
                if unknown := {event.name for event in span.events} - self._span_events:
                    yield f"{service}: {name}: no such events: {unknown}"
            if names - self._attributes:
                yield f"{service}: {name}: no such attributes: {names - self._attributes}"
        database.close()
