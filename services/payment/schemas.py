"""What clients and the provider send and get."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from services.payment.states import Failure, Status
from services.shared.answers import Answer, Name
from services.shared.money import Cents, Currency
from services.shared.schemas import Identifier, Request, Schema, Whole

__all__ = [
    "CardRequest",
    "CardResponse",
    "Charge",
    "OrderPaymentsResponse",
    "PaymentRequest",
    "PaymentResponse",
    "ProviderResult",
    "WebhookResponse",
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


class CardRequest(Request):
    """A card as a client sends it. It is good to the end of its month."""

    number: Annotated[SecretStr, AfterValidator(_test_number)]
    exp_month: Whole = Field(ge=1, le=12)
    exp_year: Whole = Field(ge=2000, le=2100)
    cvc: Annotated[SecretStr, AfterValidator(_cvc)]

    @model_validator(mode="after")
    def _not_expired(self) -> Self:
        today = datetime.now(UTC)
        if (self.exp_year, self.exp_month) < (today.year, today.month):
            raise ValueError("the card has expired")
        return self


class PaymentRequest(Request):
    """Pay an order. Amount, currency and owner are the order's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "orderId": "01930d0e-5f5c-7cc1-a1e6-1b8a5f0b7a01",
                    "card": {"number": "4242424242424242", "expMonth": 12, "expYear": 2099, "cvc": "123"},
                }
            ]
        }
    )

    order_id: Identifier
    card: CardRequest


class CardResponse(Schema):
    """What is kept of a card."""

    brand: str
    last4: str


class PaymentResponse(Schema):
    """One attempt to pay an order."""

    id: str
    order_id: str
    status: Status
    amount_cents: int
    currency: str
    card: CardResponse
    reason: Failure | None = Field(description="why it failed, for programs")
    created_at: datetime
    updated_at: datetime


class OrderPaymentsResponse(PaymentResponse):
    """The latest attempt, and all of them, newest first."""

    attempts: list[PaymentResponse]


class WebhookResponse(Schema):
    """What was done with a call of the provider."""

    outcome: Literal["applied", "duplicate", "contradiction"]


class ProviderResult(Answer):
    """What the provider tells of a charge by a call back; it may come to say more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"paymentId": "p-1", "chargeId": "c-1", "status": "declined", "reason": "card_declined"},
            ]
        }
    )

    payment_id: Identifier
    charge_id: Identifier
    status: Literal["processing", "succeeded", "declined"]
    reason: Name | None = None

    @property
    def failure(self) -> Failure | None:
        """Why it was declined, in our own words."""
        if self.status != "declined":
            return None
        known = self.reason == Failure.CARD_DECLINED
        return Failure.CARD_DECLINED if known else Failure.DECLINED


class Charge(ProviderResult):
    """What the provider answers when it is asked."""

    amount_cents: Cents
    currency: Currency
