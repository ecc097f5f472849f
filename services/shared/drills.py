"""What a drill breaks inside of any service, when its flag is on. Faults of one service are in its own files.

Whoever calls a function of this module has asked `flags.are_on` before, so that nothing is paid while it is False.
"""

import asyncio
import contextvars
import hashlib
import threading
import time
from collections.abc import Callable, Coroutine

from services.shared.flags import flags

__all__ = ["DrillError", "before_delivery", "in_route", "leak", "once_a_second", "until_it_heals"]

_MIB = 2**20
_PAUSE = 0.5  # seconds between two looks whether a flag is still on
_held: list[bytes] = []  # what leaked
_leaks: set[asyncio.Task[None]] = set()  # each keeps a connection
_burners: list[threading.Thread] = []


class DrillError(Exception):
    """A drill makes this request fail."""


async def in_route(route: str) -> None:
    """Fail a request of this route, or let it wait."""
    if flags.value("route-errors", route=route):
        raise DrillError(f"a drill makes {route} fail")
    if slow := flags.value("route-slow", route=route):
        await asyncio.sleep(slow["seconds"])


def leak(keep: Callable[[], Coroutine[object, object, None]]) -> None:
    """Keep a connection, by a task of its own, while the flag is on. Its time is nobody's span."""
    if (flag := flags.value("connection-leak")) and len(_leaks) < flag["most"]:
        task = asyncio.create_task(keep(), context=contextvars.Context())
        _leaks.add(task)
        task.add_done_callback(_leaks.discard)


async def until_it_heals() -> None:
    """Wait while connections leak."""
    while flags.value("connection-leak"):  # noqa: ASYNC110 - nobody tells that a flag is off
        await asyncio.sleep(_PAUSE)


async def before_delivery(queue: str) -> None:
    """Hold a message of this queue while the flag is on: it is neither handled nor given back."""
    while flags.value("consumer-stopped", queue=queue):  # noqa: ASYNC110 - nobody tells that a flag is off
        await asyncio.sleep(_PAUSE)


def once_a_second() -> None:
    """Break the process itself: leak, burn and block. When no flag is on any more, give back what leaked."""
    if not flags.are_on:
        _held.clear()
        return
    if leak := flags.value("memory-leak"):
        if len(_held) < leak["most"]:
            _held.append(b"\x01" * (leak["mebibytes"] * _MIB))
    else:
        _held.clear()
    if flags.value("processor-burner") and not any(burner.is_alive() for burner in _burners):
        _burners[:] = [threading.Thread(target=_burn, daemon=True, name="burner")]
        _burners[0].start()
    if blocked := flags.value("event-loop-blocked"):
        time.sleep(blocked["seconds"])


def _burn() -> None:
    """Keep a processor busy while the flag is on; the interpreter's lock is free meanwhile."""
    while flags.value("processor-burner"):
        hashlib.pbkdf2_hmac("sha256", b"", b"", 500_000)
