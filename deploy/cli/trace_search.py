"""Finds the traces of an id by Jaeger's /api/v3, so it works with Jaeger and with tracebox."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx

from jaeger.loose import mapping, mappings
from jaeger.spans import BROWSER, Span, read_spans

Traces = dict[str, list[Span]]  # by trace id
_ID = re.compile("[0-9a-fA-F]{32}")
_KEYS = ("shop.request.id", "shop.order.id")
_LOOKBACK = timedelta(hours=24)
_DEPTH = 200
_MOST_LINKED = 20


def find(jaeger: httpx.Client, identifier: str) -> Traces:
    """Give the traces of a trace id, request id or order id, and those they link to."""
    traces: Traces = {}
    if _ID.fullmatch(identifier):
        add(traces, jaeger, f"/api/v3/traces/{identifier.lower()}", {})
    if not traces:  # a request id can look like a trace id
        _search(traces, jaeger, identifier)
    linked = {link for spans in traces.values() for span in spans for link, _ in span.links if _ID.fullmatch(link)}
    for trace_id in sorted(linked - traces.keys())[:_MOST_LINKED]:
        add(traces, jaeger, f"/api/v3/traces/{trace_id}", {})
    return traces


def _search(traces: Traces, jaeger: httpx.Client, identifier: str) -> None:
    """Ask for each service by itself: some of Jaeger's stores search attributes only within a service."""
    now = datetime.now(UTC)
    window = {
        "query.startTimeMin": (now - _LOOKBACK).isoformat(),
        "query.startTimeMax": (now + timedelta(minutes=1)).isoformat(),
        "query.searchDepth": str(_DEPTH),
    }
    known = mapping(jaeger.get("/api/v3/services").raise_for_status().json())
    for service in known.get("services") or ():
        if service == BROWSER:  # anybody may claim any id
            continue
        for key in _KEYS:
            wanted = {"query.serviceName": service, "query.attributes": json.dumps({key: identifier})}
            add(traces, jaeger, "/api/v3/traces", {**window, **wanted})


def add(traces: Traces, jaeger: httpx.Client, path: str, params: dict[str, str]) -> None:
    """Put the traces of an answer into `traces`. Raises httpx.HTTPError, and ValueError for what is no JSON."""
    response = jaeger.get(path, params=params)
    if response.status_code == httpx.codes.NOT_FOUND:
        return
    found: Traces = {}
    answer = mapping(response.raise_for_status().json())
    for span in read_spans(mappings(mapping(answer.get("result")).get("resourceSpans"))):
        found.setdefault(span.trace_id, []).append(span)
    traces.update(found)
