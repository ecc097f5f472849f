"""Keep secrets out of logs: by the name of a field, and by the look of a value."""

import math
import re
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any

from structlog.typing import EventDict

__all__ = ["REDACTED", "redact", "redact_event"]

REDACTED = "[redacted]"
_IDENTIFIERS = {"timestamp", "request_id", "trace_id", "span_id"}  # may look like numbers of cards
_DEEPEST = 12  # levels of containers; below, and in a circle, there is only text
_SECRET_NAMES = re.compile(
    r"passw|passphrase|secret|token(?!_?type)|authoriz|cookie|credential|api[_-]?key|private[_-]?key|"
    r"(?<![a-z])(?:pwd|cvc|cvv|pan)(?![a-z])|Cv[cv]2?$|card[_-]?no|card[_-]?num|^number$|signature",
    re.IGNORECASE,
)
_CARD = r"[2-6]\d(?:[ \u00a0-]?\d){11,17}"  # 13 to 19 digits, grouped or not; epochs in ms or ns begin with 1
_QUOTED = r"(?-i:b)?(?:\"(?:[^\"\\]|\\.){0,2000}\"|'(?:[^'\\]|\\.){0,2000}')"
# Every repetition before something that must follow is bounded: a hostile value must not cost seconds.
_SECRET_VALUES = re.compile(
    r"(?P<scheme>\b(?:Bearer|Basic|Digest)\s{1,9})(?=\S{0,200}[\d=._-])[^\s'\",]+"  # Authorization headers
    r"|eyJ[\w-]{8,}(?:\.[\w-]*)*"  # JSON Web Tokens, whole or cut
    r"|(?P<dsn>\b[a-z][\w+.-]{0,30}://[^\s:/@]{0,200}:)(?:[^\s/?#]{1,200}|[^\s@]{1,200})(?=@)"  # passwords in URLs
    r"|\$argon2[^\s'\"]+"  # password hashes
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)"
    r"|(?P<header>\b(?:authorization|set-cookie|cookie)['\"]?\s{0,9}[:=,]\s{0,9})"
    rf"(?:{_QUOTED}|[^\r\n'\"]+)"
    r"|(?P<field>(?:passw|passphrase|secret|token(?!_?type)|api_?key|private_?key|cvc|cvv)\w{0,20}['\"]?"
    rf"\s{{0,9}}[:=]\s{{0,9}}|['\"]number['\"]\s{{0,9}}:\s{{0,9}})(?:{_QUOTED}|[^\s\"',;}}&)]+)"
    # what PostgreSQL says of a row that breaks a constraint
    r"|(?P<key>\bKey \([^)]{0,200}\)=\()[^\r\n]*?(?=\) (?:already exists|is not present|is still)|$)"
    r"|(?P<input>\binput_value=).*?(?=, input_type=|$)"  # pydantic shows what it refused
    rf"|(?<![0-9a-f])(?<![0-9a-f]{{4}}-){_CARD}(?![0-9a-f]|-[0-9a-f]{{2}})",
    re.IGNORECASE | re.DOTALL,
)
_SUSPECT = re.compile(r"[\s:=,$]|[eE][yY][jJ]|\d(?:-?\d){12}")  # cheap: most values need no closer look
_KEPT = ("scheme", "dsn", "header", "field", "key", "input")


def _hide(match: re.Match[str]) -> str:
    return next((match[name] for name in _KEPT if match[name]), "") + REDACTED


def redact(value: Any) -> Any:
    """A copy of `value` without secrets, of types that JSON knows; containers are searched to their ends."""
    return _redact(value, _DEEPEST)


def _redact(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return REDACTED if value > 10**12 and re.fullmatch(_CARD, str(value)) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    if depth > 0 and isinstance(value, Mapping):
        return {_redact(k, 0): _field(k, v, depth - 1) for k, v in value.items()}
    if depth > 0 and isinstance(value, (list, tuple, Set)):
        items = list(value)
        if len(items) == 2 and isinstance(items[0], (str, bytes)):  # a header or another pair
            return [_redact(items[0], 0), _field(items[0], items[1], depth - 1)]
        return [_redact(item, depth - 1) for item in items]
    text = value if isinstance(value, str) else _text(value)
    return _SECRET_VALUES.sub(_hide, text) if _SUSPECT.search(text) else text


def _field(name: Any, value: Any, depth: int) -> Any:
    return REDACTED if value is not None and _is_secret(_text(name)) else _redact(value, depth)


@lru_cache(maxsize=2048)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _text(value: Any) -> str:
    try:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    except Exception:  # a log line must not fail because of what it tells about
        return f"<{type(value).__name__}>"


def redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """structlog processor: `redact` for a whole log event. Runs last, after exceptions became text."""
    return {k: v if k in _IDENTIFIERS else _field(k, v, _DEEPEST) for k, v in event.items()}
