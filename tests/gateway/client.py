"""What the tests see of the gateway: its instance, clients with addresses of their own, answers."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.gateway.stub import Stub

ROOT = Path(__file__).parents[2]
ALLOWED_ORIGIN = "https://shop.example"
LIMITS: list[str] = re.findall(r"limit_req_zone \$(\w+)", (ROOT / "gateway/limits.conf.template").read_text())


@dataclass
class Answer:
    """A response; `headers` keeps repeated ones."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Gateway:
    """Where the instance under test listens, and what lies around it."""

    folder: Path
    a: Stub
    b: Stub
    spans: Stub
    ports: dict[str, int] = field(default_factory=dict)
    pages: Callable[[], AbstractContextManager[None]] = nullcontext  # serves the shop's files
    _served: ExitStack = field(default_factory=ExitStack)

    def serve_pages(self) -> None:
        """Start the Nginx of the shop's files."""
        self._served.enter_context(self.pages())

    @contextmanager
    def frontend_down(self) -> Iterator[None]:
        """The shop's files are not served meanwhile."""
        self.stop_pages()
        try:
            yield
        finally:
            self.serve_pages()

    def stop_pages(self) -> None:
        """End it."""
        self._served.close()

    def log(self, request_id: str) -> dict[str, Any]:
        """The access log's line of a request: written just after its response."""
        for _ in until(5):
            lines = (self.folder / "gateway.log").read_text().splitlines()
            for entry in (json.loads(line) for line in lines if request_id in line):
                if entry["request_id"] == request_id:
                    return dict(entry)
        raise AssertionError(f"no log line for {request_id}")


class Client:
    """Speaks to the gateway from an address of its own, so that limits of other tests do not matter."""

    def __init__(self, gateway: Gateway, address: str) -> None:
        self.gateway, self.address = gateway, address

    def connect(self) -> HTTPConnection:
        port = self.gateway.ports["HTTP_PORT"]
        return HTTPConnection("127.0.0.1", port, timeout=5, source_address=(self.address, 0))

    def __call__(self, method: str, path: str, *, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; `x_stub="503"` becomes the header `x-stub: 503`."""
        connection = self.connect()
        try:
            return exchange(connection, method, path, body, headers)
        finally:
            connection.close()


def exchange(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One request on an open connection."""
    named = {key.replace("_", "-"): value for key, value in (headers or {}).items()}
    connection.request(method, path, body=body, headers=named)
    response = connection.getresponse()
    return Answer(response.status, response.getheaders(), response.read())


def until(seconds: float) -> Iterator[None]:
    """Yield until the time is over: for waiting on a condition."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.01)
