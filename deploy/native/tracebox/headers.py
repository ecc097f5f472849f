"""What every answer of the query port says to a browser, and whom it answers."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
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
    """Refuses a Host that is a name of somebody else's: a page of theirs whose name leads here (DNS rebinding)."""

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


def is_own(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header is an IP address, which nobody can rebind, or one of our names."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if not name or name.startswith("[") or name.replace(".", "").isdecimal():
        return True
    return name.lower().rstrip(".") in names
