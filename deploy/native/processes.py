"""What the kernel knows of the installation's processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.layout import Layout

# In the environment of every process of an installation, so that each can be found again.
MARKER = "GLASSHOUSE_INSTANCE"

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Memory:
    """Bytes of a process and its children: resident, and with shared pages divided among their users."""

    rss: int
    pss: int


def memory(pids: Iterable[int]) -> Memory:
    """The memory of the processes together."""
    rss = pss = 0
    for member in pids:
        try:
            rss += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * _PAGE
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
        except OSError:
            continue  # ended meanwhile, or another user's
        pss += sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
    return Memory(rss, pss)


def parent_of() -> dict[int, int]:
    """The parent of every process of this machine."""
    parents = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            # The name in brackets may contain anything, so count from its end.
            parents[int(directory.name)] = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return parents


def tree(pid: int, parents: dict[int, int]) -> list[int]:
    """The process and all its children; `parents` is from `parent_of`."""
    children = [child for child, parent in parents.items() if parent == pid]
    return [pid, *(member for child in children for member in tree(child, parents))]


def belonging_to(layout: Layout) -> list[int]:
    """Every process that this installation's supervisord started, and supervisord itself."""
    marker = f"{MARKER}={layout.run}".encode()
    found = [*nginx_in(layout.gateway), *nginx_in(layout.frontend)]
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (directory / "environ").read_bytes().split(b"\0"):
                found.append(int(directory.name))
        except OSError:
            continue
    return found


def nginx_in(working_directory: Path) -> list[int]:
    """Nginx's processes there. They write their titles over their environment, so no marker is left."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            is_nginx = (directory / "comm").read_text() == "nginx\n"
            if is_nginx and (directory / "cwd").readlink() == working_directory:
                found.append(int(directory.name))
        except OSError:
            continue
    return found


def end(pids: Iterable[int], patience: float = 10.0) -> None:
    """Ask the processes to end; kill those that have not within `patience` seconds."""
    remaining = _signal(pids, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while remaining and time.monotonic() < deadline:
        time.sleep(0.1)
        remaining = _signal(remaining, 0)
    _signal(remaining, signal.SIGKILL)
    while remaining:
        time.sleep(0.05)
        remaining = _signal(remaining, 0)


def _signal(pids: Iterable[int], number: int) -> list[int]:
    """Send it; return the processes that still live."""
    alive = []
    for pid in pids:
        try:
            os.kill(pid, number)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                alive.append(pid)
        except OSError:
            continue
    return alive
