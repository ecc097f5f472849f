"""The header Idempotency-Key, and what a body is compared by. Who remembers keys, and where, is the service's."""

import hashlib
from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator, BaseModel, Field

from services.shared.errors import Unprocessable
from services.shared.schemas import no_secret

__all__ = ["IdempotencyKey", "fingerprint", "reused"]

_Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,128}$"), AfterValidator(no_secret)]
IdempotencyKey = Annotated[_Key | None, Header(alias="Idempotency-Key")]
"""The header: 1 to 128 visible ASCII characters that are no card and no token."""


def fingerprint(body: BaseModel) -> str:
    """A digest of a validated body, the same however the client spelled it.

    Not for a body with a `SecretStr`: secrets are masked in it, so bodies that differ only in them are the same.
    """
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()


def reused() -> Unprocessable:
    """The refusal of a key that came before with another body."""
    return Unprocessable("This Idempotency-Key was used with another body.", kind="idempotency-key-reused")
