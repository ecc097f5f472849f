"""What a drill breaks inside of any service, when its flag is on. Faults of one service are in its own files.

Whoever calls a function of this module has asked `flags.are_on` before, so that nothing is paid while it is False.
"""

import time

from services.shared.flags import flags

__all__ = ["DrillError", "in_route", "once_a_second"]

_MIB = 2**20
_held: list[bytes] = []  # what leaked


class DrillError(Exception):
    """A drill makes this request fail."""


def in_route(route: str) -> None:
    """Fail a request of this route."""
    if flags.value("route-errors", route=route):
        raise DrillError(f"a drill makes {route} fail")


def once_a_second() -> None:
    """Break the process itself: leak and block. When no flag is on any more, give back what leaked."""
    if not flags.are_on:
        _held.clear()
        return
    if leak := flags.value("memory-leak"):
        if len(_held) < leak["most"]:
            _held.append(b"\x01" * (leak["mebibytes"] * _MIB))
    else:
        _held.clear()
    if blocked := flags.value("event-loop-blocked"):
        time.sleep(blocked["seconds"])
