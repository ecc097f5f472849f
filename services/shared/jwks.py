"""Where services other than the user service get the token keys from."""

from typing import Any

from services.shared.http_client import Peer

__all__ = ["jwks_from"]


def jwks_from(user_service: Peer) -> Any:
    """A `fetch_jwks` for TokenVerifier that asks the user service."""

    async def fetch() -> dict[str, Any]:
        response = await user_service.get("/.well-known/jwks.json")
        document: dict[str, Any] = response.raise_for_status().json()
        return document

    return fetch
