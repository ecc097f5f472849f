"""What the ways to run the platform differ in, for a backup and a restore: how each store is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.operations.books import Addresses

SECRETS = ("admin_password", "card_key", "token_key.pem", "webhook_secret")
"""What data of the stores is of no use without. Passwords of the stores themselves are each installation's own."""


@dataclass(frozen=True)
class ClientCommand:
    """A program to start, with what its environment gets besides."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


class Reach(Protocol):
    """One installation. Methods that change something raise ShopError."""

    @property
    def addresses(self) -> Addresses:
        """Where the stores that `reconcile` asks answer."""

    @property
    def redis(self) -> str:
        """The URL of Redis."""

    @property
    def callback_url(self) -> str:
        """Where the provider calls the payment service."""

    @property
    def database_urls(self) -> Mapping[str, str]:
        """The URL of each database of PostgreSQL, by its name."""

    @property
    def unfinished(self) -> Path:
        """A file; while it is there, nobody starts the installation but a restore."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody starts or stops the installation meanwhile. Raises ShopError when it does not run."""

    def client(self, program: str, database: str) -> ClientCommand:
        """A client program of PostgreSQL (pg_dump, pg_restore, psql), as the owner of a database."""

    def copy_ledger(self, target: Path) -> None:
        """A copy of the provider's ledger as it is at one moment, while the provider works."""

    def replace_ledger(self, source: Path) -> None:
        """Make this file the ledger. The provider must not run."""

    def hold_writes(self, slots: Iterable[int]) -> None:
        """Let the gateway refuse writes in these spans of ten seconds since 1970 (pause.py)."""

    def admit_writes(self) -> None:
        """Let the gateway admit writes in all spans."""

    def secrets(self) -> dict[str, bytes]:
        """The secrets of SECRETS."""

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        """Make these the secrets; whoever uses them gets them with `start`."""

    def start_stores(self) -> None:
        """Start all stores; whether the services start too is left open."""

    def stop_services(self) -> None:
        """Nobody writes any more; the stores run."""

    def start(self) -> None:
        """Migrate, and start everything."""
