"""Writes are held while there is a file for the present span of time, and only then."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.operations.backup.pause import SPAN
from tests.gateway.client import Client, Gateway
from tests.gateway.test_errors import assert_problem


@pytest.fixture
def held(gateway: Gateway) -> Iterator[Path]:
    """The folder in which a file holds writes; it is emptied at the end."""
    folder = gateway.folder / "held"
    folder.mkdir()
    yield folder
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def hold(folder: Path, *spans: int) -> None:
    """Hold writes in spans, counted from the present one."""
    for span in spans:
        (folder / str(int(time.time()) // SPAN + span)).touch()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_writes_are_refused_for_a_while(client: Client, held: Path, method: str) -> None:
    """503 with Retry-After, before any service hears of it, also where the client is limited."""
    hold(held, 0, 1)
    before = len(client.gateway.a.seen)
    answer = client(method, "/api/users/login")
    assert_problem(answer, 503)
    assert answer.all("Retry-After") == ["2"]
    assert "backup" in answer.json()["detail"]
    assert len(client.gateway.a.seen) == before


def test_what_is_no_write_of_the_shop_goes_on(client: Client, held: Path) -> None:
    """A path outside the API is answered as always."""
    hold(held, 0, 1)
    assert client("POST", "/health").status == 405


def test_reads_go_on(client: Client, held: Path) -> None:
    """GET, HEAD, and a browser's question whether it may write."""
    hold(held, 0, 1)
    assert client("GET", "/api/products").status == 200
    assert client("HEAD", "/health").status == 200
    assert client("OPTIONS", "/api/orders").status == 200


def test_a_pause_of_the_past_holds_nothing(client: Client, held: Path) -> None:
    """Nobody needs to end it."""
    hold(held, -2, -1, 5)
    assert client("POST", "/api/orders", body=b"{}").status == 200
