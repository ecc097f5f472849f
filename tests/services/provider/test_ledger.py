"""The ledger's file: a transaction at a time, whatever becomes of who asked for it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import OperationalError

from services.provider import ledger as ledger_module
from services.provider.ledger import Ledger, LedgerUnavailableError
from services.provider.models import refunds
from tests.services.provider.helpers import Receiver, charge, provider


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """A ledger that is open."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    await ledger.open()
    yield ledger
    await ledger.close()


def _give_back(connection: Connection, payment_id: str = "p-1") -> None:
    given = {"payment_id": payment_id, "refund_id": payment_id, "created_at": 0.0}
    connection.execute(insert(refunds).values(given))


def _payments(ledger: Ledger) -> list[str]:
    with closing(sqlite3.connect(ledger.file)) as connection:
        return [row[0] for row in connection.execute("SELECT payment_id FROM refunds")]


async def _given_up(ledger: Ledger) -> tuple[asyncio.Task[None], threading.Event]:
    """Work that has begun, and whose caller goes away; and what lets it end."""
    begun, may_end = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        may_end.wait(10)
        _give_back(connection)

    work = asyncio.create_task(ledger.transaction(slow))
    await asyncio.to_thread(begun.wait, 10)
    work.cancel()
    return work, may_end


async def test_work_that_fails_is_undone(ledger: Ledger) -> None:
    """All of it, and the next one begins."""

    def fail(connection: Connection) -> None:
        _give_back(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await ledger.transaction(fail)
    await ledger.transaction(lambda connection: _give_back(connection, "p-2"))
    assert _payments(ledger) == ["p-2"]


async def test_work_goes_on_when_nobody_waits_for_it(ledger: Ledger) -> None:
    """It ends as a whole; what comes next waits for it."""
    work, may_end = await _given_up(ledger)
    with pytest.raises(asyncio.CancelledError):
        await work
    following = asyncio.create_task(ledger.transaction(lambda connection: _give_back(connection, "p-2")))
    may_end.set()
    await following
    assert _payments(ledger) == ["p-1", "p-2"]


async def test_closing_waits_for_work(tmp_path: Path) -> None:
    """What a request began is in the file, though the request was given up at the end."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    await ledger.open()
    work, may_end = await _given_up(ledger)
    closing_ = asyncio.create_task(ledger.close())
    await asyncio.gather(work, return_exceptions=True)
    may_end.set()
    await closing_
    assert _payments(ledger) == ["p-1"]


async def test_whose_turn_does_not_come(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are refused after a while, and nobody is stopped by that."""
    monkeypatch.setattr(ledger_module, "_PATIENCE", 0.05)
    may_end = threading.Event()
    work = asyncio.create_task(ledger.transaction(lambda _: may_end.wait(10)))
    await asyncio.sleep(0)  # it has its turn
    refused = await asyncio.gather(*(ledger.transaction(_give_back) for _ in range(5)), return_exceptions=True)
    assert {type(one) for one in refused} == {TimeoutError}
    may_end.set()
    await work
    await ledger.transaction(_give_back)
    assert _payments(ledger) == ["p-1"]


async def test_a_file_that_another_program_holds(ledger: Ledger) -> None:
    """It is unavailable, which passes; a wrong statement does not."""
    await ledger.transaction(lambda connection: connection.execute(text("PRAGMA busy_timeout=20")).all())
    with closing(sqlite3.connect(ledger.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailableError, match="locked"):
            await ledger.transaction(_give_back)
        other.execute("COMMIT")
    await ledger.transaction(_give_back)
    with pytest.raises(OperationalError, match="no such table"):
        await ledger.transaction(lambda connection: connection.execute(text("SELECT * FROM nowhere")))


async def test_a_charge_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """503: whoever asks tries again."""
    monkeypatch.setattr(ledger_module, "_PRAGMAS", ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20"))
    file = tmp_path / "ledger.sqlite"
    async with provider(file, Receiver()) as client:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await client.post("/charges", json=charge("p-1"))
            other.execute("COMMIT")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await client.post("/charges", json=charge("p-1"))).status_code == 202
