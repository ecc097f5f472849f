"""The stock of orders: reserved when an order is placed, committed when it is paid, released when it is cancelled.

What became of an order's stock is one document, written once for each step (states.py).
A line is reserved by one guarded update of its product, which also holds the reservation: doing it again changes
nothing. So a worker that dies anywhere leaves a state that the next delivery of the same message completes.
"""

from observability.logging import get_logger
from observability.spans import annotate
from services.product import metrics
from services.product.guard import Op
from services.product.leases import leased
from services.product.states import DECIDING, State, may_follow, merged
from services.product.store import Document, Store

__all__ = ["commit", "release", "reserve"]

_log = get_logger("stock")


async def reserve(store: Store, order_id: str, lines: list[Document]) -> tuple[State, list[str]]:
    """Reserve all `lines` ({productId, quantity}) or none; (the decision, the products that were short).

    A decision that was made before is returned unchanged.
    """
    annotate(order_id=order_id)
    async with leased(store, order_id, is_new=True) as order:
        if order.state == DECIDING:
            lines = merged(lines)
            short = await _reserve_lines(store, order_id, lines)
            if short:
                for line in lines:
                    await _release_line(store, order_id, line)
                await order.decide("rejected", lines=lines, short=short)
            else:
                await order.decide("reserved", lines=lines, short=[])
            _count(order_id, order.state)
        return order.state, list(order.document.get("short", []))


async def commit(store: Store, order_id: str) -> bool:
    """Sell what was reserved: the order is paid. False when nothing was reserved (any more)."""
    annotate(order_id=order_id)
    async with leased(store, order_id) as order:
        if not may_follow(order.state, "committed"):
            return False
        for line in order.document["lines"]:
            await _commit_line(store, order_id, line)
        await order.decide("committed")
        _count(order_id, "committed")
        return True


async def release(store: Store, order_id: str) -> bool:
    """Make what was reserved available again, and reserve no more: the order is cancelled."""
    annotate(order_id=order_id)
    async with leased(store, order_id) as order:
        if not may_follow(order.state, "released"):
            return False
        own = {"reservations": {"$elemMatch": {"orderId": order_id}}}
        for product in await store.products.find({"reservations.orderId": order_id}, own).to_list():
            for line in product["reservations"]:
                await _release_line(store, order_id, {**line, "productId": product["_id"]})
        await order.decide("released")
        _count(order_id, "released")
        return True


async def _reserve_lines(store: Store, order_id: str, lines: list[Document]) -> list[str]:
    """The products that were short.

    Nothing is reserved for an order that cannot have all of it: others would find too little for that moment, and
    be rejected although goods stay unsold. What sells out after the look ends the reserving. By that, and by the
    one order of all lines, orders that compete for the same products do not all fail.
    """
    if len(lines) > 1 and (short := await _short_of(store, order_id, lines)):
        return short
    for position, line in enumerate(lines):
        if not await _reserve_line(store, order_id, line):
            return [line["productId"], *await _short_of(store, order_id, lines[position + 1 :])]
    return []


async def _short_of(store: Store, order_id: str, lines: list[Document]) -> list[str]:
    """The products of which there is too little at this moment for lines that do not hold theirs yet."""
    if not lines:
        return []
    fields = {"available": True, "deleted": True, "reservations": {"$elemMatch": {"orderId": order_id}}}
    products = {"_id": Op({"$in": [line["productId"] for line in lines]})}
    found = {product["_id"]: product for product in await store.products.find(products, fields).to_list()}
    return [line["productId"] for line in lines if not _could_reserve(found.get(line["productId"]), line)]


def _could_reserve(product: Document | None, line: Document) -> bool:
    if product is None:
        return False
    is_enough = not product["deleted"] and product["available"] >= line["quantity"]
    return is_enough or bool(product.get("reservations"))


async def _reserve_line(store: Store, order_id: str, line: Document) -> bool:
    product, quantity = line["productId"], line["quantity"]
    result = await store.products.update_one(
        {
            "_id": product,
            "deleted": False,
            "available": Op({"$gte": quantity}),
            "reservations.orderId": Op({"$ne": order_id}),
        },
        {
            "$inc": {"available": -quantity},
            "$push": {"reservations": {"orderId": order_id, "quantity": quantity}},
        },
    )
    if result.matched_count:
        return True
    held = {"_id": product, "reservations.orderId": order_id}
    return await store.products.find_one(held, {"_id": True}) is not None


async def _release_line(store: Store, order_id: str, line: Document) -> None:
    await _end_line(store, order_id, line, {"available": line["quantity"]})


async def _commit_line(store: Store, order_id: str, line: Document) -> None:
    await _end_line(store, order_id, line, {"sold": line["quantity"]})


async def _end_line(store: Store, order_id: str, line: Document, increase: Document) -> None:
    held = {"reservations": Op({"$elemMatch": {"orderId": order_id, "quantity": line["quantity"]}})}
    await store.products.update_one(
        {"_id": line["productId"], **held},
        {"$inc": increase, "$pull": {"reservations": {"orderId": order_id}}},
    )


def _count(order_id: str, outcome: str) -> None:
    metrics.stock_reservations.labels(outcome).inc()
    _log.info("stock.decided", order_id=order_id, outcome=outcome)
