"""How a backup and a restore reach the stores of the stack: by the same secrets, by ports that are published on
loopback, and by programs in the containers."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.containers import up
from deploy.containers.stack import Containers
from deploy.installation.errors import ShopError
from deploy.installation.progress import command_lock
from deploy.installation.services import CONTAINER_PORT, PROVIDER, SERVICES, Service
from deploy.operations.backup.reach import ClientCommand, Reach

_SERVICES = tuple(service.name for service in SERVICES)
_WRITERS = ("gateway", *_SERVICES)
_REPLACE_LEDGER = """
import pathlib, shutil, sys
for suffix in ("-wal", "-shm"):
    pathlib.Path("/data/ledger.sqlite" + suffix).unlink(missing_ok=True)
with open("/data/ledger.sqlite", "wb") as file:
    shutil.copyfileobj(sys.stdin.buffer, file)
"""
# In a container like that of the step `secrets`, which hands them to the others.
_REPLACE_SECRETS = """
import json, pathlib, sys
from deploy.containers import setup
from deploy.installation.files import write_private
for name, text in json.load(sys.stdin).items():
    write_private(setup.VOLUME / "all" / name, text)
setup.main()
"""


class ContainerReach(Reach):
    """Ports that containers publish, and programs in them."""

    def __init__(self, stack: Containers) -> None:
        super().__init__(stack)
        self._stack = stack
        self._ids: dict[str, str] = {}

    def _base_url(self, service: Service) -> str:
        return f"http://{service.name}:{CONTAINER_PORT}"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        running = self._stack.compose("ps", "--services", "--status=running").split()
        if missing := sorted({*_WRITERS, "postgres", "mongo", "redis", "rabbitmq"}.difference(running)):
            raise ShopError(
                f"These containers do not run: {', '.join(missing)}.", "./shop up --docker starts them."
            )
        with command_lock(self._layout):
            self._container("gateway")  # looked up now, so that writes need not be held for it
            yield

    def client(self, program: str, database: str) -> ClientCommand:
        # By the socket in the container, where the database's owner needs no password.
        named = () if program == "pg_restore" else (f"--dbname={database}",)
        command = ("docker", "exec", "--interactive", self._container("postgres"), program)
        return ClientCommand((*command, f"--username={database}", *named), self._stack.variables)

    def replace_ledger(self, source: Path) -> None:
        with source.open("rb") as file:
            self._in_new_container(PROVIDER.name, _REPLACE_LEDGER, stdin=file)

    def hold_writes(self, spans: Iterable[int]) -> None:
        files = " ".join(map(str, spans))
        self._in_gateway(f"mkdir -p $RUN_DIR/held && cd $RUN_DIR/held && touch {files}")

    def admit_writes(self) -> None:
        self._in_gateway("rm -rf $RUN_DIR/held")

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        super().replace_secrets(values)
        texts = json.dumps({name: value.decode() for name, value in values.items()}).encode()
        with tempfile.TemporaryFile() as file:  # has no name that another could open
            file.write(texts)
            file.seek(0)
            self._in_new_container("secrets", _REPLACE_SECRETS, stdin=file)

    def start_stores(self) -> None:
        self.start()  # with the services, as there are steps between them

    def stop_services(self) -> None:
        self._stack.compose("stop", *_WRITERS)

    def start(self) -> None:
        there_are = Counter(row["Service"] for row in self._stack.containers())
        up.start(self._stack, {name: there_are[name] for name in _SERVICES if there_are[name]})

    def _container(self, name: str) -> str:
        if name not in self._ids:
            self._ids[name] = self._stack.container(name)
        return self._ids[name]

    def _in_gateway(self, script: str) -> None:
        self._stack.docker("exec", self._container("gateway"), "sh", "-c", script)

    def _in_new_container(self, service: str, program: str, *, stdin: IO[bytes]) -> None:
        """Run a program of Python with the service's volumes and rights."""
        options = ("--rm", "-T", "--no-deps", "--entrypoint", "python")
        self._run("compose", "run", *options, service, "-c", program, stdin=stdin)

    def _run(self, *arguments: str, stdin: IO[bytes] | int) -> None:
        """`docker` with bytes going in."""
        done = subprocess.run(
            ["docker", *arguments],
            cwd=self._stack.checkout,
            env=self._stack.variables,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()[-1000:]
            raise ShopError(f"docker {arguments[0]} ended with {done.returncode}: {said}")
