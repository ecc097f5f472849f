"""The request id: one opaque name for everything that one request of a client causes."""

import re
import uuid
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from observability.redaction import looks_secret

__all__ = ["HEADER", "accept", "bound", "current", "of_scope"]

HEADER = "x-request-id"
_VALID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SCOPE_KEY = "observability.request_id"
_current: ContextVar[str] = ContextVar("request_id", default="")


def accept(value: str | None) -> str:
    """The client's id when it has the agreed form and is no card or token by its look, else a new one."""
    if value is not None and _VALID.fullmatch(value) and not looks_secret(value):
        return value
    return uuid.uuid4().hex


def current() -> str:
    """The id of the request or message being handled, or an empty string outside of one."""
    return _current.get()


@contextmanager
def bound(request_id: str) -> Iterator[None]:
    """Make `request_id` the current one inside the block."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def of_scope(scope: MutableMapping[str, Any]) -> str:
    """The id of an ASGI request; decided once, by whoever asks first, and kept in the scope."""
    if _SCOPE_KEY not in scope:
        raw = next((v for k, v in scope["headers"] if k == HEADER.encode()), None)
        scope[_SCOPE_KEY] = accept(raw.decode("latin-1") if raw else None)
    found: str = scope[_SCOPE_KEY]
    return found
