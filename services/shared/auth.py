"""Who is asking: EdDSA tokens of the user service (RFC 8037, RFC 7519), verified offline by its public keys."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from observability.limits import TimeLimit
from observability.logging import get_logger
from observability.spans import annotate_enduser, untraced
from services.shared.errors import Forbidden, Unauthorized, Unavailable
from services.shared.parts import part

__all__ = ["AUDIENCE", "ISSUER", "Admin", "Caller", "CurrentUser", "TokenVerifier"]

ISSUER = "user-service"
AUDIENCE = "shop"
_REFETCH = 10.0  # seconds between two fetches of keys, whatever `kid`s are sent
_PREFETCH = 1.0  # seconds that a start waits for keys at most
_LEEWAY = 5  # seconds that clocks may differ
_MOST_KNOWN = 2_000  # verified tokens that are remembered, about 1 KiB each
# One spelling only: the gateway's limits know a token by the end of it. The last digit of the signature carries
# four bits that mean nothing; they are 0.
_BEARER = re.compile(
    r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw])", re.ASCII
)
_log = get_logger("auth")


@dataclass(frozen=True)
class Caller:
    """A verified caller. token: to be passed on in calls made for this user.

    epoch: of the account's sessions, when the token was made; only the user service can compare it.
    """

    id: str
    role: str
    token: str
    epoch: int | None = None

    @property
    def is_admin(self) -> bool:
        """May act on everybody's things."""
        return self.role == "admin"


class TokenVerifier:
    """Verifies access tokens. fetch_jwks: gets the key set (RFC 7517) and raises when it cannot.

    The last known keys are kept, so that tokens stay good while the user service is down. A token that was good is
    good until it expires or other keys are fetched, so its signature is not verified again before that.
    """

    def __init__(self, fetch_jwks: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._fetch = fetch_jwks
        self._keys: dict[str, jwt.PyJWK] = {}
        self._known: dict[str, tuple[Caller, int]] = {}  # by the whole token: its caller, and when it expires
        self._fetched_at = -_REFETCH
        self._fetching = asyncio.Lock()

    async def prefetch(self) -> None:
        """Fetch the keys before the first token comes, if they can be had at once."""
        with contextlib.suppress(Exception), untraced():
            async with TimeLimit(_PREFETCH):
                await self._refetch()

    async def verify(self, token: str) -> Caller:
        """The caller that `token` names. Raises Unauthorized, or Unavailable when no key was ever fetched."""
        known = self._known.get(token)
        if known is not None:
            if time.time() - _LEEWAY < known[1]:
                return known[0]
            del self._known[token]
            raise Unauthorized("The token has expired.", kind="token-expired", is_sent=True)
        try:
            kid = str(jwt.get_unverified_header(token).get("kid"))
            key = await self._key(kid)
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                issuer=ISSUER,
                audience=AUDIENCE,
                leeway=_LEEWAY,
                # A token from the future is one of a clock that is ahead of ours: its end is what protects us.
                options={"require": ["exp", "iat", "sub", "role"], "verify_iat": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("The token has expired.", kind="token-expired", is_sent=True) from error
        except (jwt.PyJWTError, RecursionError) as error:  # RecursionError: a header of brackets
            raise Unauthorized("The token is not valid.", is_sent=True) from error
        user = Caller(id=claims["sub"], role=str(claims["role"]), token=token, epoch=claims.get("epoch"))
        if self._keys.get(kid) is key:  # not when others were fetched meanwhile
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]  # the oldest
            self._known[token] = user, int(claims["exp"])
        return user

    async def _key(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys:
            async with self._fetching:  # those who come meanwhile wait for the answer instead of going without
                if kid not in self._keys and time.monotonic() - self._fetched_at >= _REFETCH:
                    await self._refetch()
        if kid in self._keys:
            return self._keys[kid]
        raise Unauthorized("The token is not valid.", is_sent=True)

    async def _refetch(self) -> None:
        try:
            keys = jwt.PyJWKSet.from_dict(await self._fetch()).keys
        except Exception as error:
            _log.warning("keys.not_fetched", error=repr(error))
            if not self._keys:
                raise Unavailable("The keys to verify tokens are not known yet.") from error
        else:
            self._keys = {str(key.key_id): key for key in keys}
            self._known.clear()
        self._fetched_at = time.monotonic()


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="accessToken")  # names it in OpenAPI
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


_Verifier = Annotated[TokenVerifier, part(TokenVerifier)]


async def _current_user(request: Request, given: _Credentials, verifier: _Verifier) -> Caller:
    if given is None:
        raise Unauthorized("A bearer token is needed.")
    sent = request.headers.getlist("authorization")
    found = _BEARER.fullmatch(sent[0]) if len(sent) == 1 else None
    if found is None:
        raise Unauthorized("The token is not valid.", is_sent=True)
    user = await verifier.verify(found[1])
    annotate_enduser(user.id)
    return user


CurrentUser = Annotated[Caller, Depends(_current_user)]
"""The verified caller; 401 without one."""


async def _admin(user: CurrentUser) -> Caller:
    if not user.is_admin:
        raise Forbidden("Only an admin may do this.")
    return user


Admin = Annotated[Caller, Depends(_admin)]
"""The verified caller, who is an admin; 403 otherwise."""
