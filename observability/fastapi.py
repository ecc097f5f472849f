"""FastAPI: server spans."""

from typing import Any

from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.trace import Span

from observability import request_id

__all__ = ["instrument_fastapi"]

_UNTRACED = r"^https?://[^/]*/(?:health|health/ready|metrics)/?$"  # searched for in the URL without its query


def instrument_fastapi(app: FastAPI) -> None:
    """One server span a request, named by its route, with `request.id`; none for health and metrics."""
    FastAPIInstrumentor.instrument_app(
        app,
        excluded_urls=_UNTRACED,
        exclude_spans=["receive", "send"],
        server_request_hook=_name_request,
    )


def _name_request(span: Span, scope: dict[str, Any]) -> None:
    if scope["type"] == "http":
        span.set_attribute("request.id", request_id.of_scope(scope))
