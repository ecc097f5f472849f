"""Finds traces by Jaeger's /api/v3, so it works with Jaeger and with tracebox.

All that take a client raise httpx.HTTPError, and ValueError for an answer that is no JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from deploy.cli.terminal import clean
from deploy.installation.errors import ShopError, reason
from deploy.installation.layout import Layout
from jaeger.loose import mapping
from jaeger.spans import BROWSER, Span, read_traces

Traces = dict[str, list[Span]]  # by trace id
_ID = re.compile("[0-9a-fA-F]{32}")
_KEYS = ("shop.request.id", "shop.order.id")
_LOOKBACK = timedelta(hours=24)
_DEPTH = 200
_TIMEOUT = 30.0  # seconds
_MOST_LINKED = 20
_SOON = timedelta(minutes=1)  # from now: another machine's clock may be fast


@contextmanager
def trace_store(layout: Layout, timeout: float = _TIMEOUT) -> Iterator[httpx.Client]:
    """A client to ask it by. Raises ShopError for what the functions below raise. timeout: seconds."""
    url = layout.url("jaeger")
    try:
        with httpx.Client(base_url=url, timeout=timeout, trust_env=False) as jaeger:
            yield jaeger
    except (httpx.HTTPError, ValueError) as error:  # ValueError: what answers there sends no JSON
        raise ShopError(
            f"The trace store does not answer at {url}: {clean(reason(error))}.",
            "Is it up? ./shop status. Start it: ./shop up",
        ) from error


def find(jaeger: httpx.Client, identifier: str) -> Traces:
    """Give the traces of a trace id, request id or order id, and those they link to."""
    traces: Traces = {}
    if _ID.fullmatch(identifier):
        traces = _get(jaeger, f"/api/v3/traces/{identifier.lower()}")
    if not traces:  # a request id can look like a trace id
        traces = _search_all(jaeger, identifier)
    linked = {link for spans in traces.values() for span in spans for link, _ in span.links if _ID.fullmatch(link)}
    for trace_id in sorted(linked - traces.keys())[:_MOST_LINKED]:
        traces.update(_get(jaeger, f"/api/v3/traces/{trace_id}"))
    return traces


def _search_all(jaeger: httpx.Client, identifier: str) -> Traces:
    """Ask for each service by itself: some of Jaeger's stores search attributes only within a service."""
    traces: Traces = {}
    since = datetime.now(UTC) - _LOOKBACK
    for service in services(jaeger):
        for key in _KEYS:
            traces.update(search(jaeger, service, since, depth=_DEPTH, attributes={key: identifier}))
    return traces


def services(jaeger: httpx.Client) -> list[str]:
    """The services that have spans, but for the browsers: there anybody may claim anything."""
    known = mapping(jaeger.get("/api/v3/services").raise_for_status().json()).get("services") or ()
    return [service for service in known if service != BROWSER]


def search(
    jaeger: httpx.Client,
    service: str,
    begin: datetime,
    end: datetime | None = None,
    *,
    depth: int,
    attributes: Mapping[str, str] | None = None,
) -> Traces:
    """Give the newest traces, at most `depth`, with a span of this service and these attributes.

    They began between `begin` and `end`; until now where there is no end.
    """
    wanted = {
        "query.serviceName": service,
        "query.startTimeMin": begin.isoformat(),
        "query.startTimeMax": (end or datetime.now(UTC) + _SOON).isoformat(),
        "query.searchDepth": str(depth),
        **({"query.attributes": json.dumps(dict(attributes))} if attributes else {}),
    }
    return _get(jaeger, "/api/v3/traces", wanted)


def _get(jaeger: httpx.Client, path: str, params: Mapping[str, str] | None = None) -> Traces:
    response = jaeger.get(path, params=params)
    if response.status_code == httpx.codes.NOT_FOUND:
        return {}
    return read_traces(response.raise_for_status().json())
