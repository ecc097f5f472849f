"""A port in use is found before anything starts."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.command import GO_ON
from deploy.installation import ports
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native import jaeger, up
from tests.services.infrastructure import isolated_layout


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_busy_port_names_port_program_owner_and_remedy(tmp_path: Path, busy_port: int) -> None:
    """One message with all that is needed to mend it."""
    with pytest.raises(ShopError) as caught:
        ports.check_free(Layout.at(tmp_path), [("redis", busy_port)])
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


def test_a_listener_on_ipv6_counts(tmp_path: Path) -> None:
    """A browser asks there first for `localhost`, and would show somebody else's page."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener:
        assert not ports.is_free(listener.getsockname()[1])


def test_all_ports_can_be_asked_for_before_anything_is_installed(tmp_path: Path) -> None:
    """By a Python without any package; the answer names the port and another offset."""
    with isolated_layout() as layout:
        environment = {"SHOP_ONLY_UNDERSTAND": "1", "SHOP_RUN_DIR": str(tmp_path), "PATH": os.defpath}
        environment["SHOP_PORT_OFFSET"] = str(layout.offset)
        command = [sys.executable, "-S", "-m", "deploy.cli", "up", "--native"]
        assert subprocess.run(command, env=environment, cwd=CHECKOUT).returncode == GO_ON
        with socket.create_server(("127.0.0.1", layout.port("redis"))):
            done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Port {layout.port('redis')}, wanted by redis, is in use" in done.stderr
    assert "SHOP_PORT_OFFSET=" in done.stderr


def test_the_ports_of_the_stand_in_for_jaeger_are_among_them() -> None:
    """It has fewer than Jaeger; each of them is asked for before minutes of installing."""
    with isolated_layout() as layout:
        for port in jaeger._tracebox(layout).ports:
            with socket.create_server(("127.0.0.1", port)), pytest.raises(ShopError, match=f"Port {port}, "):
                ports.check_all(layout)


def test_up_looks_at_ports_before_it_installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched for a platform that cannot start."""
    monkeypatch.setattr(up, "_install", lambda *_: pytest.fail("installed"))
    with isolated_layout() as layout:
        busy = socket.create_server(("127.0.0.1", layout.port("gateway")))
        with busy, pytest.raises(ShopError, match="wanted by gateway"):
            up.up(layout)
