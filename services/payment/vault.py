"""Cards are sealed while they are needed, and never kept longer (docs/adr/0003)."""

import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from services.payment.schemas import CardRequest, PaymentRequest

__all__ = ["InvalidToken", "Vault"]


class Vault:
    """Seals cards with one key. key: 32 bytes, base64 as Fernet has it."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)
        self._digest_key = hmac.digest(key.encode(), b"idempotency", hashlib.sha256)

    def seal(self, card: CardRequest) -> str:
        """The card, encrypted and authenticated."""
        return self._fernet.encrypt(json.dumps(_plain(card)).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """The card in the provider's form. Raises InvalidToken when it was sealed with another key."""
        card: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        return card

    def fingerprint(self, request: PaymentRequest) -> str:
        """A keyed digest of a request: a plain one would give the card away to who tries all numbers."""
        body = json.dumps([request.order_id, _plain(request.card)]).encode()
        return hmac.digest(self._digest_key, body, hashlib.sha256).hex()


def _plain(card: CardRequest) -> dict[str, Any]:
    return {
        "number": card.number.get_secret_value(),
        "expMonth": card.exp_month,
        "expYear": card.exp_year,
        "cvc": card.cvc.get_secret_value(),
    }
