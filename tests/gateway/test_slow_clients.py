"""Slow clients from one address cost others nothing: neither errors nor time."""

import json
import select
import socket
import time
from pathlib import Path

import pytest

from loadtests.slow_clients import ATTACKER, MANNERS, Manner, others, slow
from tests.free_ports import free_ports
from tests.gateway.client import Client, Gateway, until
from tests.gateway.conftest import nginx

_SECONDS = 1.0  # a request takes some milliseconds; the rest is room for a busy machine


@pytest.mark.parametrize("manner", MANNERS[1:], ids=lambda manner: manner.name)
def test_others_are_served_meanwhile(gateway: Gateway, manner: Manner) -> None:
    """Each request of the others is answered, at once, while the connections are there."""
    gateway.a.wish = "large"  # a megabyte: what reads slowly has something to read
    try:
        with slow(gateway.ports["HTTP_PORT"], manner) as connections:
            cost = others(gateway.ports["HTTP_PORT"], 60, connections, "/api/orders")
    finally:
        gateway.a.wish = "200"
    assert cost.failures == 0
    assert max(cost.seconds) < _SECONDS


@pytest.mark.alone  # the first are closed after the 10 s of a header, so the others must be there before
def test_one_address_has_so_many_connections(gateway: Gateway) -> None:
    """Beyond 400 they are closed before anything is read, and the log says whose they are."""
    flood = Manner("many", 450, "")
    with slow(gateway.ports["HTTP_PORT"], flood) as connections:
        poll = select.poll()  # any of them may be beyond: two workers take them in, each in its own order
        for connection in connections:
            poll.register(connection, select.POLLIN)
        for _ in until(5):
            closed = poll.poll(0)
            if len(closed) >= 50:
                break
    assert len(closed) == 50
    for _ in until(5):
        logs = ("gateway.log", "stdout.log")  # in a container it is said on stdout too
        if all(ATTACKER in _refused(gateway.folder / name) for name in logs):
            return
    raise AssertionError("no line in a log")


def _refused(log: Path) -> list[str]:
    """The addresses of lines about connections that were refused."""
    lines = map(json.loads, log.read_text().splitlines())
    return [line["remote_addr"] for line in lines if line["event"] == "connection.refused"]


def test_a_drip_does_not_prolong_the_time_for_a_header(gateway: Gateway, tmp_path: Path) -> None:
    """The limit is one for all of a header, however often a byte of it comes. Here it is 1 s."""
    ports = {name: port for name, port in free_ports(*gateway.ports).items() if name != "FRONTEND_PORT"}
    for source in gateway.folder.iterdir():
        if source.suffix in (".conf", ".crt", ".key"):
            text = source.read_text().replace(str(gateway.folder), str(tmp_path))
            text = text.replace("client_header_timeout 10s;", "client_header_timeout 1s;")
            for name, port in ports.items():
                text = text.replace(str(gateway.ports[name]), str(port))
            (tmp_path / source.name).write_text(text)
    with (
        nginx(tmp_path, ports["HTTP_PORT"]),
        socket.create_connection(("127.0.0.1", ports["HTTP_PORT"]), timeout=5) as connection,
    ):
        began = time.monotonic()
        connection.sendall(b"GET /health HTTP/1.1\r\nX-Drip: ")
        while not select.select([connection], [], [], 0.2)[0] and time.monotonic() < began + 8:
            connection.sendall(b"x")
        seconds = time.monotonic() - began
    assert 0.9 < seconds < 8


def test_a_load_balancer_is_believed_and_nobody_else(gateway: Gateway) -> None:
    """Its X-Forwarded-For is the client's address for services, limits and log."""
    balancer, stranger = Client(gateway, "127.8.8.8"), Client(gateway, "127.8.8.9")
    seen = balancer("GET", "/api/orders", x_forwarded_for="203.0.113.7", x_request_id="through-a-balancer")
    assert seen.json()["headers"]["x-forwarded-for"] == "203.0.113.7"
    assert gateway.log("through-a-balancer")["remote_addr"] == "203.0.113.7"
    seen = stranger("GET", "/api/orders", x_forwarded_for="203.0.113.7")
    assert seen.json()["headers"]["x-forwarded-for"] == "127.8.8.9"


def test_a_connection_starts_no_word_about_its_address(gateway: Gateway) -> None:
    """A client that speaks the PROXY protocol itself is no load balancer: that is no HTTP."""
    with socket.create_connection(("127.0.0.1", gateway.ports["HTTP_PORT"]), timeout=5) as connection:
        connection.sendall(b"PROXY TCP4 203.0.113.7 203.0.113.8 1 2\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(4096).split(b"\r\n")[0].split()[1] == b"400"
