"""Traces as the trace store has them, and a client that begins one as a browser does."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.installation.layout import Layout

KINDS = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}


@dataclass(frozen=True)
class Span:
    """One span."""

    id: str
    parent: str
    service: str
    name: str
    kind: str
    attributes: dict[str, str]
    links: tuple[tuple[str, str], ...]  # (trace id, span id)
    instance: str
    failed: bool = False

    def __str__(self) -> str:
        return f"{self.service} {self.kind} {self.name}"


@dataclass(frozen=True)
class Trace:
    """All spans of one trace."""

    id: str
    spans: list[Span]

    def orphans(self) -> list[Span]:
        """Spans whose parent is missing."""
        known = {span.id for span in self.spans}
        return [span for span in self.spans if span.parent and span.parent not in known]

    def roots(self) -> list[Span]:
        """Spans without a parent."""
        return [span for span in self.spans if not span.parent]


class TraceStore:
    """Jaeger's query API (`/api/v3`)."""

    def __init__(self, layout: Layout) -> None:
        self.client = httpx.Client(base_url=layout.url("jaeger"))
        self._otlp = layout.url("otlp")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.client.close()

    def get(self, trace_id: str) -> Trace:
        """A trace by its id; empty when it is unknown."""
        return Trace(trace_id, self._spans(self.client.get(f"/api/v3/traces/{trace_id}")))

    def search(self, *services: str, **attributes: str) -> set[str]:
        """Ids of the traces of `services` that have a span with these attributes (`a_b` for `a.b`)."""
        return {trace_id for service in services for trace_id in self._search(service, attributes)}

    def _search(self, service: str, attributes: dict[str, str]) -> set[str]:
        now = datetime.now(UTC)
        query = {
            "query.serviceName": service,
            "query.attributes": json.dumps({k.replace("_", "."): v for k, v in attributes.items()}),
            "query.startTimeMin": (now - timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
            "query.startTimeMax": (now + timedelta(minutes=1)).isoformat().replace("+00:00", "Z"),
            "query.searchDepth": "50",
        }
        answer = self.client.get("/api/v3/traces", params=query)
        if answer.status_code == 404:
            return set()
        answer.raise_for_status()
        resources = answer.json()["result"]["resourceSpans"]
        return {span["traceId"] for r in resources for scope in r["scopeSpans"] for span in scope["spans"]}

    def services(self) -> set[str]:
        """The services that have sent spans."""
        return set(self.client.get("/api/v3/services").raise_for_status().json()["services"])

    def send_root(self, trace_id: str, span_id: str, name: str) -> None:
        """Export a browser's root span."""
        end = time.time_ns()
        span = {
            "traceId": trace_id,
            "spanId": span_id,
            "name": name,
            "kind": 3,
            "startTimeUnixNano": str(end - 1_000_000),
            "endTimeUnixNano": str(end),
        }
        service = {"key": "service.name", "value": {"stringValue": "frontend"}}
        body = {"resourceSpans": [{"resource": {"attributes": [service]}, "scopeSpans": [{"spans": [span]}]}]}
        httpx.post(f"{self._otlp}/v1/traces", json=body).raise_for_status()

    @staticmethod
    def _spans(answer: httpx.Response) -> list[Span]:
        if answer.status_code == 404:
            return []
        answer.raise_for_status()
        return [
            Span(
                id=span["spanId"],
                parent=span.get("parentSpanId", ""),
                service=_attributes(resource["resource"])["service.name"],
                name=span["name"],
                kind=KINDS[span.get("kind", 1)],
                attributes=_attributes(span),
                links=tuple((link["traceId"], link["spanId"]) for link in span.get("links", [])),
                instance=_attributes(resource["resource"]).get("service.instance.id", ""),
                failed=span.get("status", {}).get("code") in (2, "STATUS_CODE_ERROR"),
            )
            for resource in answer.json()["result"]["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]


def _attributes(holder: dict[str, Any]) -> dict[str, str]:
    return {a["key"]: str(next(iter(a["value"].values()), "")) for a in holder.get("attributes", [])}


def new_traceparent() -> tuple[str, str, str]:
    """(trace id, span id, header) of a root span that a client makes."""
    trace_id, span_id = os.urandom(16).hex(), os.urandom(8).hex()
    return trace_id, span_id, f"00-{trace_id}-{span_id}-01"
