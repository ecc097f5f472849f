"""The measured processes: started, pinned to a core, asked for their processor time, and ended."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from deploy.installation.children import end

__all__ = ["cores", "free_port", "get", "pinned", "processor_seconds", "python"]

_ROOT = Path(__file__).parents[2]


def cores() -> tuple[int, int]:
    """The core of what is measured, and that of what measures; the same one where there is no other."""
    found = sorted(os.sched_getaffinity(0))
    return found[0], found[-1]


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """This thread, and what it starts, on one core; afterwards on those from before."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def processor_seconds(process: int, *, alone: bool = False) -> float:
    """User and system time of a process and of those that it started, as the operating system counts it.

    Those that have ended count, too. alone: without those that still run. Raises psutil.NoSuchProcess.
    """
    first = psutil.Process(process)
    below = [] if alone else first.children(recursive=True)
    times = [one.cpu_times() for one in (first, *below)]
    return sum(time.user + time.system + time.children_user + time.children_system for time in times)


def get(port: int, path: str) -> bytes:
    """The body of an answer of 127.0.0.1, whatever its status. Raises OSError when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


@contextmanager
def python(
    *arguments: str,
    port: int,
    path: str,
    log: Path,
    core: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """The process id of `python -m ...`, which answers GET `path` at `port`. Raises RuntimeError if it does not.

    log: the file for all that it prints. core: the only one that it may use.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=_ROOT,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            if core is not None:
                os.sched_setaffinity(process.pid, {core})
            _wait(process, port, path, arguments, log)
            yield process.pid
        finally:
            end(process, within=20)


def _wait(process: subprocess.Popen[bytes], port: int, path: str, arguments: tuple[str, ...], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(port, path)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{arguments[0]} does not answer:\n{log.read_text()[-2000:]}")
