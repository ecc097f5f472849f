"""What each path can do: HEAD wherever there is GET, and a complete Allow (RFC 9110)."""

from collections.abc import Awaitable, Mapping
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HeadAsGet", "allowed"]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAsGet:
    """Pure-ASGI middleware: HEAD gets the headers of GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand on at once whatever is no HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return self._app(scope, receive, send)
        return self._without_body(scope, receive, send)

    async def _without_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        inner = {**scope, "method": "GET"}

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self._app(inner, receive, send_without_body)
        finally:
            scope.update(inner, method="HEAD")  # telemetry reads the route there


def allowed(routes: list[BaseRoute], scope: Mapping[str, Any]) -> str:
    """The methods that the path of `scope` answers, as the value of Allow; empty when there is no such path."""
    asked = {"type": "http", "path": scope["path"], "root_path": scope.get("root_path", ""), "headers": []}
    found = [
        method
        for method in _METHODS
        if any(route.matches({**asked, "method": method})[0] is Match.FULL for route in routes)
    ]
    if "GET" in found:
        found.insert(1, "HEAD")
    return ", ".join([*found, "OPTIONS"]) if found else ""
