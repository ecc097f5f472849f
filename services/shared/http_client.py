"""Calls to another service: balanced over its replicas, with a breaker, a timeout, and retries where harmless."""

from typing import Any

import httpx

from observability.breaker import Breaker, BreakerOpenError
from observability.http_client import observed_client
from observability.metrics import timeouts
from observability.retry import Retry
from services.shared.errors import Unavailable
from services.shared.replicas import Replicas

__all__ = ["Peer"]

_FAILURES = (httpx.TransportError, TimeoutError)


class _ServerError(Exception):
    """The peer answered 5xx."""


class Peer:
    """One other service. urls: its base URLs, comma-separated. timeout: seconds for one attempt."""

    def __init__(
        self,
        name: str,
        urls: str,
        *,
        timeout: float = 2.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self._replicas = Replicas(urls)
        self._timeout = timeout
        # httpx gives up a little earlier than the breaker's guard, so that a replica that hangs is known by name
        self._client = observed_client(name, timeout=timeout * 0.9, transport=transport)
        self._breaker = Breaker(name)
        self._retry = Retry(name)

    async def get(self, path: str, *, params: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        """GET, tried again at the next replica when it fails. Answers below 500 are returned.

        Raises Unavailable.
        """
        return await self._call("GET", path, retry=True, params=params, headers=headers)

    async def post(self, path: str, *, json: Any, idempotent: bool = False) -> httpx.Response:
        """POST; tried again only when `idempotent`. Raises Unavailable: it may have been done all the same."""
        return await self._call("POST", path, retry=idempotent, json=json)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        """One request, to the first replica that can be reached: what was not sent may go to another."""
        refused: Exception | None = None
        for base in self._replicas.candidates():
            try:
                return await self._client.request(method, base + path, **options)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._replicas.failed(base)
                refused = error
            except httpx.TransportError:
                self._replicas.failed(base)
                raise
        assert refused is not None
        raise refused

    async def _call(self, method: str, path: str, *, retry: bool, **options: Any) -> httpx.Response:
        async def attempt() -> httpx.Response:
            async with self._breaker.guard(self._timeout):
                try:
                    response = await self._send(method, path, options)
                except httpx.TimeoutException:
                    timeouts.labels(self.name).inc()  # the guard counts only its own
                    raise
                if response.status_code >= 500:
                    raise _ServerError(f"{self.name} answered {response.status_code}")
                return response

        def retriable(error: Exception) -> bool:
            return retry and isinstance(error, (_ServerError, *_FAILURES))

        try:
            return await self._retry.run(attempt, retriable)
        except BreakerOpenError as error:
            raise Unavailable(
                f"{self.name} does not answer; not tried.", retry_after=max(1, round(error.retry_after))
            ) from error
        except (_ServerError, *_FAILURES) as error:
            raise Unavailable(f"{self.name} does not answer.") from error
