"""How a backup and a restore reach the stores of the native run."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cached_property
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import Layout, make_private
from deploy.installation.progress import alone
from deploy.installation.secrets import Secrets, ensure
from deploy.installation.services import DATABASES
from deploy.native import platform, postgres, redis
from deploy.native.supervisor import Supervisor
from deploy.native.up import up
from deploy.operations.backup.reach import SECRETS, ClientCommand
from deploy.operations.books import Addresses


class NativeReach:
    """The stores of one installation, as deploy/operations/backup/reach.py wants them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    @cached_property
    def _secrets(self) -> Secrets:
        return ensure(self._layout.secrets)

    @property
    def addresses(self) -> Addresses:
        return Addresses.of(self._layout)

    @property
    def database_urls(self) -> Mapping[str, str]:
        return {
            name: postgres.database_url(self._layout, name, self._secrets.databases[name]) for name in DATABASES
        }

    @property
    def redis(self) -> str:
        return redis.url(self._layout, self._secrets)

    @property
    def callback_url(self) -> str:
        return f"{self._layout.url('payment-service-1')}/api/payments/webhook"

    @property
    def unfinished(self) -> Path:
        return self._layout.unfinished_restore

    @contextmanager
    def alone(self) -> Iterator[None]:
        if not Supervisor(self._layout).is_running():
            raise ShopError("The platform is not running.", "./shop up starts it.")
        with self._locked():
            yield

    def client(self, program: str, database: str) -> ClientCommand:
        arguments, environment = postgres.client(
            self._layout, program, user=database, password=self._secrets.databases[database]
        )
        named = () if program == "pg_restore" else (f"--dbname={database}",)
        return ClientCommand((*arguments, *named), environment)

    def copy_ledger(self, target: Path) -> None:
        with (
            closing(sqlite3.connect(self._ledger, timeout=10)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)  # all pages at once: nobody writes between them

    def replace_ledger(self, source: Path) -> None:
        for suffix in ("-wal", "-shm"):  # they belong to the file that goes
            self._ledger.with_name(f"{self._ledger.name}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(source, self._ledger)

    def hold_writes(self, slots: Iterable[int]) -> None:
        make_private(self._held, passable=True)
        for slot in slots:
            (self._held / str(slot)).touch()

    def admit_writes(self) -> None:
        shutil.rmtree(self._held, ignore_errors=True)

    def secrets(self) -> dict[str, bytes]:
        return {name: (self._layout.secrets / name).read_bytes() for name in SECRETS}

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        for name, value in values.items():
            write_private(self._layout.secrets / name, value.decode())
        self.__dict__.pop("_secrets", None)

    def start_stores(self) -> None:
        up(self._layout, with_services=False)

    def stop_services(self) -> None:
        parts = platform.describe(self._layout, self._secrets)
        with alone(self._layout):
            Supervisor(self._layout).stop(program.name for program in (*parts.services, parts.gateway))

    def start(self) -> None:
        shutil.rmtree(self._layout.data / "done", ignore_errors=True)  # the schema is that of the backup
        up(self._layout)

    def _locked(self) -> AbstractContextManager[None]:
        return alone(self._layout)

    @property
    def _ledger(self) -> Path:
        return self._layout.data / "provider" / "ledger.sqlite"

    @property
    def _held(self) -> Path:
        return self._layout.gateway / "held"
