"""Keep secrets out of logs: by the name of a field, and by the look of a value."""

import re
from typing import Any

from structlog.typing import EventDict

__all__ = ["REDACTED", "redact", "redact_event"]

REDACTED = "[redacted]"
_IDENTIFIERS = {"timestamp", "request_id", "trace_id", "span_id"}  # may look like numbers of cards
_SECRET_NAMES = re.compile(
    r"passw|secret|token(?!_?type)|authoriz|cookie|credential|api_?key|private_?key|\bcvc\b|\bcvv\b|"
    r"card_?number|^number$|signature",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"(?P<bearer>\bBearer\s+)\S+"  # Authorization headers
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JSON Web Tokens
    r"|(?P<dsn>\b[a-z][\w+.-]*://[^\s:/@]*:)[^\s@]+(?=@)"  # passwords in URLs
    r"|\$argon2[^\s'\"]+"  # password hashes
    r"|(?P<field>[\"']?(?:password|cvc|number|refreshToken|token)[\"']?\s*[:=]\s*[\"']?)[^\s\"',}&]+"
    r"|(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])",  # card numbers: 13 to 19 digits, grouped or not
    re.IGNORECASE,
)


def _hide(match: re.Match[str]) -> str:
    kept = match["bearer"] or match["dsn"] or match["field"] or ""
    return kept + REDACTED


def redact(value: Any) -> Any:
    """A copy of `value` without secrets; containers are searched to their ends."""
    if isinstance(value, str):
        return _SECRET_VALUES.sub(_hide, value)
    if isinstance(value, bytes):
        return redact(value.decode("utf-8", "replace"))
    if isinstance(value, dict):
        return {
            str(k): REDACTED if _SECRET_NAMES.search(str(k)) and v is not None else redact(v)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(v) for v in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(str(value))


def redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """structlog processor: `redact` for a whole log event. Runs last, after exceptions became text."""
    return {k: v if k in _IDENTIFIERS else redact({k: v})[k] for k, v in event.items()}
