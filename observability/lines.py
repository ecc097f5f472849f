"""Finished lines of the log: made of an event, and written to stdout.

Inside of an event loop lines wait for the end of its turn and leave together: one system call, not one a line.
They are complete and in order all the same: an error, a record of the standard library, a line from outside of
the loop and the end of the interpreter take with them whatever waits. Only a process that is killed within a turn
loses the lines of that turn.
"""

import asyncio
import atexit
import contextlib
import json
import sys
import threading
from typing import Any

import orjson
from structlog.typing import EventDict

__all__ = ["render", "stdout"]


def render(_logger: Any, _method: str, event: EventDict) -> bytes:
    """structlog processor, the last one: JSON in UTF-8."""
    try:
        return orjson.dumps(event)
    except TypeError:  # lone surrogates, numbers of more than 64 bits, keys that are no text
        return json.dumps(event, default=repr).encode()


class _Lines:
    """Lines on their way to what is `sys.stdout` when they leave, which a test may have replaced."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._waiting: list[bytes] = []
        self._due_in: asyncio.AbstractEventLoop | None = None
        self._writing = False
        atexit.register(self.flush)

    def write(self, line: bytes, *, at_once: bool = False) -> None:
        """Write `line` and a newline. A reader that is gone is no error."""
        self._waiting.append(line)
        if not at_once:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                pass
            else:
                if loop is not self._due_in:
                    self._due_in = loop
                    loop.call_soon(self.flush)
                return
        self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._due_in = None
        with self._lock:
            if self._writing:  # a line about writing, from within it: the outer call takes it along
                return
            self._writing = True
            try:
                while self._waiting:
                    lines, self._waiting = self._waiting, []
                    _put(b"\n".join(lines) + b"\n")
            finally:
                self._writing = False


def _put(data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        out = sys.stdout
        binary = getattr(out, "buffer", None)
        if binary is None:
            out.write(data.decode())
        else:
            binary.write(data)
        out.flush()


stdout = _Lines()
