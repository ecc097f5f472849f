"""The settle loop: for each payment that has something left to do, the next step with the provider.

    processing, card sealed    POST /charges, then erase the card; if the order is cancelled, erase it only
    processing, card erased    GET /charges/{id}: nothing was heard, so ask; unknown for minutes, it has failed
    refunding                  POST /charges/{id}/refunds

The rows are the queue, and a replica takes one by moving its `next_check_at` behind the end of the step (a lease):
nobody else works on it, no transaction is open during a call, and when the process dies the row comes back by
itself. Every step may be done twice; the provider knows a payment by its id. But no charge is sent when the lease
is over, since a payment that the provider does not know has failed some minutes after that.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import func, update

from observability import request_id
from observability.limits import TimeLimit
from observability.logging import get_logger
from observability.names import own, tracer
from observability.spans import record_error, span_from, untraced
from services.payment.commands import conclude, refunded
from services.payment.models import Payment
from services.payment.refusals import has_another_charge, has_no_charge, refuses_the_request
from services.payment.rules import is_card_stale, is_charge_lost, next_step, seconds_to_ask, seconds_to_retry
from services.payment.schemas import Charge
from services.payment.settings import Settings
from services.payment.statements import CHARGED, CLAIM
from services.payment.states import Failure, Status
from services.payment.vault import InvalidToken, Vault
from services.shared.database import STORE_ERRORS, Database
from services.shared.errors import Unavailable
from services.shared.loops import Loop
from services.shared.names import VERSION
from services.shared.peer import Peer
from services.shared.prepared import Record

__all__ = ["Settler"]

_AT_ONCE = 16  # steps under way in one process
_LEASE = timedelta(seconds=15)  # longer than three attempts of 2 s; a step that a slow database delays is repeated
_POLL = 2.0  # seconds between looks for what nobody tells: another replica accepted it, and died
_EXACT = 0.5  # seconds: what this replica knows to become due, it begins so late at most
_log = get_logger("settle")
_tracer = tracer(__name__, VERSION)


class LeaseOverError(Exception):
    """Another step may have the payment by now."""


class UnexpectedAnswerError(Exception):
    """The provider answered what it must not answer; asked again later, and to be looked at by somebody."""


class Settler:
    """Takes each payment of one database to its end."""

    def __init__(self, database: Database, provider: Peer, vault: Vault, settings: Settings) -> None:
        self._database = database
        self._provider = provider
        self._vault = vault
        self._callback_url = settings.payment_webhook_url
        self._check_after = settings.check_after_seconds
        self._retry = settings.retry_seconds
        self._loop = Loop(_POLL)
        self._at_work: set[asyncio.Task[None]] = set()
        self._due: set[int] = set()  # in units of _EXACT, by the event loop's clock

    def wake(self) -> None:
        """Look at once: there is something to do, and it is committed."""
        self._loop.wake()

    async def run(self) -> None:
        """Settle for ever; cancelled, it cancels the steps under way, whose rows come back after their lease."""
        try:
            await self._loop.run(self._begin_what_is_due)
        finally:
            for task in self._at_work:
                task.cancel()
            await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _begin_what_is_due(self) -> None:
        # The leases are asked for after this, so they end later.
        leased_until = asyncio.get_running_loop().time() + _LEASE.total_seconds()
        for payment in await self._claim_or_wait():
            task = asyncio.create_task(self._step(payment, leased_until))
            self._at_work.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._at_work.discard(task)
        if not task.cancelled() and (error := task.exception()):  # the row comes back after its lease
            _log.error("settle.lost", error=repr(error))
        if len(self._at_work) == _AT_ONCE - 1:  # all places were taken: more may be waiting
            self.wake()

    async def _claim_or_wait(self) -> Sequence[Record]:
        """A database that is down or busy must not end the steps that are under way."""
        try:
            return await self._claim(_AT_ONCE - len(self._at_work))
        except STORE_ERRORS as error:
            _log.warning("settle.store_unavailable", error=repr(error))
            return []

    async def _claim(self, limit: int) -> Sequence[Record]:
        if limit == 0:
            return []
        with untraced():
            return await self._database.ask(CLAIM, most=limit, lease=_LEASE)

    async def _step(self, payment: Record, leased_until: float) -> None:
        name = next_step(Status(payment.status), has_card=payment.sealed_card is not None)
        attributes = {
            own("payment.id"): payment.id,
            own("order.id"): payment.order_id,
            own("request.id"): payment.request_id,
        }
        with (
            request_id.bound(payment.request_id),
            span_from(_tracer, payment.traceparent, f"settle payment: {name}", attributes=attributes) as span,
        ):
            try:
                if name == "refund":
                    await self._refund(payment)
                elif name == "charge":
                    await self._charge(payment, leased_until)
                else:
                    await self._ask(payment)
            except LeaseOverError as error:  # whoever has the payment now goes on
                record_error(span, error)
                _log.warning("settle.failed", step=name, payment_id=payment.id, error=repr(error))
            except Exception as error:
                record_error(span, error)
                _log.log(
                    logging.WARNING if isinstance(error, Unavailable) else logging.ERROR,
                    "settle.failed",
                    step=name,
                    payment_id=payment.id,
                    error=repr(error),
                    exc_info=not isinstance(error, (Unavailable, UnexpectedAnswerError)),
                )
                await self._again(payment, seconds_to_retry(payment.attempts, self._retry))

    async def _charge(self, payment: Record, leased_until: float) -> None:
        assert payment.sealed_card is not None
        if payment.cancelled_for:
            _log.info("card.forgotten", payment_id=payment.id, order_id=payment.order_id)
            await self._forget_card(payment, self._check_after)  # an earlier request may be on its way
            return
        if is_card_stale(payment.created_at, payment.now):
            await self._erase(payment, "the provider was not reached in time")
            return
        try:
            card = self._vault.open(payment.sealed_card)
        except InvalidToken:
            await self._erase(payment, "the card was sealed with another key")
            return
        body = {
            "paymentId": payment.id,
            "amountCents": payment.amount_cents,
            "currency": payment.currency,
            "card": card,
            "callbackUrl": self._callback_url,
        }
        answer = await self._send(body, leased_until)
        if has_another_charge(answer, payment.id):  # it may have taken money
            await self._erase(payment, "the provider has another charge for this payment")
            return
        if refuses_the_request(answer):
            _log.error("charge.refused", payment_id=payment.id, order_id=payment.order_id)
            await conclude(
                self._database, payment_id=payment.id, succeeded=False, failure=Failure.REFUSED_BY_PROVIDER
            )
            return
        result = self._charge_of(payment, answer, 202)
        _log.info("charge.sent", payment_id=payment.id, order_id=payment.order_id, charge_id=result.charge_id)
        await self._database.ask(
            CHARGED,
            of_id=payment.id,
            of_status=payment.status,
            to_charge_id=result.charge_id,
            check_after=timedelta(seconds=self._check_after),
        )
        self._look_in(self._check_after)
        await self._take(payment, result)

    async def _send(self, charge: dict[str, Any], leased_until: float) -> httpx.Response:
        """Send a charge. Raises LeaseOverError instead of sending late: the payment may have failed since then.

        leased_until: by the event loop's clock. A process that was stopped for a while may go on here.
        """
        left = leased_until - asyncio.get_running_loop().time()
        if left <= 0:
            raise LeaseOverError
        try:
            async with TimeLimit(left):
                return await self._provider.post("/charges", json=charge, idempotent=True)
        except TimeoutError as error:
            raise LeaseOverError from error

    async def _ask(self, payment: Record) -> None:
        answer = await self._provider.get("/charges/{payment_id}", payment_id=payment.id)
        if has_no_charge(answer, payment.id):
            if not is_charge_lost(payment.updated_at, payment.now):
                await self._again(payment, seconds_to_ask(payment.attempts, self._check_after))
                return
            await conclude(
                self._database, payment_id=payment.id, succeeded=False, failure=Failure.UNKNOWN_TO_PROVIDER
            )
            return
        result = self._charge_of(payment, answer, 200)
        _log.info("charge.asked", payment_id=payment.id, order_id=payment.order_id, status=result.status)
        if result.status == "processing":
            await self._again(payment, seconds_to_ask(payment.attempts, self._check_after))
        await self._take(payment, result)

    async def _refund(self, payment: Record) -> None:
        answer = await self._provider.post(
            "/charges/{payment_id}/refunds", json={}, idempotent=True, payment_id=payment.id
        )
        if answer.status_code not in (200, 202):
            raise UnexpectedAnswerError(f"refund answered with {answer.status_code}")
        await refunded(self._database, payment.id)

    def _charge_of(self, payment: Record, answer: httpx.Response, expected: int) -> Charge:
        """The charge that was asked for: of this payment, over its amount."""
        if answer.status_code != expected:
            raise UnexpectedAnswerError(f"charge answered with {answer.status_code}")
        answered = self._provider.read(answer, Charge, status=expected)
        charged = (answered.payment_id, answered.amount_cents, answered.currency)
        if charged != (payment.id, payment.amount_cents, payment.currency):
            raise UnexpectedAnswerError("the charge is of another payment or amount")
        return answered

    async def _take(self, payment: Record, result: Charge) -> None:
        if result.status == "processing":
            return
        succeeded = result.status == "succeeded"
        await conclude(
            self._database,
            payment_id=payment.id,
            succeeded=succeeded,
            failure=result.failure,
            charge_id=result.charge_id,
        )

    def _look_in(self, seconds: float) -> None:
        """Look when something becomes due; many that do so together cost one look."""
        loop = asyncio.get_running_loop()
        due = int((loop.time() + seconds) / _EXACT) + 1
        if due not in self._due:
            self._due.add(due)
            loop.call_at(due * _EXACT, self._look_now, due)

    def _look_now(self, due: int) -> None:
        self._due.discard(due)
        self.wake()

    async def _erase(self, payment: Record, why: str) -> None:
        """Keep the card no longer. An answer of the provider may have been lost, so the next step asks."""
        _log.error("card.erased", payment_id=payment.id, order_id=payment.order_id, reason=why)
        await self._forget_card(payment, 0.0)

    async def _forget_card(self, payment: Record, seconds: float) -> None:
        """Send it no more, and ask after so many seconds."""
        await self._write(
            payment, sealed_card=None, attempts=0, next_check_at=_after(seconds), updated_at=func.now()
        )
        self._look_in(seconds)

    async def _again(self, payment: Record, seconds: float) -> None:
        await self._write(payment, attempts=Payment.attempts + 1, next_check_at=_after(seconds))
        self._look_in(seconds)

    async def _write(self, payment: Record, **values: Any) -> None:
        """Change the row unless its state was changed meanwhile: then somebody else has said what is next."""
        unchanged = (Payment.id == payment.id, Payment.status == payment.status)
        async with self._database.session() as session:
            await session.execute(
                update(Payment).where(*unchanged).values(values),
                execution_options={"synchronize_session": False},
            )


def _after(seconds: float) -> Any:
    return func.now() + timedelta(seconds=seconds)
