"""Tables of the order service. `orders` and `order_lines` are written by commands; `order_events` is the log of
what happened; `order_history` and `product_info` are read models, made from events."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, func, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.order.states import SOLD, UNPAID, Status
from services.shared.database import COLUMN_TYPES

__all__ = ["AMONG_SOLD", "IS_UNPAID", "Base", "Order", "OrderEvent", "OrderHistory", "OrderLine", "ProductInfo"]


def _among(states: AbstractSet[Status]) -> str:
    """The condition of an index that holds these states only, as the migrations have it."""
    names = ", ".join(f"'{state}'" for state in Status if state in states)
    return f"status IN ({names})"


_AMONG_UNPAID, AMONG_SOLD = _among(UNPAID), _among(SOLD)


class Base(DeclarativeBase):
    """Base of this service's tables."""

    type_annotation_map = COLUMN_TYPES


class Order(Base):
    """An order as it stands. `traceparent` and `request_id` are those of the request that placed it."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(
            "orders_unpaid",
            "created_at",
            postgresql_where=text(_AMONG_UNPAID),
        ),
        Index(
            "orders_unpaid_of_user",
            "user_id",
            postgresql_where=text(_AMONG_UNPAID),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    status: Mapped[str]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    shipping_address: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    reason_code: Mapped[str | None]
    traceparent: Mapped[str]
    request_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position", lazy="raise")


class OrderLine(Base):
    """One product of an order, with the name and the price at the time it was placed."""

    __tablename__ = "order_lines"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str]
    name: Mapped[str]
    image_url: Mapped[str]
    unit_price_cents: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(Integer)


class OrderEvent(Base):
    """One thing that happened to an order: the source of the read model."""

    __tablename__ = "order_events"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[str] = mapped_column(index=True)
    type: Mapped[str]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class OrderHistory(Base):
    """Read model: an order as its customer sees it, in one row."""

    __tablename__ = "order_history"
    __table_args__ = (
        Index("order_history_user", "user_id", "created_at", "order_id"),
        Index("order_history_status", "status", "created_at", "order_id"),
        Index("order_history_newest", "created_at", "order_id"),
        Index(
            "order_history_sold",
            "created_at",
            postgresql_include=["currency", "total_cents"],
            postgresql_where=text(AMONG_SOLD),
        ),
    )

    order_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    status: Mapped[str]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    shipping_address: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    reason_code: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProductInfo(Base):
    """Read model: the newest name and picture of a product, from `product.changed`."""

    __tablename__ = "product_info"

    product_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    image_url: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)


IS_UNPAID = Order.status.in_([literal_column(f"'{state}'") for state in sorted(UNPAID)])
"""Orders of which the payment is open. The states are spelled out, as the indexes have them: for a prepared
statement PostgreSQL uses such an index only if no parameter stands in their place."""
