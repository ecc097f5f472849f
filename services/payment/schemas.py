"""What clients and the provider send and get."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic.alias_generators import to_camel

from services.payment.states import Status
from services.shared.schemas import Identifier, Schema

__all__ = [
    "CardSent",
    "CardShown",
    "PaymentRequest",
    "PaymentView",
    "PaymentsOfOrder",
    "ProviderResult",
    "WebhookAnswer",
]

_TEST_NUMBERS = {
    "4242424242424242",
    "4000000000000002",
    "4000000000000077",
    "4000000000000259",
    "4000000000000341",
}


def _test_number(number: SecretStr) -> SecretStr:
    if number.get_secret_value() not in _TEST_NUMBERS:
        raise ValueError("only the test numbers of the documentation are accepted")
    return number


def _cvc(cvc: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]{3,4}", cvc.get_secret_value()):
        raise ValueError("must be 3 or 4 digits")
    return cvc


class CardSent(Schema):
    """A card as a client sends it. It is good to the end of its month."""

    number: Annotated[SecretStr, AfterValidator(_test_number)]
    exp_month: int = Field(ge=1, le=12)
    exp_year: int = Field(ge=2000, le=2100)
    cvc: Annotated[SecretStr, AfterValidator(_cvc)]

    @model_validator(mode="after")
    def _not_expired(self) -> Self:
        today = datetime.now(UTC)
        if (self.exp_year, self.exp_month) < (today.year, today.month):
            raise ValueError("the card has expired")
        return self


class PaymentRequest(Schema):
    """Pay an order. Amount, currency and owner are the order's."""

    order_id: Identifier
    card: CardSent


class CardShown(Schema):
    """What is kept of a card."""

    brand: str
    last4: str


class PaymentView(Schema):
    """One attempt to pay an order."""

    id: str
    order_id: str
    status: Status
    amount_cents: int
    currency: str
    card: CardShown
    reason: str | None
    created_at: datetime
    updated_at: datetime


class PaymentsOfOrder(PaymentView):
    """The latest attempt, and all of them, newest first."""

    attempts: list[PaymentView]


class WebhookAnswer(Schema):
    """What was done with a call of the provider."""

    outcome: Literal["applied", "duplicate", "contradiction"]


class ProviderResult(BaseModel, alias_generator=to_camel, extra="ignore"):
    """What the provider says of a charge, in a call back or when asked; it may come to say more."""

    payment_id: str = Field(max_length=64)
    charge_id: str = Field(max_length=64)
    status: Literal["processing", "succeeded", "declined"]
    reason: str | None = Field(None, max_length=64)
