"""Reads JSON of which nothing is certain: every member may be missing, null, or of another kind."""

from collections.abc import Iterator, Mapping
from typing import Any

_LARGEST = 2**64 - 1


def text(value: object) -> str:
    """A string as it is, nothing for what is not there, else what Python writes."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def whole(value: object) -> int:
    """A number of nanoseconds or of a kind, given as a number or as text; 0 where it is neither."""
    try:
        return max(0, min(int(value), _LARGEST))  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return 0


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list."""
    if isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, dict))
