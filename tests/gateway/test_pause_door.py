"""The door of a backup in a cluster: it holds writes, and does nothing else."""

import os
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.kubernetes import in_pod
from deploy.kubernetes.in_pod import PodReach
from deploy.operations.backup.pause import SPAN
from tests.gateway.client import Client, Gateway

Ask = Callable[[str, str], int]


@pytest.fixture
def ask(gateway: Gateway) -> Ask:
    """Ask the door; the status."""

    def answer(method: str, path: str) -> int:
        connection = HTTPConnection("127.0.0.1", gateway.ports["PAUSE_PORT"], timeout=5)
        connection.request(method, path, body=b"" if method == "PUT" else None)
        status = connection.getresponse().status
        connection.close()
        return status

    return answer


@pytest.fixture
def folder(gateway: Gateway) -> Iterator[Path]:
    """The folder in which a file holds writes; Nginx makes it, and it is removed at the end."""
    yield (held := gateway.folder / "held")
    for file in held.iterdir() if held.exists() else ():
        file.unlink()
    if held.exists():
        held.rmdir()


def now() -> int:
    """The present span."""
    return int(time.time()) // SPAN


def test_a_file_holds_writes_until_it_is_gone(client: Client, ask: Ask, folder: Path) -> None:
    """A pod that has just started has no folder yet. Spans may be held again."""
    spans = [now() + ahead for ahead in range(3)]
    assert [ask("PUT", f"/held/{span}") for span in spans] == [201] * 3
    assert ask("PUT", f"/held/{spans[0]}") == 204
    assert client("POST", "/api/orders", body=b"{}").status == 503
    assert client("GET", "/api/products").status == 200
    assert [ask("DELETE", f"/held/{span}") for span in spans] == [204] * 3
    assert client("POST", "/api/orders", body=b"{}").status == 200


def test_without_anybody_who_ends_it_it_ends(client: Client, ask: Ask, folder: Path) -> None:
    """A backup that died leaves files of spans that pass."""
    for ahead in (-3, -2, -1):
        assert ask("PUT", f"/held/{now() + ahead}") == 201
    assert client("POST", "/api/orders", body=b"{}").status == 200


def test_a_backup_knows_its_own_files_from_those_of_another(
    client: Client, folder: Path, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Nginx' answers, whose Date is that of its clock."""
    monkeypatch.setattr(in_pod, "_GATEWAYS", "127.0.0.1")
    monkeypatch.setattr(in_pod, "_KNOWN_AFTER", 0)
    # The broker, which a new pod waits for: anything that listens.
    (tmp_path / "amqp").write_text(f"amqp://127.0.0.1:{gateway.ports['PAUSE_PORT']}")
    first, second = (PodReach(tmp_path, pause_port=gateway.ports["PAUSE_PORT"]) for _ in range(2))
    spans = range(now(), now() + 3)
    with first.exclusive(), second.exclusive():
        first.hold_writes(spans)
        first.hold_writes(spans)
        with pytest.raises(ShopError, match="by another backup"):
            second.hold_writes(spans)
        second.admit_writes()
        assert client("POST", "/api/orders", body=b"{}").status == 503
        first.admit_writes()
        assert client("POST", "/api/orders", body=b"{}").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/held/1", 404),
        ("COPY", "/held/1", 404),
        ("PUT", "/nginx.conf", 404),
        ("PUT", "/held/../nginx.conf", 404),
        ("PUT", "/held/%2e%2e/nginx.conf", 404),
        ("PUT", "/held/a", 404),
        ("PUT", "/held/1/1", 404),
        ("DELETE", "/", 404),
        ("GET", "/api/products", 404),
    ],
)
def test_it_does_nothing_else(
    ask: Ask, folder: Path, gateway: Gateway, method: str, path: str, status: int
) -> None:
    """No other file is written, none is read, and it leads nowhere."""
    before = (gateway.folder / "nginx.conf").read_bytes()
    assert ask(method, path) == status
    assert (gateway.folder / "nginx.conf").read_bytes() == before


def test_the_doors_of_customers_take_no_such_file(client: Client, folder: Path) -> None:
    """What is put there is a page that does not exist."""
    assert client("PUT", f"/held/{now()}").status in (404, 405)
    assert not folder.exists() or not os.listdir(folder)
