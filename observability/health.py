"""Liveness and readiness.

Liveness has no dependencies: a restart cures nothing that lies outside of the process. Readiness names each
dependency; only a missing required one makes it 503, a missing optional one says `degraded`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from observability.limits import TimeLimit
from observability.spans import untraced

__all__ = ["Check", "health_routes"]

Check = Callable[[], Awaitable[object]]
"""Returns when the dependency works, raises when it does not."""
_LIMIT = 1.0  # seconds for each check; all run at once


async def _state(check: Check) -> str:
    try:
        async with TimeLimit(_LIMIT):
            await check()
    except Exception as error:
        return f"unavailable: {type(error).__name__}"
    return "ok"


def health_routes(required: Mapping[str, Check], optional: Mapping[str, Check]) -> list[Route]:
    """`GET /health` and `GET /health/ready`."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        checks = {**required, **optional}
        with untraced():
            states = dict(zip(checks, await asyncio.gather(*map(_state, checks.values())), strict=True))
        failed = {name for name, state in states.items() if state != "ok"}
        unavailable = bool(failed & required.keys())
        status = "unavailable" if unavailable else "degraded" if failed else "ok"
        return JSONResponse({"status": status, "dependencies": states}, 503 if unavailable else 200)

    return [
        Route("/health", live, include_in_schema=False),
        Route("/health/ready", ready, include_in_schema=False),
    ]
