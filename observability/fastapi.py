"""FastAPI's contrib instrumentation, for those who want its server spans in place of ours."""

from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

__all__ = ["instrument_fastapi"]

_UNTRACED = r"^https?://[^/]*/(?:health|health/ready|metrics)/?$"  # searched for in the URL without its query


def instrument_fastapi(app: FastAPI) -> None:
    """One server span a request by opentelemetry-instrumentation-fastapi; none for health and metrics.

    `TelemetryMiddleware` finds it and makes none of its own. It costs seven times as much.
    """
    FastAPIInstrumentor.instrument_app(app, excluded_urls=_UNTRACED, exclude_spans=["receive", "send"])
