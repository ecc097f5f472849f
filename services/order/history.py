"""The history projection: the read model of orders, made only from the log of their events.

`logged` appends to the log and applies the event in the same statement, so that a customer reads what was just
written. `effect` is all there is to know: replaying the log through it gives the same rows.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CTE, Insert, Table, Update, bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.order.models import OrderEvent, OrderHistory, ProductInfo
from services.shared.database import Transaction
from services.shared.prepared import Prepared

__all__ = ["CREATED", "MOVED", "effect", "learn_product", "logged"]

CREATED = "created"
MOVED = "moved"
_events = cast(Table, OrderEvent.__table__)
_history = cast(Table, OrderHistory.__table__)
_product = upsert(ProductInfo).values(
    {name: bindparam(f"the_{name}") for name in ("product_id", "name", "image_url", "version")}
)
_LEARN = Prepared(
    _product.on_conflict_do_update(
        index_elements=[ProductInfo.product_id],
        set_={name: _product.excluded[name] for name in ("name", "image_url", "version")},
        where=ProductInfo.version < _product.excluded.version,
    ).returning(ProductInfo.product_id)
)


def logged(order_id: Any, kind: str, data: Any, history: Insert | Update, at: Any) -> tuple[CTE, CTE]:
    """Append an event (`created` or `moved`) to the log, and keep the read model: as parts of a statement.

    history: the event's `effect`.
    """
    event = insert(_events).values(order_id=order_id, type=kind, data=data, at=at)
    return event.cte("event"), history.cte("history")


def effect(order_id: Any, kind: str, data: Mapping[str, Any], at: Any) -> Insert | Update:
    """What one event does to the read model. Values may be expressions: parameters of a prepared statement."""
    if kind == CREATED:
        row = {**data, "order_id": order_id, "created_at": at, "updated_at": at}
        return insert(_history).values(row)
    return (
        update(_history)
        .where(_history.c.order_id == order_id)
        .values(
            status=data["status"],
            reason=data["reason"],
            reason_code=data.get("reasonCode"),  # events from before have none
            updated_at=at,
        )
    )


async def learn_product(
    transaction: Transaction, *, product_id: str, name: str, image_url: str, version: int
) -> bool:
    """Keep the newest name and picture of a product; False when a newer one is known already."""
    known = {"product_id": product_id, "name": name, "image_url": image_url, "version": version}
    return bool(await transaction.run(_LEARN, **{f"the_{field}": value for field, value in known.items()}))
