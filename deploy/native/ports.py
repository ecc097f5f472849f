"""Ports: are they free, and if not, who has them?"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.native.errors import ShopError
from deploy.native.layout import PORTS, Layout
from deploy.native.programs import Program

_LISTEN = "0A"


def check_free(layout: Layout, programs: Iterable[Program]) -> None:
    """Raise a `ShopError` when a port that one of the programs wants is in use."""
    busy = [(program.name, port) for program in programs for port in program.ports if not is_free(port)]
    if not busy:
        return
    lines = [f"Port {port}, wanted by {name}, is in use by {owner(port)}." for name, port in busy]
    shift = layout.offset + (1000 if layout.offset + 1000 + max(PORTS.values()) < 65536 else -1000)
    raise ShopError(
        "\n".join(lines),
        f"Stop that process, or shift all ports of this platform: SHOP_PORT_OFFSET={shift} ./shop up",
    )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Connections that are closing down do not count, only a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """The process that listens on the port, as far as this user may see it."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # it ended, or belongs to somebody else
    return "another process"


def _listening_inodes(port: int) -> Iterable[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
