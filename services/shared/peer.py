"""Calls to another service: balanced over its replicas, with a breaker, a timeout, and retries where harmless."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from observability.breaker import Breaker, BreakerOpenError
from observability.logging import get_logger
from observability.metrics import timeouts
from observability.retry import Retry
from services.shared.errors import Unavailable
from services.shared.outgoing import Outgoing
from services.shared.replicas import Replicas

__all__ = ["Peer"]

M = TypeVar("M", bound=BaseModel)
_FAILURES = (httpx.TransportError, httpx.DecodingError, TimeoutError)
_log = get_logger("peer")


class _ServerError(Exception):
    """The peer answered 5xx."""


class Peer:
    """One other service. urls: its base URLs, comma-separated. timeout: seconds for one attempt.

    headers: sent with every call.
    """

    def __init__(
        self,
        name: str,
        urls: str,
        *,
        timeout: float = 2.0,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self._replicas = Replicas(urls)
        self._timeout = timeout
        self._headers = dict(headers or {})
        # It gives up a little earlier than the breaker's guard, so that a replica that hangs is known by name.
        self._outgoing = Outgoing(name, timeout=timeout * 0.9, transport=transport)
        # All our own connections are busy: the peer has not been asked.
        self._breaker = Breaker(name, not_made=(httpx.PoolTimeout,))
        self._retry = Retry(name)

    async def get(
        self, path: str, *, params: Any = None, headers: dict[str, str] | None = None, **ids: str
    ) -> httpx.Response:
        """GET, tried again at the next replica when it fails. Answers below 500 are returned.

        ids: for the places of `path`, such as `/orders/{order_id}`, by which its span is named.
        Raises Unavailable.
        """
        return await self._call("GET", path, ids, retry=True, params=params, headers=headers)

    async def post(self, path: str, *, json: Any, idempotent: bool = False, **ids: str) -> httpx.Response:
        """POST; tried again only when `idempotent`. Raises Unavailable: it may have been done all the same."""
        return await self._call("POST", path, ids, retry=idempotent, json=json)

    def read(self, answer: httpx.Response, model: type[M], *, status: int = 200) -> M:
        """What the peer answered, as a `model`. Raises Unavailable for another status or another form.

        Peers are believed no more than clients: what cannot be understood is a failure of the peer, not of ours.
        """
        if answer.status_code != status:
            _log.error("peer.answer_not_expected", peer=self.name, status=answer.status_code)
            raise Unavailable(f"{self.name} answered {answer.status_code}.")
        try:
            return model.model_validate_json(answer.content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))[:100]
            _log.error("peer.answer_not_understood", peer=self.name, field=field, problem=first["type"])
            raise Unavailable(f"{self.name} gave an answer that is not in the agreed form.") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._outgoing.close()

    async def _send(self, method: str, path: str, sent: Iterator[int], options: dict[str, Any]) -> httpx.Response:
        """One request, to the first replica that can be reached: what was not sent may go to another."""
        refused: Exception | None = None
        for base in self._replicas.candidates():
            try:
                return await self._outgoing.send(method, base + path, resend=next(sent), **options)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._replicas.failed(base)
                refused = error
            except httpx.PoolTimeout:
                raise
            except httpx.TransportError:
                self._replicas.failed(base)
                raise
        assert refused is not None
        raise refused

    async def _call(
        self, method: str, template: str, ids: Mapping[str, str], *, retry: bool, **options: Any
    ) -> httpx.Response:
        path = template.format_map({name: quote(value, safe="") for name, value in ids.items()})
        sent = itertools.count()
        options["template"] = template
        options["headers"] = {**self._headers, **(options.get("headers") or {})}

        async def attempt() -> httpx.Response:
            async with self._breaker.guard(self._timeout):
                try:
                    response = await self._send(method, path, sent, options)
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
            raise Unavailable(f"{self.name} does not answer; not tried.", retry_after=error.retry_after) from error
        except (_ServerError, *_FAILURES) as error:
            raise Unavailable(f"{self.name} does not answer.") from error
