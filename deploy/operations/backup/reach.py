"""How a backup and a restore reach the stores of an installation, and what the ways to run it differ in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx

from deploy.installation.addresses import StoreUrls
from deploy.installation.errors import ShopError, reason
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets, ensure
from deploy.installation.services import CALLED_BACK, DATABASES, Service
from deploy.operations.books import Addresses

SECRETS = ("admin_password", "card_key", "token_key.pem", "webhook_secret")
"""What data of the stores is of no use without. Passwords of the stores themselves are each installation's own."""


@dataclass(frozen=True)
class ClientCommand:
    """A program to start, with what its environment gets besides."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


class Source(ABC):
    """What a backup is taken of. Methods that change something raise ShopError."""

    @property
    @abstractmethod
    def addresses(self) -> Addresses:
        """Where the stores that `reconcile` asks answer."""

    @property
    @abstractmethod
    def database_urls(self) -> Mapping[str, str]:
        """The URL of each database of PostgreSQL, by its name."""

    @property
    @abstractmethod
    def unfinished(self) -> Path:
        """A file; while it is there, nobody starts the installation but a restore."""

    @abstractmethod
    def secrets(self) -> dict[str, bytes]:
        """The secrets of SECRETS."""

    @abstractmethod
    def exclusive(self) -> AbstractContextManager[None]:
        """Nobody starts or stops the installation meanwhile. Raises ShopError when it does not run."""

    @abstractmethod
    def client(self, program: str, database: str) -> ClientCommand:
        """A client program of PostgreSQL (pg_dump, pg_restore, psql), as the owner of a database."""

    @abstractmethod
    def hold_writes(self, spans: Iterable[int]) -> None:
        """Let the gateway refuse writes in these spans of ten seconds since 1970 (pause.py)."""

    @abstractmethod
    def admit_writes(self) -> None:
        """Let the gateway admit writes in all spans."""

    def copy_ledger(self, target: Path) -> None:
        """A copy of the provider's ledger as it is at one moment, while the provider works."""
        key = {"Authorization": f"Bearer {self.addresses.provider_key}"}
        url = f"{self.addresses.provider}/ledger/copy"
        try:
            with (
                httpx.stream("GET", url, headers=key, timeout=10, trust_env=False) as answer,
                target.open("wb") as file,
            ):
                answer.raise_for_status()
                for block in answer.iter_bytes():
                    file.write(block)
        except httpx.HTTPError as error:
            raise ShopError(f"The provider gave no copy of its ledger: {reason(error)}") from error


class Reach(Source):
    """One installation, of which backups are taken, and into which they are restored."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    @cached_property
    def _secrets(self) -> Secrets:
        return ensure(self._layout.secrets)

    @property
    def addresses(self) -> Addresses:
        return Addresses.of(self._layout)

    @property
    def redis(self) -> str:
        """The URL of Redis."""
        return StoreUrls(self._layout).redis

    @property
    def callback_url(self) -> str:
        """Where the provider calls the payment service."""
        (path,) = CALLED_BACK.own_addresses.values()
        return f"{self._base_url(CALLED_BACK)}{path}"

    @property
    def database_urls(self) -> Mapping[str, str]:
        return {name: StoreUrls(self._layout).postgres(name) for name in DATABASES}

    @property
    def unfinished(self) -> Path:
        return self._layout.unfinished_restore

    def secrets(self) -> dict[str, bytes]:
        return {name: (self._layout.secrets / name).read_bytes() for name in SECRETS}

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        """Make these the secrets; whoever uses them gets them with `start`."""
        for name, value in values.items():
            write_private(self._layout.secrets / name, value.decode())
        self.__dict__.pop("_secrets", None)

    @abstractmethod
    def _base_url(self, service: Service) -> str:
        """Where other services find this one."""

    @abstractmethod
    def replace_ledger(self, source: Path) -> None:
        """Make this file the ledger, while nobody charges."""

    @abstractmethod
    def start_stores(self) -> None:
        """Start all stores; whether the services start too is left open."""

    @abstractmethod
    def stop_services(self) -> None:
        """Nobody writes any more; the stores run."""

    @abstractmethod
    def start(self) -> None:
        """Migrate, and start everything."""
