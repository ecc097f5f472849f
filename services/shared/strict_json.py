"""JSON as RFC 8259 defines it, in which everybody reads the same."""

import json
from typing import Any

__all__ = ["loads"]


def loads(text: str) -> Any:
    """What the text says. Raises ValueError, also for NaN, Infinity, a name twice in one object, and many levels.

    Of two members with one name, some programs take the first, and some the last.
    """
    try:
        return json.loads(text, object_pairs_hook=_with_each_name_once, parse_constant=_refuse_constant)
    except RecursionError:  # not chained: it is thousands of lines
        raise ValueError("too deeply nested") from None


def _with_each_name_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
