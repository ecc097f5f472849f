"""Commands: everything that changes an order. Each is one transaction with its events in the outbox.

What a command writes is one statement: the order, its log, its history and its event.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    column,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from observability import request_id
from observability.logging import get_logger
from observability.tracing import annotate, current_traceparent, link_to
from services.order import history, metrics, queries
from services.order.catalogue import Catalogue, Offer
from services.order.limits import Limits
from services.order.models import Order, OrderLine
from services.order.rules import is_expected, total_of, units_of
from services.order.schemas import OrderLineResponse, OrderRequest, OrderResponse
from services.order.states import Reason, Status, may_ask_for, may_follow, reason_of_cancelling
from services.shared import idempotency
from services.shared.auth import Caller
from services.shared.database import Database, after_commit
from services.shared.errors import Conflict, NotFound
from services.shared.events import contracts
from services.shared.events.envelope import new_id
from services.shared.events.outbox import NOTIFY, event_part

__all__ = ["CHANNEL", "Standing", "change_status", "locked", "move", "place_order"]

_ROUTE = "POST /api/orders"
CHANNEL = "orders"
"""Each order that moves sends its id by this channel of PostgreSQL, with the commit."""
_orders, _lines = cast(Table, Order.__table__), cast(Table, OrderLine.__table__)
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
    scope = {"user_id": user.id, "route": _ROUTE, "key": key or "", "digest": idempotency.fingerprint(request)}
    if key is not None:
        before = await idempotency.known(database, **scope)
        if before is not None:
            return await queries.get_order(database, before, user), True

    offers = await catalogue.offers([item.product_id for item in request.items])
    lines = [_line(offers[item.product_id], item.quantity) for item in request.items]
    currency = offers[lines[0].product_id].currency
    total = total_of(lines)
    if not is_expected(total, request.expected_total_cents):
        raise Conflict("The total is not the one that was expected.", kind="price-changed", totalCents=total)

    order_id = new_id()
    annotate(order_id=order_id)
    async with limits.turn(user.id), database.transaction() as session:
        if key is None or await idempotency.claim(session, **scope, resource_id=order_id):
            await limits.check(session, user.id, units_of(lines))
            return await _create(session, order_id, user, lines, currency, _address(request)), False
    first = await idempotency.known(database, **scope)
    assert first is not None
    return await queries.get_order(database, first, user), True


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
    session: AsyncSession,
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
    origin = {"traceparent": current_traceparent(), "request_id": request_id.current()}
    placed = insert(_orders).values(id=order_id, **facts, **origin).returning(_orders.c.created_at).cte("placed")
    at = select(placed.c.created_at).scalar_subquery()  # the database's clock also decides about expiry
    parts = (
        insert(_lines).from_select(["order_id", *_LINE], _numbered(order_id, lines)).cte("lines"),
        *history.logged(order_id, history.CREATED, created, at),
        event_part("order.created", event),
    )
    now = (await session.execute(select(placed.c.created_at, NOTIFY).add_cte(placed, *parts))).scalar_one()
    after_commit(session, lambda: _count(Status.PENDING, order_id))
    return OrderResponse.model_validate({**created, "id": order_id, "created_at": now, "updated_at": now})


_LINE = {field.name: field.type for field in _lines.columns if field is not _lines.c.order_id}


def _numbered(order_id: str, lines: list[OrderLineResponse]) -> Select[Any]:
    """The lines as rows: one value, so that the statement is the same for any number of them."""
    numbered = [{"position": position, **line.model_dump()} for position, line in enumerate(lines)]
    given = func.jsonb_to_recordset(literal(numbered, JSONB)).table_valued(
        *(column(name, kind) for name, kind in _LINE.items())
    )
    return select(literal(order_id), given.render_derived(with_types=True))


async def change_status(
    *, database: Database, user: Caller, order_id: str, status: Status, reason: str | None
) -> None:
    """Cancel (owner or admin) or fulfil (admin) an order; the other states are reached by events only."""
    async with database.transaction() as session:
        await _change(session, user, order_id, status, reason)


async def _change(session: AsyncSession, user: Caller, order_id: str, status: Status, reason: str | None) -> None:
    order = await locked(session, order_id)
    if order is None or not (user.is_admin or order.user_id == user.id):
        raise NotFound("There is no such order.")
    if not may_ask_for(status, is_admin=user.is_admin):
        raise Conflict(f"You cannot set an order to {status}.", kind="wrong-state", orderStatus=order.status)
    who = "admin" if user.is_admin else "customer"
    code = reason_of_cancelling(is_admin=user.is_admin) if status is Status.CANCELLED else None
    if not await move(session, order, status, reason=reason or f"{status} by {who}", code=code):
        raise Conflict(
            f"An order that is {order.status} cannot become {status}.",
            kind="wrong-state",
            orderStatus=order.status,
        )


@dataclass(slots=True)
class Standing:
    """What must be known of an order to move it."""

    id: str
    user_id: str
    status: str
    total_cents: int
    currency: str
    traceparent: str
    created_at: datetime


_STANDING = select(*(_orders.c[field.name] for field in fields(Standing)))


async def locked(
    session: AsyncSession, order_id: str, *also: ColumnElement[bool], skip_locked: bool = False
) -> Standing | None:
    """The order, locked until the transaction ends: moves of one order happen one after the other.

    also: what must be true of it. skip_locked: pass over an order that is locked.
    What moves it may be a trace of its own (a payment made with plain curl): that links to the order's.
    """
    annotate(order_id=order_id)
    statement = _STANDING.where(_orders.c.id == order_id, *also).with_for_update(skip_locked=skip_locked)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    order = Standing(*row)
    link_to(order.traceparent)
    return order


async def move(
    session: AsyncSession,
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
    now = datetime.now(UTC)
    fresh = {"status": status, "reason": reason, "reason_code": code, "updated_at": now}
    moved = {"status": status, "reason": reason, "reasonCode": code}
    parts = [
        update(_orders).where(_orders.c.id == order.id).values(fresh).cte("moved"),
        *history.logged(order.id, history.MOVED, moved, now),
    ]
    notices = [func.pg_notify(CHANNEL, order.id)]
    told: dict[str, Any] = {  # each event takes of it what it carries
        "order_id": order.id,
        "user_id": order.user_id,
        "payment_id": payment_id,
        "reason": reason,
        "reason_code": code,
    }
    if status is Status.PAID:
        parts.append(event_part("order.paid", contracts.OrderPaid(**told)))
    elif status is Status.CANCELLED:
        parts.append(event_part("order.cancelled", contracts.OrderCancelled(**told)))
    if status in (Status.PAID, Status.CANCELLED):
        notices.append(NOTIFY)
    await session.execute(select(*notices).add_cte(*parts))
    order.status = status

    def count() -> None:
        _count(status, order.id)
        if before is Status.PENDING and status in (Status.AWAITING_PAYMENT, Status.REJECTED):
            metrics.reservation_duration.observe(max(0.0, (now - order.created_at).total_seconds()))
        if status is Status.PAID:
            metrics.order_value.inc(order.total_cents)

    after_commit(session, count)
    return True


def _count(status: Status, order_id: str) -> None:
    metrics.orders.labels(status).inc()
    _log.info("order.moved", order_id=order_id, status=status)
