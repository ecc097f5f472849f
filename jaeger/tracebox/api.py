"""The part of Jaeger 2.20's query API that we use: /api/v3 services, operations, search and trace."""

import json
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from jaeger.tracebox import search
from jaeger.tracebox.jsonform import resource_spans
from jaeger.tracebox.params import BadParameterError, parse_query, parse_time, parse_trace_id
from jaeger.tracebox.schema import reading

# Plain `def` handlers: Starlette runs them in a thread, so SQLite never holds up the event loop.


def get_services(request: Request) -> Response:
    """GET /api/v3/services."""
    with reading(_database(request)) as db:
        return JSONResponse({"services": search.services(db)})


def get_operations(request: Request) -> Response:
    """GET /api/v3/operations?service=&spanKind=."""
    params = request.query_params
    kind = params.get("spanKind") or params.get("span_kind", "")
    with reading(_database(request)) as db:
        found = search.operations(db, params.get("service", ""), kind)
    return JSONResponse({"operations": [{"name": name, "spanKind": kind} for name, kind in found]})


def find_traces(request: Request) -> Response:
    """GET /api/v3/traces?query.*: every span of each trace with a span that meets the query."""
    try:
        query = parse_query(request.query_params)
    except BadParameterError as error:
        return _error(400, str(error))
    with reading(_database(request)) as db:
        return _traces(_database(request), search.find_traces(db, query))


def get_trace(request: Request) -> Response:
    """GET /api/v3/traces/{trace_id}."""
    try:
        trace_id = parse_trace_id(request.path_params["trace_id"])
        _check_times(request)
    except BadParameterError as error:
        return _error(400, str(error))
    with reading(_database(request)) as db:
        row = search.trace_row(db, trace_id)
    return _traces(_database(request), [] if row is None else [row])


ROUTES = [
    Route("/api/v3/services", get_services),
    Route("/api/v3/operations", get_operations),
    Route("/api/v3/traces", find_traces),
    Route("/api/v3/traces/{trace_id}", get_trace),
]


def _database(request: Request) -> Path:
    path: Path = request.app.state.database
    return path


def _traces(database: Path, rows: list[int]) -> Response:
    if not rows:
        return _error(404, "No traces found")
    return StreamingResponse(_stream(database, rows), media_type="application/json")


def _stream(database: Path, rows: list[int]) -> Iterator[bytes]:
    """Write the answer part by part: a large one never lies in memory whole."""
    yield b'{"result":{"resourceSpans":['
    separator = b""
    with reading(database) as db:
        for row in rows:
            for part in resource_spans(db, row):
                yield separator + json.dumps(part, separators=(",", ":")).encode()
                separator = b","
    yield b"]}}"


def _check_times(request: Request) -> None:
    """Jaeger reads these as hints to its store; here they are only checked."""
    for name in ("startTime", "start_time", "endTime", "end_time"):
        if text := request.query_params.get(name):
            try:
                parse_time(text)
            except ValueError as error:
                raise BadParameterError(f"malformed parameter {name}: {error}") from error


def _error(status: int, message: str) -> Response:
    """Jaeger's error form: JSON, served as plain text."""
    body = json.dumps({"error": {"httpCode": status, "message": message}}, separators=(",", ":")) + "\n"
    return PlainTextResponse(body, status, {"X-Content-Type-Options": "nosniff"})
