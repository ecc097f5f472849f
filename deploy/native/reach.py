"""How a backup and a restore reach the stores of the native run."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.installation.layout import make_private
from deploy.installation.progress import command_lock
from deploy.installation.services import PROVIDER, Service
from deploy.native import platform, postgres, services
from deploy.native.supervisor import Supervisor
from deploy.native.up import up
from deploy.operations.backup.reach import ClientCommand, Reach


class NativeReach(Reach):
    """Files and ports of this machine."""

    def _base_url(self, service: Service) -> str:
        return self._layout.url(next(iter(service.replicas)))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        if not Supervisor(self._layout).is_running():
            raise ShopError("The platform is not running.", "./shop up starts it.")
        with command_lock(self._layout):
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

    def hold_writes(self, spans: Iterable[int]) -> None:
        make_private(self._held, passable=True)
        for span in spans:
            (self._held / str(span)).touch()

    def admit_writes(self) -> None:
        shutil.rmtree(self._held, ignore_errors=True)

    def start_stores(self) -> None:
        up(self._layout, with_services=False)

    def stop_services(self) -> None:
        parts = platform.describe(self._layout, self._secrets)
        with command_lock(self._layout):
            Supervisor(self._layout).stop(program.name for program in (*parts.services, parts.gateway))

    def start(self) -> None:
        shutil.rmtree(self._layout.data / "done", ignore_errors=True)  # the schema is that of the backup
        up(self._layout)

    @property
    def _ledger(self) -> Path:
        return services.database_file(self._layout, PROVIDER)

    @property
    def _held(self) -> Path:
        return self._layout.gateway / "held"
