"""Ports that nobody has, and that no other test run takes before the installation starts."""

import fcntl
import os
import random
import tempfile
from collections.abc import Collection
from functools import cache
from pathlib import Path

from deploy.installation.layout import PORTS, next_offset
from deploy.installation.ports import is_free

# A file whose bytes are the ports. A process keeps its locks on them until it ends.
_CLAIMS = os.open(
    Path(tempfile.gettempdir(), f"glasshouse-test-ports-{os.geteuid()}"), os.O_WRONLY | os.O_CREAT, 0o600
)
_ours: set[int] = set()


def free_offset() -> int:
    """By which an installation's ports are shifted to where nobody listens."""
    while True:  # below the range of ephemeral ports, so that no client takes one meanwhile
        offset = next_offset(random.randrange(1000, 5000))
        ports = {port + offset for port in PORTS.values()}
        if ports.isdisjoint(_ours) and claim(ports):
            _ours.update(ports)
            return offset


@cache
def unused_offset() -> int:
    """By which the ports of an installation are shifted that nobody starts: one for all tests of a process."""
    return free_offset()


def claim(ports: Collection[int]) -> bool:
    """Keep other runs from all of these ports, or from none: they would miss what this run does not use."""
    if all(_lock(port) and is_free(port) for port in ports):
        return True
    for port in ports:
        fcntl.lockf(_CLAIMS, fcntl.LOCK_UN, 1, port)
    return False


def _lock(port: int) -> bool:
    try:
        fcntl.lockf(_CLAIMS, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True
