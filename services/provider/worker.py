"""The worker: decides charges when their time has come, and calls back until somebody takes the result.

All it knows is in the ledger, so a restart goes on where the process ended. A call may be made twice (the answer,
or the note of it, was lost); the receiver recognises it.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
from opentelemetry.trace import StatusCode
from sqlalchemy import Connection, Row, update

from observability import request_id
from observability.breaker import Breaker, BreakerOpenError
from observability.limits import TimeLimit
from observability.logging import get_logger
from observability.metrics import error_type
from observability.names import own, tracer
from observability.spans import span_from, untraced
from services.provider import commands, metrics, queries
from services.provider.cards import ChargeStatus
from services.provider.ledger import Ledger
from services.provider.models import calls
from services.provider.rules import is_given_up, seconds_to_call_again
from services.provider.settings import Settings
from services.shared.flags import flags
from services.shared.loops import Loop
from services.shared.names import VERSION
from services.shared.outgoing import Outgoing

__all__ = ["Worker", "sign"]

_TIMEOUT = 2.0  # seconds for one call
_AT_ONCE = 16  # calls under way
_LONGEST = 30.0  # seconds between looks: whoever changes the ledger wakes the worker
_TIDY = 600.0  # seconds between two looks for old calls
_TIDIED = 10_000  # old calls that one look deletes
_log = get_logger("worker")
_tracer = tracer(__name__, VERSION)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Provider-Signature: HMAC-SHA256 (RFC 2104) over the timestamp, a full stop and the body."""
    return "sha256=" + hmac.digest(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()


def _now() -> float:
    """The provider's time for signatures, in seconds since 1970; a drill can make it wrong."""
    skew = flags.value("clock-skew") if flags.are_on else {}
    return time.time() + float(skew.get("seconds", 0.0))


def _look(connection: Connection) -> tuple[list[ChargeStatus], Sequence[Row[Any]], float | None]:
    """Decide what is due; what became of it, the calls that are due, the time of what is due next."""
    decided = commands.decide_due(connection)
    return decided, queries.due_calls(connection, _AT_ONCE), queries.next_due(connection)


class Worker:
    """Decides charges of one ledger, and calls back. transport: how calls go out, for tests."""

    def __init__(
        self, ledger: Ledger, settings: Settings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._ledger = ledger
        self._secret = settings.webhook_secret.get_secret_value()
        self._first_wait = settings.webhook_retry_seconds
        self._outgoing = Outgoing("callback", timeout=_TIMEOUT, transport=transport)
        self._breaker = Breaker("callback", reset=2.0)
        self._loop = Loop(_LONGEST)
        self._tidy_at = 0.0

    def wake(self, seconds: float) -> None:
        """Look in so many seconds: there is something to do earlier than was known."""
        asyncio.get_running_loop().call_later(seconds, self._loop.wake)

    async def close(self) -> None:
        """Close all connections."""
        await self._outgoing.close()

    async def run(self) -> None:
        """Work for ever; cancelled, it ends the pass under way first."""
        await self._loop.run(self._whole_pass)

    async def _whole_pass(self) -> float:
        """Cancelled, it ends first: what was called is noted, and is not called again after a restart."""
        under_way = asyncio.create_task(self._pass())
        try:
            return await asyncio.shield(under_way)
        except asyncio.CancelledError:
            await under_way
            raise

    async def _pass(self) -> float:
        """Decide and call what is due; seconds until there is more to do."""
        with untraced():
            has_more = await self._tidy()
            decided, due, next_due = await self._ledger.transaction(_look)
        for outcome in decided:
            metrics.charges.labels(outcome).inc()
        if due:
            made = await asyncio.gather(*map(self._call, due), return_exceptions=True)
            for error in filter(None, made):  # now that none is under way, which the next pass would make again
                raise error
        if due or has_more:
            return 0.0
        return _LONGEST if next_due is None else min(_LONGEST, max(0.0, next_due - time.time()))

    async def _tidy(self) -> bool:
        """Forget old calls, now and then; whether there are more."""
        if time.monotonic() < self._tidy_at:
            return False
        forgotten = await self._ledger.transaction(lambda connection: commands.forget_calls(connection, _TIDIED))
        has_more = forgotten == _TIDIED
        self._tidy_at = time.monotonic() + (0.0 if has_more else _TIDY)
        return has_more

    async def _call(self, call: Row[Any]) -> None:
        attributes = {own("payment.id"): call.payment_id, own("request.id"): call.request_id}
        with (
            request_id.bound(call.request_id),
            span_from(_tracer, call.traceparent, "call back", attributes=attributes) as span,
        ):
            if flags.are_on and await self._is_spoilt(call):
                return
            try:
                async with self._breaker.guard(_TIMEOUT):
                    response = await self._post(call)
                    if response.status_code >= 500:
                        response.raise_for_status()
                outcome = "delivered" if response.is_success else "refused"
                problem, kind = "", str(response.status_code)
                if not response.is_success:
                    problem = f"answered {response.status_code}"
            except (BreakerOpenError, httpx.HTTPError, TimeoutError) as error:
                outcome, problem, kind = "failed", repr(error), error_type(error)
            if problem:
                span.set_attribute("error.type", kind)
                span.set_status(StatusCode.ERROR, problem)
            await self._note(call, outcome, problem)

    async def _is_spoilt(self, call: Row[Any]) -> bool:
        """Whether a drill has put the call off or lost it. A drill that doubles calls makes the first one here."""
        late = flags.value("webhooks-late")
        if late and time.time() - call.created_at < late["seconds"]:
            await self._write(call, {"next_try_at": call.created_at + late["seconds"]})
            return True
        if flags.value("webhooks-lost"):
            await self._note(call, "delivered", "")
            return True
        if flags.value("webhooks-doubled"):
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with TimeLimit(_TIMEOUT):
                    await self._post(call)
        return False

    async def _post(self, call: Row[Any]) -> httpx.Response:
        news = {
            "paymentId": call.payment_id,
            "chargeId": call.charge_id,
            "status": call.status,
            "sequence": call.sequence,
        }
        if call.status == "declined":
            news["reason"] = call.reason
        body, timestamp = json.dumps(news).encode(), str(int(_now()))
        return await self._outgoing.send(
            "POST",
            call.callback_url,
            template=urlsplit(call.callback_url).path,
            content=body,
            headers={
                "Content-Type": "application/json",
                "X-Provider-Timestamp": timestamp,
                "X-Provider-Signature": sign(self._secret, timestamp, body),
            },
        )

    async def _write(self, call: Row[Any], values: dict[str, Any]) -> None:
        with untraced():
            statement = update(calls).where(calls.c.seq == call.seq).values(values)
            await self._ledger.transaction(lambda connection: connection.execute(statement))

    async def _note(self, call: Row[Any], outcome: str, problem: str) -> None:
        now = time.time()
        values: dict[str, Any] = {"attempts": call.attempts + 1}
        if outcome == "delivered":
            values["state"] = "delivered"
        elif is_given_up(call.created_at, now):
            outcome = values["state"] = "given_up"
        else:
            values["next_try_at"] = now + seconds_to_call_again(call.attempts, self._first_wait)
        await self._write(call, values)
        metrics.callbacks.labels(outcome).inc()
        _log.log(
            logging.WARNING if problem else logging.INFO,
            "callback.made",
            payment_id=call.payment_id,
            status=call.status,
            outcome=outcome,
            attempt=call.attempts + 1,
            error=problem or None,
        )
