"""What an operator can do to the tests' RabbitMQ: make virtual hosts, empty and remove them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Rabbit:
    """One node. api: its management API. metrics: its Prometheus endpoint."""

    api: str
    user: str
    password: str
    port: int
    metrics: str

    @contextmanager
    def virtual_host(self) -> Iterator[str]:
        """The URL of an empty virtual host; it exists as long as the block."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.add(name)
        yield f"amqp://{self.user}:{self.password}@127.0.0.1:{self.port}/{name}"
        self.remove(name)

    def renew(self, url: str) -> None:
        """Empty a virtual host; the server closes all connections to it."""
        name = url.rpartition("/")[2]
        self.remove(name)
        self.add(name)

    def add(self, name: str) -> None:
        """Make a virtual host."""
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        with self._client() as client:
            client.put(f"/vhosts/{name}").raise_for_status()
            client.put(f"/permissions/{name}/{self.user}", json=everything).raise_for_status()

    def put_policy(self, url: str, pattern: str, definition: dict[str, object]) -> None:
        """Set limits for queues of a virtual host."""
        name = url.rpartition("/")[2]
        policy = {"pattern": pattern, "apply-to": "queues", "definition": definition}
        with self._client() as client:
            client.put(f"/policies/{name}/limits", json=policy).raise_for_status()

    def metric(self, name: str) -> float:
        """A counter of the node, over all its labels."""
        lines = httpx.get(self.metrics, trust_env=False).raise_for_status().text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))

    def remove(self, name: str) -> None:
        """Delete a virtual host with all that is in it."""
        with self._client() as client:
            client.delete(f"/vhosts/{name}").raise_for_status()

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.api, auth=(self.user, self.password), trust_env=False, timeout=10.0)
