"""A way into the shop with an address of its own: a browser cannot choose the address that it comes from."""

import contextlib
import random
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from deploy.containers.stack import Containers
from deploy.installation.layout import Layout


def random_address() -> str:
    """One of the sixteen million addresses of this host."""
    return f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def from_address(layout: Layout, address: str) -> dict[str, str]:
    """Headers of who comes from this address. Docker passes loopback connections on under one address of its own:
    there the gateway takes our word for it."""
    return {"X-Forwarded-For": address} if isinstance(layout, Containers) else {}


class Way(Protocol):
    """Where a browser goes, and which headers it sends."""

    url: str
    headers: Mapping[str, str]


@dataclass
class Page:
    """A page of a platform that looks at nobody's address."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Door:
    """Passes connections on to the gateway, all from one address that nobody else has. `url` is where to knock."""

    def __init__(self, layout: Layout) -> None:
        self._gateway = ("127.0.0.1", layout.port("gateway"))
        self._address = random_address()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self.headers: Mapping[str, str] = from_address(layout, self._address)
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for thread in self._threads[1:]:
            while thread.is_alive():  # one that is only beginning opens its other end after this
                for end in self._open.copy():
                    with contextlib.suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                thread.join(0.1)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                self._open.add(near)
                self._threads.append(threading.Thread(target=self._serve, args=(near,)))
                self._threads[-1].start()

    def _serve(self, near: socket.socket) -> None:
        from_here = (self._address, 0)
        with contextlib.suppress(OSError), near, socket.create_connection(self._gateway, None, from_here) as far:
            self._open.add(far)
            back = threading.Thread(target=_pump, args=(far, near))
            back.start()
            _pump(near, far)
            back.join()
            self._open.discard(far)
        self._open.discard(near)


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Until the source says that it ends; the target is told."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
