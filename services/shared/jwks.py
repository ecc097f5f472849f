"""Where services other than the user service get the token keys from."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.shared.answers import Answer
from services.shared.peer import Peer

__all__ = ["jwks_from"]


class _Key(Answer):
    """A public Ed25519 key (RFC 8037); no other kind verifies our tokens."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    kid: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$")]
    alg: Literal["EdDSA"] = "EdDSA"


class _KeySet(Answer):
    """A key set (RFC 7517): the key of today, and for a while that of yesterday."""

    keys: list[_Key] = Field(min_length=1, max_length=16)


def jwks_from(user_service: Peer) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A `fetch_jwks` for TokenVerifier that asks the user service."""

    async def fetch() -> dict[str, Any]:
        return user_service.read(await user_service.get("/.well-known/jwks.json"), _KeySet).model_dump()

    return fetch
