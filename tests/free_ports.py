"""Ports that nobody listens on now; `platform/ports.py` has those of a whole installation."""

import socket


def free_port() -> int:
    """One."""
    return free_ports("one")["one"]


def free_ports(*names: str) -> dict[str, int]:
    """A different one for each name."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = {name: int(server.getsockname()[1]) for name, server in zip(names, sockets, strict=True)}
    for server in sockets:
        server.close()
    return ports
