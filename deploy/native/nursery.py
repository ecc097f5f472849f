"""Services begin as copies of supervisord, which has read their libraries already.

Nine processes that each read the same thousand modules take seconds of a core to begin, and 70 MB each. A copy
begins in a fraction of that, and shares with the others what it does not change. Only libraries are read
beforehand: each process reads the code of the shop by itself, so that a restart is enough after a change.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import os
import runpy
import signal
import sys
import sysconfig
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

__all__ = ["Nursery", "make"]

# What most services import. A name that is missing here costs time and memory, and nothing else.
_LIBRARIES = (
    "aio_pika",
    "aiohttp",
    "asyncpg",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "cryptography.hazmat.primitives.serialization",
    "email_validator",
    "fastapi",
    "fastapi.openapi.utils",
    "fastotel",
    "httpx",
    "jwt",
    "opentelemetry.instrumentation.utils",
    "opentelemetry.sdk.trace.export",
    "orjson",
    "prometheus_client",
    "pybreaker",
    "pydantic.v1",
    "pydantic_settings",
    "pymongo",
    "redis.asyncio",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "structlog",
    "uvicorn",
    "uvloop",
)
_PREFIX = "services."


class Nursery:
    """Extends supervisord, which makes one at its start, by a call `nursery.read_libraries`."""

    def __init__(self, supervisord: Any) -> None:
        self._exec: Callable[[str, Sequence[str], Mapping[str, str]], object] = supervisord.options.execve
        self._read: dict[str, float] = {}
        supervisord.options.execve = self._begin

    def read_libraries(self) -> bool:
        """Read the libraries of services, for those that begin from now on."""
        for name in _LIBRARIES:
            with suppress(ImportError):
                importlib.import_module(name)
        gc.collect()
        gc.freeze()  # collecting would change, and so no longer share, what it looks at
        self._read = _installed()
        return True

    def _begin(self, filename: str, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        """Go on as the program, in the copy of the process."""
        is_service = list(argv[:2]) == [sys.executable, "-m"] and argv[2].startswith(_PREFIX)
        if is_service and self._read and self._read.items() <= _installed().items():
            _become(argv[2], environment)
        self._exec(filename, argv, environment)


def make(supervisord: Any) -> Nursery:
    """Called by supervisord, as its configuration says."""
    os.environ.pop("PYTHONPATH", None)  # it was for the import of this file
    return Nursery(supervisord)


def _installed() -> dict[str, float]:
    """When each library was installed, by its name and version. More may come: `./shop load` installs its own."""
    libraries = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    try:
        return {path.name: path.stat().st_mtime for path in libraries}
    except FileNotFoundError:  # one is being replaced
        return {}


def _written_at_once(number: int) -> TextIO:
    """Like the standard streams under PYTHONUNBUFFERED."""
    return io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8", write_through=True)


def _become(module: str, environment: Mapping[str, str]) -> NoReturn:
    """Run a module as `python -m` does, and end as that ends.

    What supervisord had open is closed already, and stays referenced: nothing here may be collected and close a
    number that is another file's by now. So this never returns.
    """
    os.environ.clear()
    os.environ.update(environment)
    Path("/proc/self/comm").write_text(environment["SUPERVISOR_PROCESS_NAME"])
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    # New ones: those that there are believe that they write to a file, and would ask for their place in it.
    sys.stdout, sys.stderr = (_written_at_once(number) for number in (1, 2))
    sys.path[0] = os.getcwd()
    sys.argv = [module]
    code: object = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    threading._shutdown()  # type: ignore[attr-defined]  # as at the end of every interpreter
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
