"""What the provider's clients send and get."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, HttpUrl, SecretStr

from services.provider.cards import CARDS, ChargeStatus
from services.shared.money import MAX_CENTS
from services.shared.schemas import Identifier, Page, Request, Schema, Whole

__all__ = [
    "CardRequest",
    "CardResponse",
    "ChargeRequest",
    "ChargeResponse",
    "LedgerEntryResponse",
    "LedgerPageResponse",
    "RefundResponse",
]


def _known(number: SecretStr) -> SecretStr:
    if number.get_secret_value() not in CARDS:
        raise ValueError("this is none of the test numbers")
    return number


class CardRequest(Request):
    """A card as it comes in; of the number only the last four digits are kept, of the rest nothing."""

    number: Annotated[SecretStr, AfterValidator(_known)]
    exp_month: Whole = Field(ge=1, le=12)
    exp_year: Whole = Field(ge=2000, le=2100)
    cvc: SecretStr = Field(min_length=3, max_length=4)


class ChargeRequest(Request):
    """A charge. `payment_id` is the client's id: sending it again changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "paymentId": "p-1",
                    "amountCents": 1999,
                    "currency": "EUR",
                    "card": {"number": "4242424242424242", "expMonth": 12, "expYear": 2099, "cvc": "123"},
                    "callbackUrl": "http://payment-service:8000/api/payments/webhook",
                }
            ]
        }
    )

    payment_id: Identifier
    amount_cents: Whole = Field(ge=0, le=MAX_CENTS)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    card: CardRequest
    callback_url: HttpUrl


class CardResponse(Schema):
    """What may be known of a card."""

    brand: str
    last4: str


class ChargeResponse(Schema):
    """A charge as it stands."""

    charge_id: str
    payment_id: str
    amount_cents: int
    currency: str
    card: CardResponse
    status: ChargeStatus
    reason: str | None
    created_at: datetime
    decided_at: datetime | None


class RefundResponse(Schema):
    """The refund of a whole charge; there is at most one."""

    refund_id: str
    payment_id: str
    amount_cents: int
    currency: str
    created_at: datetime


class LedgerEntryResponse(ChargeResponse):
    """A charge with its refund."""

    refund: RefundResponse | None


class LedgerPageResponse(Page[LedgerEntryResponse]):
    """One page of the ledger."""
