"""What each event carries: one model a type, for who publishes it and for who consumes it.

docs/events/*.json is made from these models (`python -m docs.events.build`). Types are strict: an integer is a
JSON integer, and every text, list and number has a bound. Members that a model does not know are left out when an
event is read, so that a newer publisher may add some; what a reader of the old form could not read gets a new
`version`.
"""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from services.shared.money import Cents, Currency

__all__ = [
    "CONTRACTS",
    "MAX_LINES",
    "MAX_QUANTITY",
    "Data",
    "OrderCancelled",
    "OrderCreated",
    "OrderPaid",
    "OrderedProduct",
    "PaymentFailed",
    "PaymentRefunded",
    "PaymentSucceeded",
    "ProductChanged",
    "StockRejected",
    "StockReserved",
]

MAX_QUANTITY = 100
"""Of one product in an order."""
MAX_LINES = 50
"""Products of an order."""
_MAX_VERSION = 2**31 - 1

_ORDER, _PAYMENT = "01930d0e-5f5c-7cc1-a1e6-1b8a5f0b7a01", "01930d0e-1111-7cc1-a1e6-1b8a5f0b7a03"
_USER = "01930d0e-0000-7cc1-a1e6-1b8a5f0b7a02"

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
"""A reason that programs may compare and count."""
_NO_NUL = r"^[^\x00]*$"  # PostgreSQL holds none
_Words = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=200)]
"""A reason in somebody's own words: only ever shown."""


class Data(BaseModel):
    """Base of what events carry. EXAMPLE: one for the documentation; FORM: the envelope's `version`.

    Events with the same `orderId` are published in the order in which they were written; others in any order.
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )
    EXAMPLE: ClassVar[dict[str, Any]] = {}
    FORM: ClassVar[int] = 1


class OrderedProduct(Data):
    """A product of an order, and how many of it."""

    product_id: Id
    quantity: int = Field(ge=1, le=MAX_QUANTITY)


def _distinct(lines: Sequence[OrderedProduct]) -> Sequence[OrderedProduct]:
    if len({line.product_id for line in lines}) < len(lines):
        raise ValueError("a product is in two lines")
    return lines


class OrderCreated(Data):
    """An order was placed. For: the product service, which reserves its stock. A product is in one line only."""

    EXAMPLE = {
        "orderId": _ORDER,
        "userId": _USER,
        "lines": [{"productId": "1", "quantity": 2}],
        "totalCents": 25800,
        "currency": "EUR",
    }
    order_id: Id
    user_id: Id
    lines: Annotated[list[OrderedProduct], Field(min_length=1, max_length=MAX_LINES), AfterValidator(_distinct)]
    total_cents: Cents
    currency: Currency


class OrderPaid(Data):
    """An order was paid. For: the product service, which commits its stock."""

    EXAMPLE = {"orderId": _ORDER, "userId": _USER, "paymentId": _PAYMENT}
    order_id: Id
    user_id: Id
    payment_id: Id


class OrderCancelled(Data):
    """An order was cancelled, by a person or by time. For: the product service, which releases its stock, and the
    payment service, which refunds what was charged."""

    EXAMPLE = {"orderId": _ORDER, "userId": _USER, "reason": "expired", "reasonCode": "expired"}
    order_id: Id
    user_id: Id
    reason: _Words
    reason_code: Literal["expired", "cancelled_by_customer", "cancelled_by_admin", "unknown"] = "unknown"
    """The same for programs. `unknown`: an event from before it was there."""


class StockReserved(Data):
    """All stock of an order is reserved. For: the order service."""

    EXAMPLE = {"orderId": _ORDER}
    order_id: Id


class StockRejected(Data):
    """Some product of an order was short; nothing is reserved. For: the order service."""

    EXAMPLE = {"orderId": _ORDER, "reason": "out of stock", "productIds": ["60"]}
    order_id: Id
    reason: Literal["out of stock"]
    product_ids: list[Id] = Field(min_length=1, max_length=MAX_LINES)


class PaymentSucceeded(Data):
    """A charge went through. For: the order service, which makes the order paid when the amount is the order's."""

    EXAMPLE = {"paymentId": _PAYMENT, "orderId": _ORDER, "amountCents": 25800, "currency": "EUR"}
    payment_id: Id
    order_id: Id
    amount_cents: Cents
    currency: Currency


class PaymentFailed(Data):
    """A charge was declined or could not be made. For: the order service."""

    EXAMPLE = {"paymentId": _PAYMENT, "orderId": _ORDER, "reason": "card_declined"}
    payment_id: Id
    order_id: Id
    reason: Code


class PaymentRefunded(Data):
    """A charge was given back: its order was cancelled, or it came late. For: the order service."""

    EXAMPLE = {
        "paymentId": _PAYMENT,
        "orderId": _ORDER,
        "amountCents": 25800,
        "currency": "EUR",
        "reason": "cancelled",
    }
    payment_id: Id
    order_id: Id
    amount_cents: Cents
    currency: Currency
    reason: _Words


class ProductChanged(Data):
    """A product was added, edited, stocked or deleted. For: the order service, which shows names and pictures. The
    highest version counts."""

    EXAMPLE = {
        "productId": "1",
        "name": "Over-ear headphones",
        "imageUrl": "/images/products/1.svg",
        "version": 2,
        "deleted": False,
    }
    product_id: Id
    name: Annotated[str, StringConstraints(pattern=_NO_NUL, min_length=1, max_length=200)]
    image_url: Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=500)]
    version: int = Field(ge=1, le=_MAX_VERSION)
    deleted: bool


CONTRACTS: dict[str, type[Data]] = {
    "order.created": OrderCreated,
    "order.paid": OrderPaid,
    "order.cancelled": OrderCancelled,
    "stock.reserved": StockReserved,
    "stock.rejected": StockRejected,
    "payment.succeeded": PaymentSucceeded,
    "payment.failed": PaymentFailed,
    "payment.refunded": PaymentRefunded,
    "product.changed": ProductChanged,
}
"""By type: what its `data` is."""
