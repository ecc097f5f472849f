"""What an operator can do to the tests' RabbitMQ: make virtual hosts, empty and remove them."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from deploy.installation import broker_rights


@dataclass(frozen=True)
class Rabbit:
    """One node. api: its management API. passwords: of its users. metrics: its Prometheus endpoint."""

    api: str
    passwords: Mapping[str, str]
    port: int
    metrics: str

    @contextmanager
    def virtual_host(self) -> Iterator[str]:
        """The URL of an empty virtual host; it exists as long as the block."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        self.add(name)
        try:
            yield self.url(broker_rights.ADMIN, name)
        finally:
            self.remove(name)

    def url(self, user: str, name: str) -> str:
        """The URL of a virtual host for one of the users."""
        return f"amqp://{user}:{self.passwords[user]}@127.0.0.1:{self.port}/{name}"

    def grant(self, name: str) -> None:
        """Give the services' users the rights in a virtual host that they have in a native run."""
        with self._client() as client:
            for service in broker_rights.SERVICES:
                rights = broker_rights.rights(service)
                client.put(f"/permissions/{name}/{service}", json=rights).raise_for_status()
                for right in broker_rights.topic_rights(service):
                    client.put(f"/topic-permissions/{name}/{service}", json=right).raise_for_status()

    def load_users(self, users: list[dict[str, object]]) -> None:
        """Make users or change them, as a node does at its start with its file of definitions."""
        with self._client() as client:
            client.post("/definitions", json={"users": users}).raise_for_status()

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
            client.put(f"/permissions/{name}/{broker_rights.ADMIN}", json=everything).raise_for_status()

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
        return httpx.Client(
            base_url=self.api,
            auth=(broker_rights.ADMIN, self.passwords[broker_rights.ADMIN]),
            trust_env=False,
            timeout=10.0,
        )
