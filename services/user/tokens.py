"""Access tokens: signed with Ed25519 (RFC 8037), verifiable by anybody who has the public key."""

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from services.shared.auth import AUDIENCE, ISSUER
from services.shared.events.envelope import new_id

__all__ = ["LIFETIME", "TokenIssuer"]

LIFETIME = 900  # seconds


class TokenIssuer:
    """Signs access tokens and publishes the key that verifies them."""

    def __init__(self, key: Ed25519PrivateKey, *, lifetime: int = LIFETIME) -> None:
        self.lifetime = lifetime
        self._key = key
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}
        self._kid = _thumbprint(self._jwk)

    @classmethod
    def from_file(cls, path: Path) -> "TokenIssuer":
        """Read the key, a PEM file. Raises OSError, or ValueError when it holds no Ed25519 key."""
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} holds no Ed25519 key")
        return cls(key)

    def issue(self, *, user_id: str, role: str, epoch: int) -> str:
        """A token that says who the caller is, for `lifetime` seconds. epoch: of the account's sessions."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "role": role,
            "epoch": epoch,
            "iat": now,
            "exp": now + self.lifetime,
            "jti": new_id(),
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid})

    def jwks(self) -> dict[str, Any]:
        """The public key as a key set (RFC 7517)."""
        return {"keys": [{**self._jwk, "kid": self._kid, "use": "sig", "alg": "EdDSA"}]}

    async def fetch_jwks(self) -> dict[str, Any]:
        """The key set, in the form in which a TokenVerifier asks for it."""
        return self.jwks()


def _thumbprint(jwk: dict[str, str]) -> str:
    """RFC 7638: the hash of the required members, sorted, without white space."""
    return _base64url(hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
