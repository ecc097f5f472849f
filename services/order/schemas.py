"""What clients send and get."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict

from services.order.countries import find_country
from services.order.states import Reason, Status
from services.shared.events.contracts import MAX_LINES, MAX_QUANTITY
from services.shared.money import MAX_CENTS
from services.shared.schemas import WHOLE, Identifier, Page, Request, Schema, Text, Whole

__all__ = [
    "AddressRequest",
    "AddressResponse",
    "OrderItemRequest",
    "OrderLineResponse",
    "OrderPageResponse",
    "OrderRequest",
    "OrderResponse",
    "OrderStatisticsResponse",
    "OrderStepResponse",
    "OrderTimelineResponse",
    "RevenueResponse",
    "StatusCountResponse",
    "StatusRequest",
]

_Short = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
_Perhaps = Annotated[Text, StringConstraints(max_length=200)] | None


class OrderItemRequest(Request):
    """A product and how many of it."""

    product_id: Identifier
    quantity: Whole = Field(ge=1, le=MAX_QUANTITY)


def _known(code: str) -> str:
    if find_country(code) is None:
        raise ValueError("must be a country of ISO 3166-1, such as DE")
    return code


class AddressResponse(Schema):
    """Where an order is sent. Those of older orders stay as they were given."""

    name: str
    line1: str
    line2: str | None = None
    country: str
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


class AddressRequest(Request):
    """Where to send it. City and postal code are needed where the country has them; a state may be told."""

    name: _Short
    line1: _Short
    line2: _Perhaps = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_known)] = Field(
        description="ISO 3166-1 alpha-2"
    )
    city: _Perhaps = Field(None, validate_default=True)
    state: _Perhaps = None
    postal_code: Annotated[Text, StringConstraints(max_length=20)] | None = Field(None, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _each_under_its_name(cls, given: Any) -> Any:
        """What is left out is refused under the name that clients know it by."""
        return {"city": None, "postalCode": None, **given} if isinstance(given, dict) else given

    @field_validator("city", "postal_code")
    @classmethod
    def _as_the_country_has_it(cls, value: str | None, info: ValidationInfo) -> str | None:
        place = find_country(info.data.get("country", ""))
        if not value and place is not None and info.field_name in place.needs:
            raise ValueError(f"is needed in {info.data['country']}")
        return value or None


_LONG_FORM: JsonDict = {
    "items": [{"productId": "p-1", "quantity": 2}, {"productId": "p-2", "quantity": 1}],
    "shippingAddress": {
        "name": "Ada Lovelace",
        "line1": "1 Main Street",
        "country": "DE",
        "city": "Berlin",
        "postalCode": "10115",
    },
    "expectedTotalCents": 5997,
}


class OrderRequest(Request):
    """`items`, or the short form with `productId` and `quantity`. Lines of the same product are merged."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LONG_FORM, {"productId": "p-1", "quantity": 2}]})

    items: list[OrderItemRequest] = Field(default_factory=list, max_length=MAX_LINES, fail_fast=True)
    product_id: Identifier | None = None
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY), WHOLE] | None = None
    shipping_address: AddressRequest | None = None
    expected_total_cents: Annotated[int, Field(ge=0, le=MAX_CENTS), WHOLE] | None = Field(
        default=None, description="409 when the total is another"
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.product_id is not None:
            if self.items:
                raise ValueError("send either items or productId, not both")
            self.items = [OrderItemRequest(productId=self.product_id, quantity=self.quantity or 1)]
        elif self.quantity is not None:
            raise ValueError("quantity without productId")
        self.product_id = self.quantity = None
        if not self.items:
            raise ValueError("an order needs at least one item")
        merged: dict[str, int] = {}
        for item in self.items:
            merged[item.product_id] = merged.get(item.product_id, 0) + item.quantity
        if max(merged.values()) > MAX_QUANTITY:
            raise ValueError(f"at most {MAX_QUANTITY} of a product")
        self.items = [OrderItemRequest(productId=k, quantity=v) for k, v in merged.items()]
        return self


class StatusRequest(Request):
    """The state to move to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"status": "cancelled", "reason": "I changed my mind."},
            ]
        }
    )

    status: Status
    reason: Annotated[Text, StringConstraints(max_length=200)] | None = None


class OrderLineResponse(Schema):
    """A line of an order; the price is the one at the time it was placed."""

    product_id: str
    name: str
    image_url: str
    unit_price_cents: int
    quantity: int


class OrderResponse(Schema):
    """An order."""

    id: str
    user_id: str
    status: Status
    total_cents: int
    currency: str
    lines: list[OrderLineResponse]
    shipping_address: AddressResponse | None
    reason: str | None = Field(description="words for people; a customer may have chosen them")
    reason_code: Reason | None = Field(description="the same for programs")
    created_at: datetime
    updated_at: datetime


class OrderPageResponse(Page[OrderResponse]):
    """One page of orders."""


class OrderStepResponse(Schema):
    """One entry of an order's log."""

    seq: int = Field(description="the place in the log of all orders")
    event: str = Field(description="order.created or order.moved")
    status: Status = Field(description="the state that the order had from then on")
    at: datetime
    reason: str | None = Field(description="words for people; a customer may have chosen them")
    reason_code: Reason | None = Field(description="the same for programs")


class OrderTimelineResponse(Schema):
    """What happened to an order, oldest first, and the request and the trace in which it was placed."""

    order_id: str
    trace_id: str | None
    request_id: str
    steps: list[OrderStepResponse]


class StatusCountResponse(Schema):
    """How many orders are in a state."""

    status: Status
    count: int
    is_more: bool = Field(description="there are more than are counted")


class RevenueResponse(Schema):
    """What was paid for the orders that were placed in the last `days` days, in one currency."""

    days: int
    currency: str
    orders: int
    total_cents: int


class OrderStatisticsResponse(Schema):
    """The numbers of all orders. A window without a paid order has no entry in `revenue`."""

    by_status: list[StatusCountResponse]
    revenue: list[RevenueResponse]
