"""Keep secrets out of all output: by the name of a field, and by the look of a value (secrets.py)."""

import math
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any

from structlog.typing import EventDict

from observability.secrets import LEAST_CARD, REDACTED, SECRET_NAMES, hide

__all__ = ["is_secret_name", "looks_secret", "redact", "redact_event"]

_IDENTIFIERS = {"timestamp", "request_id", "trace_id", "span_id", "trace_flags"}  # may look like numbers of cards
_DEEPEST = 12  # levels of containers; below, and in a circle, there is only text


def redact(value: Any) -> Any:
    """A copy of `value` without secrets, of types that JSON knows; containers are searched to their ends."""
    return _redact(value, _DEEPEST)


def looks_secret(text: str) -> bool:
    """Whether `text` holds what looks like a secret: then it is no id, and no name of anything."""
    return hide(text) != text


def _redact(value: Any, depth: int) -> Any:
    if type(value) is str:  # most are
        return hide(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value < LEAST_CARD or hide(str(value)) == str(value) else REDACTED
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return _redact(int(value), 0) if value >= LEAST_CARD and value.is_integer() else value
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    if depth > 0 and isinstance(value, Mapping):
        return {_redact(k, 0): _field(k, v, depth - 1) for k, v in value.items()}
    if depth > 0 and isinstance(value, (list, tuple, Set)):
        items = list(value)
        if len(items) == 2 and isinstance(items[0], (str, bytes)):  # a header or another pair
            return [_redact(items[0], 0), _field(items[0], items[1], depth - 1)]
        return [_redact(item, depth - 1) for item in items]
    return hide(value if isinstance(value, str) else _text(value))


def _field(name: Any, value: Any, depth: int) -> Any:
    secret = is_secret_name(name if type(name) is str else _text(name))
    return REDACTED if secret and value is not None else _redact(value, depth)


@lru_cache(maxsize=2048)
def is_secret_name(name: str) -> bool:
    """Whether what a field of this name holds is a secret."""
    return SECRET_NAMES.search(name) is not None


def _text(value: Any) -> str:
    try:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    except Exception:  # a log line must not fail because of what it tells about
        return f"<{type(value).__name__}>"


def redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """structlog processor: `redact` for a whole log event. Runs last, after exceptions became text."""
    changed = {}
    for name, value in event.items():
        if name in _IDENTIFIERS:
            continue
        kind = type(value)
        if is_secret_name(name):
            new = value if value is None else REDACTED
        elif kind is str:
            new = hide(value)
        elif kind is float and 0 <= value < LEAST_CARD:
            continue
        else:
            new = _redact(value, _DEEPEST - 1)
        if new is not value:
            changed[name] = new
    return {**event, **changed} if changed else event
