"""What is not said to be for everybody is kept by nobody: no cache may store it (RFC 9111, 5.2.2.5)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["NoStore"]

_NAME = b"cache-control"


class NoStore:
    """ASGI middleware: `Cache-Control: no-store` on each answer that says nothing of caching itself.

    So private answers, tokens and errors are never kept, whoever adds a route; what is public says so where it is
    made (the catalogue, the token keys).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", [])
                if all(name.lower() != _NAME for name, _ in headers):
                    message = {**message, "headers": [*headers, (_NAME, b"no-store")]}
            await send(message)

        await self._app(scope, receive, sending)
