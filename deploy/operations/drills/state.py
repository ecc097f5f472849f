"""What is on disk while a drill lasts, so that whoever comes later can end it or mend what it left.

The process of a drill holds a lock of the kernel's, which goes with the process: so a drill that is dead is never
taken for one that lives.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import Layout, make_private

__all__ = ["Begun", "begun", "drill_lock", "forget", "interrupt", "note"]

_PATIENCE = 120.0  # seconds for a drill that was told to end: a store may take a while to be ready


@dataclass(frozen=True)
class Begun:
    """A drill that was begun. how: as in the file of the fault. Times are seconds since 1970."""

    fault: str
    how: dict[str, Any]
    pid: int
    at: float
    until: float


def begun(layout: Layout) -> Begun | None:
    """The drill that was begun and is not mended yet, whether it lives or not."""
    try:
        return Begun(**json.loads((layout.drill / "begun.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def note(layout: Layout, fault: str, how: dict[str, Any], seconds: float) -> None:
    """Say what is begun now by this process. It must be said before anything is broken."""
    now = time.time()
    text = json.dumps(asdict(Begun(fault, how, os.getpid(), now, now + seconds))) + "\n"
    write_private(layout.drill / "begun.json", text)


def forget(layout: Layout) -> None:
    """Everything is mended."""
    (layout.drill / "begun.json").unlink(missing_ok=True)


@contextmanager
def drill_lock(layout: Layout) -> Iterator[bool]:
    """Be the one drill of the installation inside of the block; False: another process is."""
    if not layout.run.is_dir():  # there is no installation, and so no drill
        yield True
        return
    make_private(layout.drill)
    with (layout.drill / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def interrupt(layout: Layout) -> None:
    """Tell the drill that lives to end, and wait until it has mended everything. Raises ShopError."""
    deadline = time.monotonic() + _PATIENCE
    told = None
    while True:
        with drill_lock(layout) as is_free:
            if is_free:
                return
        found = begun(layout)
        if found is not None and found.pid != told:
            os.kill(found.pid, signal.SIGTERM)
            told = found.pid
        if time.monotonic() > deadline:
            raise ShopError(f"The drill did not end within {_PATIENCE:.0f} s.", "./shop drill status")
        time.sleep(0.1)
