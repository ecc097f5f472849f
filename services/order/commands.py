"""Commands: everything that changes an order. Each is one transaction with its events in the outbox.

What a command writes is one statement: the order, its log, its history and its event (statements.py).
"""

from collections.abc import Iterable
from typing import Any

from observability import request_id
from observability.logging import get_logger
from observability.spans import annotate, current_traceparent, link_to
from services.order import metrics, queries
from services.order.catalogue import Catalogue, Offer
from services.order.limits import Limits
from services.order.rules import is_expected, total_of, units_of
from services.order.schemas import OrderLineResponse, OrderRequest, OrderResponse
from services.order.statements import LOCKED, MOVE, MOVE_AND_TELL, PLACE, Standing
from services.order.states import Reason, Status, may_ask_for, may_follow, reason_of_cancelling
from services.shared.auth import Caller
from services.shared.database import Database, Transaction
from services.shared.errors import Conflict, NotFound, ProblemError, Unprocessable
from services.shared.events import contracts
from services.shared.events.envelope import new_id
from services.shared.events.outbox import event_values
from services.shared.idempotency import KeyUse
from services.shared.idempotency_key import fingerprint
from services.shared.prepared import Prepared

__all__ = ["change_status", "locked", "move", "place_order"]

_ROUTE = "POST /api/orders"
_log = get_logger("orders")


async def place_order(
    *,
    database: Database,
    catalogue: Catalogue,
    limits: Limits,
    user: Caller,
    request: OrderRequest,
    key: str | None,
) -> tuple[OrderResponse, bool]:
    """Place an order at today's prices; second: whether it was there already by the Idempotency-Key.

    No transaction is open while the product service is asked.
    """
    use = KeyUse(user.id, _ROUTE, key, fingerprint(request))
    if before := await use.known(database):
        return await queries.get_order(database, before, user), True

    try:
        lines, currency = await _offered(catalogue, request)
    except ProblemError:
        # The first request with this key may have placed its order meanwhile.
        if before := await use.known(database):
            return await queries.get_order(database, before, user), True
        raise

    order_id = new_id()
    annotate(order_id=order_id)
    async with limits.turn(user.id), database.transaction() as transaction:
        if await use.claim(transaction, order_id):
            await limits.check(transaction, user.id, units_of(lines))
            return await _create(transaction, order_id, user, lines, currency, _address(request)), False
    return await queries.get_order(database, await use.made_by_other(database), user), True


async def _offered(catalogue: Catalogue, request: OrderRequest) -> tuple[list[OrderLineResponse], str]:
    """The lines at today's prices, and their currency. Raises a ProblemError when they cannot be ordered so."""
    offers = await catalogue.offers([item.product_id for item in request.items])
    lines = [_line(offers[item.product_id], item.quantity) for item in request.items]
    currency = _only_currency(offers[item.product_id] for item in request.items)
    total = total_of(lines)
    if not is_expected(total, request.expected_total_cents):
        raise Conflict("The total is not the one that was expected.", kind="price-changed", totalCents=total)
    return lines, currency


def _only_currency(offers: Iterable[Offer]) -> str:
    """Raises Unprocessable when there are several: their prices have no sum."""
    currency, *others = sorted({offer.currency for offer in offers})
    if others:
        raise Unprocessable("The products of an order must have one currency.", currencies=[currency, *others])
    return currency


def _line(offer: Offer, quantity: int) -> OrderLineResponse:
    return OrderLineResponse(
        product_id=offer.product_id,
        name=offer.name,
        image_url=offer.image_url,
        unit_price_cents=offer.price_cents,
        quantity=quantity,
    )


def _address(request: OrderRequest) -> dict[str, Any] | None:
    return request.shipping_address.model_dump(by_alias=True) if request.shipping_address else None


async def _create(
    transaction: Transaction,
    order_id: str,
    user: Caller,
    lines: list[OrderLineResponse],
    currency: str,
    address: dict[str, Any] | None,
) -> OrderResponse:
    """What is returned needs no look into the database: names and pictures are of this moment."""
    facts = {
        "user_id": user.id,
        "status": Status.PENDING,
        "total_cents": total_of(lines),
        "currency": currency,
        "shipping_address": address,
        "reason": None,
        "reason_code": None,
    }
    created = {**facts, "lines": [line.model_dump(by_alias=True) for line in lines]}
    event = contracts.OrderCreated(
        order_id=order_id,
        user_id=user.id,
        lines=[contracts.OrderedProduct(product_id=line.product_id, quantity=line.quantity) for line in lines],
        total_cents=total_of(lines),
        currency=currency,
    )
    [(now, _)] = await transaction.run(
        PLACE,
        a_id=order_id,
        a_traceparent=current_traceparent(),
        a_request_id=request_id.current(),
        rows=[{"position": position, **line.model_dump()} for position, line in enumerate(lines)],
        event=created,
        **{f"a_{name}": value for name, value in created.items()},
        **event_values("order.created", event),
    )
    transaction.after_commit(lambda: _count(Status.PENDING, order_id))
    return OrderResponse.model_validate({**created, "id": order_id, "created_at": now, "updated_at": now})


async def change_status(
    *, database: Database, user: Caller, order_id: str, status: Status, reason: str | None
) -> None:
    """Cancel (owner or admin) or fulfil (admin) an order; the other states are reached by events only.

    One that is in this state already stays as it is.
    """
    async with database.transaction() as transaction:
        order = await locked(transaction, order_id)
        if order is None or not (user.is_admin or order.user_id == user.id):
            raise NotFound("There is no such order.")
        if not may_ask_for(status, is_admin=user.is_admin):
            raise Conflict(f"You cannot set an order to {status}.", kind="wrong-state", orderStatus=order.status)
        if order.status == status:  # the gateway repeats a PUT whose connection broke
            return
        who = "admin" if user.is_admin else "customer"
        code = reason_of_cancelling(is_admin=user.is_admin) if status is Status.CANCELLED else None
        if not await move(transaction, order, status, reason=reason or f"{status} by {who}", code=code):
            raise Conflict(
                f"An order that is {order.status} cannot become {status}.",
                kind="wrong-state",
                orderStatus=order.status,
            )


async def locked(
    transaction: Transaction, order_id: str, statement: Prepared = LOCKED, **values: Any
) -> Standing | None:
    """The order, locked until the transaction ends: moves of one order happen one after the other.

    statement, values: `STANDING` with its lock and with what else must be true of the order.
    What moves it may be a trace of its own (a payment made with plain curl): that links to the order's.
    """
    annotate(order_id=order_id)
    rows = await transaction.run(statement, id=order_id, **values)
    if not rows:
        return None
    order = Standing(*rows[0])
    link_to(order.traceparent)
    return order


async def move(
    transaction: Transaction,
    order: Standing,
    status: Status,
    *,
    reason: str | None = None,
    code: Reason | None = None,
    payment_id: str | None = None,
) -> bool:
    """Move a locked order to `status`, and tell those who must know. False when that is no legal move.

    reason: words for people, which may be a customer's; only `code` decides, and is counted.
    """
    before = Status(order.status)
    if not may_follow(before, status):
        return False
    told: dict[str, Any] = {  # each event takes of it what it carries
        "order_id": order.id,
        "user_id": order.user_id,
        "payment_id": payment_id,
        "reason": reason,
        "reason_code": code,
    }
    event: dict[str, Any] = {}
    if status is Status.PAID:
        event = event_values("order.paid", contracts.OrderPaid(**told))
    elif status is Status.CANCELLED:
        event = event_values("order.cancelled", contracts.OrderCancelled(**told))
    [(now, *_)] = await transaction.run(
        MOVE_AND_TELL if event else MOVE,
        a_id=order.id,
        a_status=status,
        a_reason=reason,
        a_code=code,
        event={"status": status, "reason": reason, "reasonCode": code},
        **event,
    )
    order.status = status

    def count() -> None:
        _count(status, order.id)
        if before is Status.PENDING:  # also when it is cancelled: the objective counts what was never decided
            metrics.reservation_duration.observe(max(0.0, (now - order.created_at).total_seconds()))
        if status is Status.PAID:
            metrics.order_value.inc(order.total_cents)

    transaction.after_commit(count)
    return True


def _count(status: Status, order_id: str) -> None:
    metrics.orders.labels(status).inc()
    _log.info("order.moved", order_id=order_id, status=status)
