"""Calls of the provider: believed only with a fresh signature, harmless when they come twice or late.

A payment that is not known is answered with 404, on purpose not with 2xx: the row was committed before the
provider ever heard of it, so this is a database that lost something. The provider then keeps its news and tries
again for a day, in which the row may be restored.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from typing import Literal

from pydantic import SecretStr

from observability.logging import get_logger
from services.payment import metrics
from services.payment.commands import Outcome, conclude
from services.payment.schemas import ProviderResult
from services.shared import strict_json
from services.shared.database import Database
from services.shared.errors import NotFound, ProblemError, Unprocessable

__all__ = ["receive", "verify"]

_WINDOW = 300  # seconds that a signature is good for
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)  # seconds since 1970
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)
_CHALLENGE = {"WWW-Authenticate": "Signature"}
_log = get_logger("webhook")


class BadSignature(ProblemError):
    """The call is not from the provider."""

    status = 401


class OldSignature(BadSignature):
    """The signature is good, but its time is far from now."""


def verify(
    secret: SecretStr, timestamps: Sequence[str], signatures: Sequence[str], body: bytes, now: float
) -> None:
    """Check a signature: `sha256=` and the hex HMAC of "<timestamp>.<body>". Raises BadSignature.

    timestamps, signatures: the values of these headers; there must be one of each, so that nobody reads another
    one than we do. now: seconds since 1970. Compared in constant time (RFC 2104).
    """
    timestamp = _only(_TIMESTAMP, timestamps)
    signature = _only(_SIGNATURE, signatures)
    signed = timestamp.encode() + b"." + body
    expected = "sha256=" + hmac.digest(secret.get_secret_value().encode(), signed, hashlib.sha256).hex()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature("The signature is not good.", headers=_CHALLENGE)
    if abs(now - int(timestamp)) > _WINDOW:
        raise OldSignature("The signature is too old.", headers=_CHALLENGE)


def _only(form: re.Pattern[str], values: Sequence[str]) -> str:
    if len(values) != 1 or not form.fullmatch(values[0]):
        detail = "One timestamp and one signature are needed, in the agreed form."
        raise BadSignature(detail, headers=_CHALLENGE)
    return values[0]


async def receive(
    *, database: Database, secret: SecretStr, timestamps: Sequence[str], signatures: Sequence[str], body: bytes
) -> Literal["applied", "duplicate", "contradiction"]:
    """Take in one call of the provider. Raises BadSignature, Unprocessable, or NotFound for an unknown payment."""
    try:
        verify(secret, timestamps, signatures, body, time.time())
    except BadSignature as error:
        # Anybody can call without our secret. Who has it is the provider: refusing it is for somebody to look at.
        metrics.webhooks.labels("unusable" if isinstance(error, OldSignature) else "rejected").inc()
        _log.warning("webhook.rejected", reason=error.detail)
        raise
    try:
        strict_json.loads(body.decode())  # the model's own reader takes a name twice
        result = ProviderResult.model_validate_json(body)
    except ValueError as error:
        metrics.webhooks.labels("unusable").inc()
        _log.error("webhook.rejected", reason="not in the agreed form")
        raise Unprocessable("The body is not in the agreed form.") from error
    outcome = await _apply(database, result)
    metrics.webhooks.labels(outcome).inc()
    _log.info("webhook.received", payment_id=result.payment_id, status=result.status, outcome=outcome)
    if outcome == "unknown":
        raise NotFound("There is no such payment.")
    return outcome


async def _apply(database: Database, result: ProviderResult) -> Outcome:
    if result.status == "processing":  # says nothing new: it is so from the start
        return "duplicate"
    return await conclude(
        database,
        payment_id=result.payment_id,
        succeeded=result.status == "succeeded",
        failure=result.failure,
        charge_id=result.charge_id,
    )
