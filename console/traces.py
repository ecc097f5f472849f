"""Traces as the pages draw them: `/api/traces?service=&tags=...` as a list, `/api/traces/<id>` with its rows."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from console import logs, upstream
from console.answers import Answer, RefusedError, answers_refusals, as_json, number, parameters
from console.log_question import Question
from console.settings import Settings
from console.waterfall import Row, find_root, rows
from grafana.colours import of_service
from jaeger.loose import mapping, mappings
from jaeger.spans import Span, read_traces

_TAG = re.compile(r'([^\s=]+)=(?:"([^"]*)"|(\S*))')
_OPERATIONS = 500
_SUGGESTED = 200  # attributes
_LINES = 500  # of logs within a trace
_AFTER = 60  # seconds after a trace in which its log lines may lie


@answers_refusals
def answer(settings: Settings, path: str, query: str) -> Answer | None:
    """The answer, if this is a question about traces."""
    if path == "/api/traces":
        return as_json(search(settings, parameters(query)))
    if match := re.fullmatch(r"/api/traces/([0-9a-fA-F]{1,32})", path):
        return as_json(trace(settings, match[1].lower()))
    return None


def search(settings: Settings, given: Mapping[str, str]) -> dict[str, Any]:
    """Traces that have what was asked for in the names of Jaeger's address, and what else can be asked for."""
    tags = _tags(given.get("tags", ""))
    names = services(settings)
    operation = given.get("operation", "")
    of = [given["service"]] if given.get("service") else names
    found = matching(
        settings,
        *window(given),
        serviceName=given.get("service", ""),
        operationName="" if operation == "all" else operation,
        attributes=json.dumps(tags) if tags else "",
        durationMin=given.get("minDuration", ""),
        durationMax=given.get("maxDuration", ""),
        searchDepth=given.get("limit", "20"),
    )
    known = Counter((key, value) for spans in found for span in spans for key, value in span.attributes.items())
    return {
        "traces": [summary(spans) for spans in found],
        "services": names,
        "operations": sorted({name for service in of for name in _operations(settings, service)})[:_OPERATIONS],
        "tags": " ".join(_written(key, value) for key, value in tags.items() if key != "error"),
        "failed": tags.get("error") == "true",
        "attributes": [_written(key, value) for (key, value), _ in known.most_common(_SUGGESTED)],
    }


def trace(settings: Settings, trace_id: str) -> dict[str, Any]:
    """One trace: its summary, and the rows of its waterfall with its log lines."""
    spans = spans_of(settings, trace_id)
    about = summary(spans)
    end = about["start"] + about["duration"]
    question = Question(about["start"] - 5, end + _AFTER, fields=(("trace_id", about["trace"]),), count=_LINES)
    told = logs.search(settings.logs, question)
    return {**about, "rows": [_row(row) for row in rows(spans, told["lines"])], "lines": told["total"]}


def spans_of(settings: Settings, trace_id: str) -> list[Span]:
    """The spans of one trace. Raises `RefusedError` when there is none."""
    found = spans_at(settings, f"/api/v3/traces/{trace_id}")
    if not found:
        raise RefusedError(
            404,
            f"There is no trace {trace_id}: it has not come yet, it was among the oldest, which are deleted, "
            "or nothing of it is traced, as with checks of health.",
        )
    return found[0]


def window(given: Mapping[str, str]) -> tuple[float, float]:
    """From when to when is asked, in seconds since 1970: the last hour where it is not said."""
    now = time.time()
    return number(given, "from", now - 3600), number(given, "to", now)


def summary(spans: list[Span]) -> dict[str, Any]:
    """What is told of a trace in one line; times in seconds."""
    root = find_root(spans)
    start = min(span.start for span in spans)
    services = Counter(span.service for span in sorted(spans, key=lambda span: span.start))
    return {
        "trace": root.trace_id,
        "root": f"{root.service}: {root.name}",
        "start": start / 1e9,
        "duration": max(span.start + span.duration - start for span in spans) / 1e9,
        "spans": len(spans),
        "errors": sum(span.error for span in spans),
        "services": [[name, number, of_service(name)] for name, number in services.items()],
    }


def _row(row: Row) -> dict[str, Any]:
    shared = {"time": row.time / 1e9, "depth": row.depth, "below": row.below}
    if not row.span:
        return {**shared, "line": row.line}
    span = row.span
    shown = {
        "id": span.span_id,
        "service": span.service,
        "colour": of_service(span.service),
        "name": span.name,
        "kind": span.kind,
        "failed": span.error,
        "message": span.message,
        "attributes": list(span.attributes.items()),
        "resource": list(span.resource.items()),
        "events": [
            {"time": when / 1e9, "name": name, "attributes": list(attributes.items())}
            for when, name, attributes in span.events
        ],
        "links": span.links,
    }
    critical = [[start / 1e9, end / 1e9] for start, end in row.critical]
    return {**shared, "end": row.end / 1e9, "alone": row.alone / 1e9, "critical": critical, "span": shown}


def services(settings: Settings) -> list[str]:
    """The names of all that have spans."""
    return sorted(map(str, mapping(_json(settings, "/api/v3/services")).get("services") or ()))


def _operations(settings: Settings, service: str) -> list[str]:
    answer = mapping(_json(settings, f"/api/v3/operations?{urlencode({'service': service})}"))
    return [str(one.get("name")) for one in mappings(answer.get("operations"))]


def matching(settings: Settings, begin: float, end: float, **given: str) -> list[list[Span]]:
    """The spans of each trace with a span that has what is given, by the names of /api/v3."""
    return spans_at(settings, target(begin, end, **given))


def target(begin: float, end: float, **given: str) -> str:
    """Where the trace store is asked for such traces."""
    times = {"startTimeMin": _rfc3339(begin), "startTimeMax": _rfc3339(end)}
    query = {f"query.{name}": value for name, value in {**given, **times}.items() if value}
    return f"/api/v3/traces?{urlencode(query)}"


def spans_at(settings: Settings, target: str) -> list[list[Span]]:
    """The spans of each trace of an answer of /api/v3."""
    return list(read_traces(_json(settings, target)).values())


def _json(settings: Settings, target: str) -> object:
    status, _, body = upstream.get(settings, target)
    return decoded(status, body)


def decoded(status: int, body: bytes) -> object:
    """What the trace store answered, empty where it found nothing. Raises `RefusedError`."""
    if status == 404:
        return {}
    try:
        found = json.loads(body)
    except ValueError as error:
        raise RefusedError(502, "The trace store's answer cannot be read.") from error
    if status >= 400:
        said = mapping(found).get("error")
        raise RefusedError(status, str(mapping(said).get("message") or said))
    return found


def _tags(text: str) -> dict[str, str]:
    """Attributes as Jaeger writes them in its address (JSON), or as people do (`a=b c="d e"`)."""
    try:
        return {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in json.loads(text).items()
        }
    except (ValueError, AttributeError, RecursionError):
        return {key: quoted or word for key, quoted, word in _TAG.findall(text)}


def _written(key: str, value: str) -> str:
    return f"{key}={value}" if re.fullmatch(r'[^\s"]+', value) else f'{key}="{value}"'


def _rfc3339(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError) as error:
        raise RefusedError(400, "the time is not between 1970 and 9999") from error
