"""Tables of the payment service."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.shared.database import COLUMN_TYPES

__all__ = ["ONE_OPEN", "Base", "CancelledOrder", "Payment"]

ONE_OPEN = "payments_one_open"


class Base(DeclarativeBase):
    """Base of this service's tables."""

    type_annotation_map = COLUMN_TYPES


class Payment(Base):
    """One attempt to pay an order; while something is left to do for it, also an entry of the work queue.

    sealed_card: until the provider has accepted the charge.
    next_check_at: when the settle loop looks at it next; None when nothing is left to do.
    attempts: looks since the last step forward; the wait grows with it.
    traceparent, request_id: of the request that made it.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(
            "status IN ('processing', 'succeeded', 'failed', 'refunding', 'refunded')", name="payments_status"
        ),
        Index(ONE_OPEN, "order_id", unique=True, postgresql_where=text("status IN ('processing', 'succeeded')")),
        Index("payments_order", "order_id", "created_at"),
        Index("payments_due", "next_check_at", postgresql_where=text("next_check_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    user_id: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    brand: Mapped[str]
    last4: Mapped[str]
    sealed_card: Mapped[str | None]
    charge_id: Mapped[str | None]
    next_check_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    traceparent: Mapped[str]
    request_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CancelledOrder(Base):
    """A tombstone: this order will take no money any more. It stays for a week, and while a payment is under way
    (commands.py)."""

    __tablename__ = "cancelled_orders"

    order_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    cancelled_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
