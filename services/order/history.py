"""The history projection: the read model of orders, made only from the log of their events.

`record` appends to the log and applies the event in the same transaction, so that a customer reads what was
just written. `apply` is all there is to know: replaying the log through it gives the same rows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.order.models import OrderEvent, OrderHistory, ProductInfo

__all__ = ["apply", "learn_product", "record"]

CREATED = "created"
MOVED = "moved"


async def record(session: AsyncSession, order_id: str, kind: str, data: dict[str, Any], at: datetime) -> None:
    """Append an event (`created` or `moved`) to the log, and keep the read model."""
    event = OrderEvent(order_id=order_id, type=kind, data=data, at=at)
    session.add(event)
    await apply(session, event)


async def apply(session: AsyncSession, event: OrderEvent) -> None:
    """What one event does to the read model."""
    if event.type == CREATED:
        row = {**event.data, "order_id": event.order_id, "created_at": event.at, "updated_at": event.at}
        await session.execute(insert(OrderHistory).values(row).on_conflict_do_nothing())
    else:
        await session.execute(
            update(OrderHistory)
            .where(OrderHistory.order_id == event.order_id)
            .values(
                status=event.data["status"],
                reason=event.data["reason"],
                reason_code=event.data.get("reasonCode"),  # events from before have none
                updated_at=event.at,
            )
        )


async def learn_product(
    session: AsyncSession, *, product_id: str, name: str, image_url: str, version: int
) -> bool:
    """Keep the newest name and picture of a product; False when a newer one is known already."""
    statement = insert(ProductInfo).values(product_id=product_id, name=name, image_url=image_url, version=version)
    statement = statement.on_conflict_do_update(
        index_elements=[ProductInfo.product_id],
        set_={k: statement.excluded[k] for k in ("name", "image_url", "version")},
        where=ProductInfo.version < statement.excluded.version,
    )
    return (await session.execute(statement.returning(ProductInfo.product_id))).first() is not None
