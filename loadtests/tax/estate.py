"""A whole platform of its own for the measured services: their stores, their neighbours, and an account."""

from __future__ import annotations

import http.client
import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.installation import secrets
from deploy.installation.layout import PORTS, Layout, next_offset
from deploy.installation.ports import is_free
from deploy.installation.services import find
from deploy.native import services
from deploy.native.down import down
from deploy.native.up import up

__all__ = ["Estate", "estate"]

_MANY = str(10**9)


@dataclass(frozen=True)
class Estate:
    """A running platform."""

    layout: Layout

    def environment(self, service: str) -> dict[str, str]:
        """The settings of one more replica of `service`, without limits of an account."""
        found = find(service)
        settings = services.environment(
            self.layout, secrets.ensure(self.layout.secrets), found, next(iter(found.replicas))
        )
        return {**settings, "UNPAID_ORDERS_PER_ACCOUNT": _MANY, "RESERVED_UNITS_PER_ACCOUNT": _MANY}

    def token(self) -> str:
        """Of a new account."""
        account = {"email": f"tax-{random.getrandbits(64):x}@example.com", "password": "a password of the load"}
        self._post("/api/users/register", account)
        return str(self._post("/api/users/login", account)["token"])

    def _post(self, path: str, body: dict[str, str]) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.layout.port("user-service-1"), timeout=10)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@contextmanager
def estate() -> Iterator[Estate]:
    """It is removed at the end, with all its data."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-tax-") as name:
        run = Path(name)
        run.chmod(0o755)  # for the database's user
        layout = Layout.at(run / "run", _free_offset())
        try:
            up(layout, Console(stderr=True))
            yield Estate(layout)
        finally:
            down(layout, wipe=True)


def _free_offset() -> int:
    while True:
        offset = next_offset(random.randrange(1000, 5000))
        if all(is_free(port + offset) for port in PORTS.values()):
            return offset
