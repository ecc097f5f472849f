"""A source address for each user, so that limits by address act on them as in life."""

from __future__ import annotations

from typing import Any

import gevent.socket
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.url import URL

__all__ = ["FromAddress", "loopback"]


def loopback(number: int) -> str:
    """The address of user `number`: 127.16.0.1 and on, all of them this machine."""
    high, low = divmod(number, 254)
    return f"127.{16 + high // 256}.{high % 256}.{low + 1}"


class FromAddress(HTTPClientPool):
    """Connections that all come from one address."""

    def __init__(self, address: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._address = address

    def move(self, address: str) -> None:
        """Come from another address from now on."""
        self.close()
        self.clients.clear()
        self._address = address

    def get_client(self, url: str | URL) -> HTTPClient:
        """The client for this host."""
        known = len(self.clients)
        client = super().get_client(url)
        if len(self.clients) > known:
            # The library has no setting for it, but a factory of sockets that is meant to be replaced.
            setattr(client._connection_pool, "_create_tcp_socket", self._socket)  # noqa: B010 (mypy: a method)
        return client

    def _socket(self, family: int, kind: int, protocol: int) -> gevent.socket.socket:
        made = gevent.socket.socket(family, kind, protocol)
        made.bind((self._address, 0))
        return made
