"""The request id: one opaque name for everything that one request of a client causes."""

import random
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any

from observability.redaction import looks_secret

__all__ = ["HEADER", "accept", "bind", "bound", "current", "of_scope", "unbind"]

HEADER = "x-request-id"
_VALID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_MADE = re.compile(r"[0-9a-f]{32}")  # by us or by the gateway: no secret looks like that
_random = random.Random()  # noqa: S311 - a name, no secret; the system's own costs a call of it for each
_NAME = HEADER.encode()
_SCOPE_KEY = "observability.request_id"
_current: ContextVar[str] = ContextVar("request_id", default="")


def accept(value: str | None) -> str:
    """The client's id when it has the agreed form and is no card or token by its look, else a new one."""
    if value is not None and (_MADE.fullmatch(value) or (_VALID.fullmatch(value) and not looks_secret(value))):
        return value
    return f"{_random.getrandbits(128):032x}"


def current() -> str:
    """The id of the request or message being handled, or an empty string outside of one."""
    return _current.get()


def bind(request_id: str) -> Token[str]:
    """Make `request_id` the current one, until `unbind` is called with what this returns."""
    return _current.set(request_id)


def unbind(token: Token[str]) -> None:
    """Undo a `bind`."""
    _current.reset(token)


@contextmanager
def bound(request_id: str) -> Iterator[None]:
    """Make `request_id` the current one inside the block."""
    token = bind(request_id)
    try:
        yield
    finally:
        unbind(token)


def of_scope(scope: MutableMapping[str, Any]) -> str:
    """The id of an ASGI request; decided once, by whoever asks first, and kept in the scope."""
    found: str | None = scope.get(_SCOPE_KEY)
    if found is None:
        raw = None
        for name, value in scope["headers"]:
            if name == _NAME:
                raw = value.decode("latin-1")
                break
        found = scope[_SCOPE_KEY] = accept(raw)
    return found
