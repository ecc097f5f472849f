"""The way by which browsers of the tests come in."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.installation.layout import Layout
from tests.platform.door import Door

LIMIT = 10.0  # seconds


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(Layout, "port", lambda *_: server.getsockname()[1])
        yield server


def test_who_has_just_come_in_holds_nobody_up(gateway: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door closes also when a connection to the gateway is made only then, and neither end closes it."""
    door = Door(Layout.from_environment())
    connect = socket.create_connection

    def late(*given: Any) -> socket.socket:
        end = time.monotonic() + LIMIT
        while door._listener.fileno() >= 0 and time.monotonic() < end:
            time.sleep(0)
        return connect(*given)

    monkeypatch.setattr(socket, "create_connection", late)
    door.__enter__()
    with connect(("127.0.0.1", int(door.url.rpartition(":")[2]))):
        while len(door._threads) < 2:
            time.sleep(0)
        closing = threading.Thread(target=door.__exit__, args=(None,), daemon=True)
        closing.start()
        closing.join(LIMIT)
        assert not closing.is_alive()
