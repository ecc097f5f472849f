"""The backup of a cluster, in a pod of its own: `python -m deploy.kubernetes.in_pod <place> <recipient> <keep>`.

It commands nothing in other pods. It holds writes by the gateway's door (gateway/pause_door.conf.template), copies
the ledger by the provider's, and reads the stores as their clients. It has no way to restore: see reach.py.
"""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from deploy.installation.errors import ShopError, reason
from deploy.installation.services import CONTAINER_PORT, DATABASES, PROVIDER
from deploy.operations.asking import CouldNotAskError
from deploy.operations.backup import object_storage
from deploy.operations.backup.pause import DOOR, compare_clocks, taken
from deploy.operations.backup.reach import SECRETS, ClientCommand, Source
from deploy.operations.backup.take import take
from deploy.operations.books import Addresses

_GATEWAYS = "gateway-pods"  # the Service that knows each pod by its own address
_KNOWN_AFTER = 6.0  # seconds until a new pod has its name: the cluster's DNS answers for 5 s from memory
_ADMITTED_WITHIN = 30.0  # seconds until network policies know a new pod; until then the stores refuse it


class PodReach(Source):
    """Addresses and secrets from files (credentials.py)."""

    def __init__(self, secrets: Path = Path("/run/secrets/backup"), *, pause_port: int = DOOR) -> None:
        self._folder = secrets
        self._port = pause_port
        self._gateways: frozenset[str] = frozenset()
        self._held: set[tuple[str, int]] = set()  # by us: the address of a pod, and the span

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(
            orders=self._value("orders"),
            payments=self._value("payments"),
            mongo=self._value("mongo"),
            provider=f"http://{PROVIDER.name}:{CONTAINER_PORT}",
            provider_key=self._value("provider_key"),
            amqp=self._value("amqp"),
        )

    @property
    def database_urls(self) -> Mapping[str, str]:
        return {name: self._value(name) for name in DATABASES}

    @property
    def unfinished(self) -> Path:
        return self._folder / "restore-unfinished"  # a restore has no services that would let a backup be made

    def secrets(self) -> dict[str, bytes]:
        return {name: (self._folder / name).read_bytes() for name in SECRETS}

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """The pods of the gateway are the same from here to the end; else ShopError: it is worth nothing.

        One that came during the pause would have let writes in, and one that was about to end, too: it is in no
        Service any more.
        """
        self._until_admitted()
        self._gateways = self._resolved()
        yield
        time.sleep(_KNOWN_AFTER)
        self._compare()

    def client(self, program: str, database: str) -> ClientCommand:
        url = urlsplit(self._value(database))
        place = (
            f"--host={url.hostname}",
            f"--port={url.port or 5432}",
            f"--username={unquote(url.username or '')}",
        )
        name = url.path.removeprefix("/")
        password = {"PGPASSWORD": unquote(url.password or "")}
        return ClientCommand((program, *place, f"--dbname={name}"), password)

    def hold_writes(self, spans: Iterable[int]) -> None:
        self._compare()
        for held in product(self._gateways, spans):
            made = self._ask("PUT", *held) == httpx.codes.CREATED
            if made is (held in self._held):
                raise taken(f"the gateway at {held[0]}")
            self._held.add(held)

    def admit_writes(self) -> None:
        """Only where we hold them, and everywhere, also when one does not answer. Then it raises ShopError."""
        with ExitStack() as each:
            each.callback(self._held.clear)
            for held in self._held:
                each.callback(self._ask, "DELETE", *held)

    def _ask(self, method: str, address: str, span: int) -> int:
        """The status of the answer: 201 or 204, for a DELETE 204 or 404."""
        host, asked = f"[{address}]" if ":" in address else address, time.time()
        try:
            answer = httpx.request(method, f"http://{host}:{self._port}/held/{span}", timeout=2, trust_env=False)
        except httpx.HTTPError as error:
            raise ShopError(f"The gateway at {address} does not answer: {reason(error)}") from error
        if answer.status_code not in ((201, 204) if method == "PUT" else (204, 404)):
            raise ShopError(f"The gateway at {address} answered {answer.status_code}.")
        if method == "PUT":
            theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
            compare_clocks(f"the gateway at {address}", theirs, asked)
        return answer.status_code

    def _until_admitted(self) -> None:
        """Or as long as that may take: whoever asks the broker then says what is wrong."""
        broker = urlsplit(self._value("amqp"))
        address = broker.hostname or "", broker.port or (5671 if broker.scheme == "amqps" else 5672)
        deadline = time.monotonic() + _ADMITTED_WITHIN
        while time.monotonic() < deadline:
            try:
                socket.create_connection(address, timeout=2).close()
            except OSError:
                time.sleep(0.2)
            else:
                return

    def _compare(self) -> None:
        if self._resolved() != self._gateways:
            raise ShopError("Pods of the gateway came or went during the backup.", "Try again.")

    def _resolved(self) -> frozenset[str]:
        try:
            found = socket.getaddrinfo(_GATEWAYS, self._port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise ShopError(f"No pod of the gateway is ready: {reason(error)}") from error
        return frozenset(str(address[4][0]) for address in found)

    def _value(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8").strip()


def main(place: str, recipient: str, keep: str) -> None:
    """Take a backup, and put it away. Exits with 1 and a reason when there is none."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it, too, ends the pause
    try:
        object_storage.check(place, recipient)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "backup")
            manifest = take(PodReach(), file, tell=_say)
            size = file.stat().st_size
            _say("Encrypting it and putting it away")
            address = object_storage.put(file, place, recipient, keep=int(keep), tell=_say)
    except (ShopError, CouldNotAskError) as error:
        sys.exit(f"No backup was made: {error}")
    except OSError as error:
        sys.exit(f"No backup was made: {reason(error)}")
    counts = ", ".join(f"{count} {kind}" for kind, count in manifest.counts.items())
    _say(f"{address}, {size / 1e6:.1f} MB: {counts}.")
    _say(f"It shows {manifest.created}; writes were held for {manifest.pause_seconds:.2f} s.")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
