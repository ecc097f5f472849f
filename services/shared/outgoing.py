"""Requests to other programs: traced and measured, and answered within limits of time and size."""

from typing import Any

import httpx

from observability.http_client import RESEND, TEMPLATE, ObservedTransport
from services.shared.aiohttp_transport import AiohttpTransport

__all__ = ["Outgoing", "TooLargeError"]

_LARGEST = 2**20  # bytes of an answer: fifty products are a third of it


class TooLargeError(httpx.DecodingError):
    """The answer is larger than anybody needs, so it was not read to its end."""


class Outgoing:
    """Requests to `peer`, which follow no redirect and keep no cookie. transport: how they go out, for tests.

    timeout: seconds to connect, and for each part of an answer. Whoever calls limits the whole time.
    """

    def __init__(self, peer: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = ObservedTransport(transport or AiohttpTransport(timeout), peer)

    async def send(self, method: str, url: str, *, template: str, resend: int = 0, **parts: Any) -> httpx.Response:
        """The answer, whatever its status, with its whole content; its headers are dropped.

        template: the path, with names for what differs from call to call; the span is named by it.
        resend: how often the same was sent before.
        parts: `headers`, `params`, and `json` or `content`, as `httpx.Request` has them.
        Raises httpx.TransportError and httpx.DecodingError, of which TooLargeError is one.
        """
        request = httpx.Request(method, url, extensions={TEMPLATE: template, RESEND: resend}, **parts)
        answer = await self._transport.handle_async_request(request)
        answer.request = request
        try:
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > _LARGEST:
                    raise TooLargeError(f"an answer of more than {_LARGEST} bytes")
        finally:
            await answer.aclose()
        return httpx.Response(answer.status_code, content=bytes(content), request=request)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()
