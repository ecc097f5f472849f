"""How a backup and a restore reach the stores of the compose stack.

By the ports that it publishes on loopback, and by programs in its containers.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO

from deploy.native import rabbitmq
from deploy.native.errors import ShopError
from deploy.native.layout import CHECKOUT
from deploy.operations.backup.reach import SECRETS, Command
from deploy.operations.books import Addresses

_WRITERS = ("gateway", "user-service", "product-service", "order-service", "payment-service", "payment-provider")
# In the provider's container. SQLite copies all pages at once; the copy leaves as a stream.
_COPY_LEDGER = """
import pathlib, shutil, sqlite3, sys
copy = pathlib.Path("/data/ledger.copy")
copy.unlink(missing_ok=True)
try:
    source, target = sqlite3.connect("/data/ledger.sqlite", timeout=10), sqlite3.connect(copy)
    source.backup(target)
    target.close()
    with copy.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
finally:
    copy.unlink(missing_ok=True)
"""
_REPLACE_LEDGER = """
import pathlib, shutil, sys
for suffix in ("-wal", "-shm"):
    pathlib.Path("/data/ledger.sqlite" + suffix).unlink(missing_ok=True)
with open("/data/ledger.sqlite", "wb") as file:
    shutil.copyfileobj(sys.stdin.buffer, file)
"""
# In the container of the step `secrets`.
_READ_SECRETS = """
import json, pathlib
print(json.dumps({path.name: path.read_text() for path in pathlib.Path("/run/secrets/all").iterdir()}))
"""
_REPLACE_SECRETS = """
import json, pathlib, sys
for name, text in json.load(sys.stdin).items():
    path = pathlib.Path("/run/secrets/all", name)
    path.write_text(text)
    path.chmod(0o600)
"""


class ContainerReach:
    """The stores of the stack, as deploy/operations/backup/reach.py wants them.

    compose: the command of Docker Compose, with its options.
    """

    def __init__(self, compose: Sequence[str]) -> None:
        self._compose = tuple(compose)

    @cached_property
    def _kept(self) -> Mapping[str, str]:
        kept: dict[str, str] = json.loads(self._run(*self._step("secrets", _READ_SECRETS)))
        return kept

    @property
    def addresses(self) -> Addresses:
        broker = f"{rabbitmq.USER}:{self._password('rabbitmq')}@{self._published('rabbitmq', 5672)}"
        documents = f"products:{self._password('products')}@{self._published('mongo', 27017)}"
        return Addresses(
            orders=self.database_urls["orders"],
            payments=self.database_urls["payments"],
            mongo=f"mongodb://{documents}/products?directConnection=true",
            provider=f"http://{self._published('payment-provider', 8000)}",
            amqp=f"amqp://{broker}/{rabbitmq.VHOST}",
        )

    @cached_property
    def database_urls(self) -> Mapping[str, str]:
        where = self._published("postgres", 5432)
        names = ("users", "orders", "payments")
        return {name: f"postgresql://{name}:{self._password(name)}@{where}/{name}" for name in names}

    @property
    def redis(self) -> str:
        return f"redis://:{self._password('redis')}@{self._published('redis', 6379)}/0"

    @property
    def callback_url(self) -> str:
        return "http://payment-service:8000/api/payments/webhook"

    @contextmanager
    def alone(self) -> Iterator[None]:
        running = self._run("ps", "--services", "--status=running").decode().split()
        if missing := sorted({*_WRITERS, "postgres", "mongo", "redis", "rabbitmq"}.difference(running)):
            raise ShopError(f"These do not run: {', '.join(missing)}.", "./shop up --docker starts them.")
        yield

    def client(self, program: str, database: str) -> Command:
        # By the socket in the container, where the database's owner needs no password.
        named = () if program == "pg_restore" else (f"--dbname={database}",)
        command = (*self._compose, "exec", "-T", "postgres", program, f"--username={database}", *named)
        return Command(command, os.environ)

    def copy_ledger(self, target: Path) -> None:
        with target.open("wb") as file:
            self._run("exec", "-T", "payment-provider", "python", "-c", _COPY_LEDGER, stdout=file)

    def replace_ledger(self, source: Path) -> None:
        with source.open("rb") as file:
            self._run(*self._step("payment-provider", _REPLACE_LEDGER), stdin=file)

    def hold_writes(self, slots: Iterable[int]) -> None:
        files = " ".join(map(str, slots))
        self._in_gateway(f"mkdir -p $RUN_DIR/held && cd $RUN_DIR/held && touch {files}")

    def admit_writes(self) -> None:
        self._in_gateway("rm -rf $RUN_DIR/held")

    def secrets(self) -> dict[str, bytes]:
        return {name: self._kept[name].encode() for name in SECRETS}

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        texts = json.dumps({name: value.decode() for name, value in values.items()}).encode()
        self._run(*self._step("secrets", _REPLACE_SECRETS), given=texts)
        self._run("run", "--rm", "-T", "--no-deps", "secrets")  # it hands them to the containers
        self.__dict__.pop("_kept", None)

    def start_stores(self) -> None:
        self.start()  # migrations and seeds too: a fresh installation has them

    def stop_services(self) -> None:
        self._run("stop", *_WRITERS)

    def start(self) -> None:
        self._run("up", "--detach", "--wait", "--quiet-pull")

    def _password(self, name: str) -> str:
        return self._kept[f"{name}_password"].strip()

    def _published(self, service: str, port: int) -> str:
        return self._run("port", service, str(port)).decode().strip()

    def _in_gateway(self, script: str) -> None:
        self._run("exec", "-T", "gateway", "sh", "-c", script)

    def _step(self, service: str, program: str) -> tuple[str, ...]:
        """A program in a container of its own, with the service's volumes and rights."""
        return ("run", "--rm", "-T", "--no-deps", "--entrypoint", "python", service, "-c", program)

    def _run(
        self,
        *arguments: str,
        stdin: IO[bytes] | None = None,
        given: bytes | None = None,
        stdout: IO[bytes] | int = subprocess.PIPE,
    ) -> bytes:
        done = subprocess.run(
            [*self._compose, *arguments],
            cwd=CHECKOUT,
            stdin=None if given is not None else stdin or subprocess.DEVNULL,
            input=given,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()[-1000:]
            raise ShopError(f"docker compose {arguments[0]} failed with {done.returncode}: {said}")
        return done.stdout or b""
