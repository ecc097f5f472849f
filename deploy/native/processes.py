"""What the kernel knows of the installation's processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.installation.layout import Layout

# In the environment of every process of an installation, so that each can be found again.
MARKER = "GLASSHOUSE_INSTANCE"


@dataclass(frozen=True)
class Memory:
    """Bytes of a process and its children: resident, and with shared pages divided among their users."""

    rss: int
    pss: int


def memory(pids: Iterable[int]) -> Memory:
    """The memory of the processes together."""
    rss = pss = 0
    for pid in pids:
        with suppress(psutil.Error):  # ended meanwhile, or another user's
            found = psutil.Process(pid).memory_full_info()
            rss, pss = rss + found.rss, pss + found.pss
    return Memory(rss, pss)


def tree(pid: int) -> list[int]:
    """The process and all its children; only itself when it has ended."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return [pid]


def belonging_to(layout: Layout) -> list[int]:
    """Every process that this installation's supervisord started, and supervisord itself."""
    marked = _find(lambda process: process.environ().get(MARKER) == str(layout.run))
    return [*nginx_in(layout.gateway), *nginx_in(layout.frontend), *marked]


def nginx_in(working_directory: Path) -> list[int]:
    """Nginx's processes there. They write their titles over their environment, so no marker is left."""
    return _find(lambda process: process.name() == "nginx" and process.cwd() == str(working_directory))


def end(pids: Iterable[int], patience: float = 10.0) -> None:
    """Ask the processes to end; kill those that have not within `patience` seconds."""
    remaining: list[psutil.Process] = []
    for pid in pids:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            process.terminate()
            remaining.append(process)
    deadline = time.monotonic() + patience
    while (remaining := list(filter(_lives, remaining))) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in remaining:
        with suppress(psutil.Error):
            process.kill()
    while any(map(_lives, remaining)):
        time.sleep(0.05)


def _find(wanted: Callable[[psutil.Process], bool]) -> list[int]:
    """The processes that are so. What is another user's, or ends meanwhile, is not looked at."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if wanted(process):
                found.append(process.pid)
    return found


def _lives(process: psutil.Process) -> bool:
    """A zombie does not: it has ended, and only waits for its parent to notice."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
