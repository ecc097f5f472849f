"""Ports: are they free, and if not, who has them? Asked before any installation: only the standard library."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.installation.layout import PORTS, Layout, next_offset

_LISTEN = "0A"
_LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


# Wanted only now and then: by `./shop load`, by containers, and by a real Jaeger, which tells of itself.
_NOT_ALWAYS = frozenset(
    {
        *("locust", "locust-workers", "container-logs", "otlp-grpc"),
        *(name for name in PORTS if name.startswith("jaeger-")),
    }
)


def check_all(layout: Layout) -> None:
    """Raise a `ShopError` when a port of the platform, nothing of which runs, is in use."""
    check_free(layout, ((name, layout.port(name)) for name in PORTS if name not in _NOT_ALWAYS))


def check_free(layout: Layout, wanted: Iterable[tuple[str, int]]) -> None:
    """Raise a `ShopError` when a port is in use. wanted: who wants it, and the port."""
    busy = [(name, port) for name, port in wanted if not is_free(port)]
    if not busy:
        return
    lines = [f"Port {port}, wanted by {name}, is in use by {owner(port)}." for name, port in busy]
    shift = next_offset(layout.offset + 900)
    raise ShopError(
        "\n".join(lines),
        f"Stop that process, or shift all ports of this platform: SHOP_PORT_OFFSET={shift} ./shop up",
    )


def is_free(port: int) -> bool:
    """Whether nobody listens there; neither on IPv6, where a browser asks for `localhost` first."""
    return all(_is_free(family, address, port) for family, address in _LOOPBACK)


def _is_free(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        probe = socket.socket(family)
    except OSError:  # this machine has no IPv6
        return True
    with probe:
        # Connections that are closing down do not count, only a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
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
