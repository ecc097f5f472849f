"""Slow clients from one address, and what they cost everybody else: `python -m loadtests.slow_clients`.

Each manner keeps connections open from 127.66.6.6: it drips a header, drips a body, reads an answer slowly, or
holds far more connections than one address may. Meanwhile others ask for products, each from its own address.
"""

import argparse
import resource
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from deploy.installation.layout import Layout
from deploy.installation.numbers import port_number, positive
from loadtests.percentiles import percentile

ATTACKER = "127.66.6.6"
_HEAD = "{method} {path} HTTP/1.1\r\nHost: localhost\r\n"


@dataclass(frozen=True)
class Manner:
    """How slow clients hold connections: what each sends at first, and how many there are."""

    name: str
    clients: int
    first: str
    method: str = "GET"
    path: str = "/api/products"

    def opening(self) -> bytes:
        """What a client sends before it becomes slow."""
        return (_HEAD.format(method=self.method, path=self.path) + self.first).encode()


MANNERS = (
    Manner("no slow clients", 0, ""),
    Manner("200 send a header slowly", 200, "X-Slow: "),
    Manner("200 send a body slowly", 200, "Content-Length: 1000\r\n\r\n{", "POST", "/api/users/login"),
    Manner("200 read slowly", 200, "\r\n"),
    Manner("2100 drip headers", 2100, "X-Slow: "),
)


@dataclass(frozen=True)
class Cost:
    """What others saw: seconds of each of their requests, and how many failed."""

    seconds: list[float]
    failures: int

    def __str__(self) -> str:
        p99, middle = percentile(self.seconds, 0.99), statistics.median(self.seconds)
        return f"median {middle * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   errors {self.failures}"


@contextmanager
def slow(port: int, manner: Manner) -> Iterator[list[socket.socket]]:
    """The connections of the slow clients, open until the block ends."""
    allow_files(2 * manner.clients + 500)
    with ExitStack() as stack:
        connections = []
        for _ in range(manner.clients):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(5)
            connection.bind((ATTACKER, 0))
            connection.connect(("127.0.0.1", port))
            connections.append(connection)
            _send(connection, manner.opening())
        yield connections


def drip(connections: list[socket.socket]) -> None:
    """One more byte from each, so that nobody looks idle."""
    for connection in connections:
        _send(connection, b"x")


def others(port: int, requests: int, connections: list[socket.socket], path: str = "/api/products") -> Cost:
    """Ask from a new address each time, while the slow clients drip now and then."""
    seconds: list[float] = []
    failures = 0
    for number in range(requests):
        if number % 50 == 0:
            drip(connections)
        address = f"127.67.{number // 250 % 250}.{number % 250 + 1}"
        client = HTTPConnection("127.0.0.1", port, timeout=5, source_address=(address, 0))
        began = time.perf_counter()
        try:
            client.request("GET", path)
            answer = client.getresponse()
            answer.read()
            failures += answer.status != 200
        except (OSError, HTTPException):
            failures += 1
        finally:
            client.close()
        seconds.append(time.perf_counter() - began)
    return Cost(seconds, failures)


def allow_files(wanted: int) -> None:
    """Let this process open so many files, as far as the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


def _send(connection: socket.socket, data: bytes) -> None:
    with suppress(OSError):  # the gateway closed it, which is its right
        connection.sendall(data)


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each manner."""
    parser = argparse.ArgumentParser(prog="loadtests.slow_clients", description="What slow clients cost others.")
    here = Layout.from_environment().port("gateway")
    parser.add_argument("--port", type=port_number, default=here, help=f"the gateway's, on loopback ({here})")
    parser.add_argument("--requests", type=positive, default=500, help="of the others, for each manner")
    chosen = parser.parse_args(arguments)
    try:
        socket.create_connection(("127.0.0.1", chosen.port), timeout=5).close()
    except OSError as error:
        parser.error(f"no gateway answers on port {chosen.port}: {error}")
    failures = 0
    for manner in MANNERS:
        with slow(chosen.port, manner) as connections:
            cost = others(chosen.port, chosen.requests, connections)
        sys.stdout.write(f"{manner.name:26} {cost}\n")
        sys.stdout.flush()
        failures += cost.failures
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
