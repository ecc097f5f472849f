"""What every answer of the query port says to a browser, and whom it answers."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.installation.own_names import is_own
from deploy.installation.page_headers import PAGE_HEADERS

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    **PAGE_HEADERS,
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Adds them to each answer; a header of the answer itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)


class OwnNames:
    """Refuses to be asked by a name of somebody else's (own_names.py)."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 421."""
        if scope["type"] == "http" and not is_own(Headers(scope=scope).get("host", ""), self.names):
            response = PlainTextResponse("This is not that site.\n", 421)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)
