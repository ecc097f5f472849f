"""A port in use is found before anything starts."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.native import ports
from deploy.native.errors import ShopError
from deploy.native.layout import Layout
from deploy.native.programs import Program


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_busy_port_names_port_program_owner_and_remedy(tmp_path: Path, busy_port: int) -> None:
    """One message with all that is needed to mend it."""
    wanting = Program(name="redis", command=("redis",), ports=(busy_port,), ready=lambda: None)
    with pytest.raises(ShopError) as caught:
        ports.check_free(Layout.at(tmp_path), [wanting])
    assert f"Port {busy_port}, wanted by redis" in caught.value.message
    assert f"(pid {os.getpid()})" in caught.value.message
    assert "SHOP_PORT_OFFSET=1000 ./shop up" in caught.value.remedy


def test_a_port_is_free_again_when_its_listener_is_gone(busy_port: int) -> None:
    """Closed connections that linger do not count."""
    assert not ports.is_free(busy_port)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            server_side, _ = other.accept()
            server_side.close()  # this side closes first, so its end waits in TIME_WAIT
            client.recv(1)
    assert ports.is_free(port)
