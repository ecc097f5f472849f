"""Reads what PostgreSQL holds of orders and payments. Never writes: the sessions are read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.operations.asking import asking
from deploy.operations.facts import Delayed, History, Lines, Order, Payment
from deploy.operations.rules import LATE_SECONDS
from services.shared.driver import connect

_PAGE = 1_000  # ids fetched at once
_ORDERS = f"""
SELECT id, user_id, status, total_cents, currency, reason, created_at,
       status = 'pending' AND created_at < now() - interval '{LATE_SECONDS} s' AS overdue,
       created_at < now() - interval '7 days' AS old
  FROM orders WHERE id = ANY($1)
"""  # noqa: S608 - a number of ours
_LINES = "SELECT order_id, product_id, quantity FROM order_lines WHERE order_id = ANY($1)"
_HISTORY = """
SELECT order_id, user_id, status, total_cents, currency, reason FROM order_history WHERE order_id = ANY($1)
"""
_PAYMENTS = """
SELECT order_id, id, status, amount_cents, currency FROM payments WHERE order_id = ANY($1) ORDER BY created_at, id
"""
_DELAYED = f"""
SELECT event ->> 'id' AS id, event ->> 'type' AS type, created_at
  FROM outbox WHERE created_at < now() - interval '{LATE_SECONDS} s' ORDER BY seq LIMIT 1000
"""  # noqa: S608 - a number of ours


class Database:
    """One of the databases, asked over one connection."""

    def __init__(self, name: str, connection: asyncpg.Connection[Any]) -> None:
        self.name = name
        self._connection = connection

    async def ids(self, statement: str) -> set[str]:
        """The one column that the statement selects, fetched in pages."""
        with asking(f"PostgreSQL {self.name}"):
            async with self._connection.transaction():
                return {row[0] async for row in self._connection.cursor(statement, prefetch=_PAGE)}

    async def rows(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of a statement that has few."""
        with asking(f"PostgreSQL {self.name}"):
            found: list[asyncpg.Record] = await self._connection.fetch(statement, *arguments)
            return found

    async def delayed(self) -> list[Delayed]:
        """Events that are in the outbox for too long; the first thousand."""
        rows = await self.rows(_DELAYED)
        return [Delayed(self.name, row["type"], row["id"], f"{row['created_at']:%F %T}") for row in rows]

    async def outbox_is_empty(self) -> bool:
        """Whether every event has been handed to the broker."""
        return not await self.rows("SELECT 1 FROM outbox LIMIT 1")


@asynccontextmanager
async def read_only(
    name: str, url: str, *, by: str, command_timeout: float
) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection to the database `name` that changes nothing, at a URL of SQLAlchemy's or libpq's form.

    by: who asks, as PostgreSQL shows it; command_timeout: seconds.
    """
    with asking(f"PostgreSQL {name}"):
        connection = await connect(
            url,
            timeout=5,
            command_timeout=command_timeout,
            server_settings={"default_transaction_read_only": "on", "application_name": by},
        )
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def connected(name: str, url: str) -> AsyncIterator[Database]:
    """The database `name`, to be compared."""
    async with read_only(name, url, by="shop reconcile", command_timeout=30) as connection:
        yield Database(name, connection)


async def ids_of_orders(database: Database) -> set[str]:
    """Every order that there is, or that there is a history row of."""
    return await database.ids("SELECT id FROM orders UNION SELECT order_id FROM order_history")


async def orders(database: Database, ids: Collection[str]) -> dict[str, Order]:
    """The orders with these ids, with their lines."""
    lines: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in await database.rows(_LINES, ids):
        lines[row["order_id"]].append((row["product_id"], row["quantity"]))
    return {row["id"]: _order(row, tuple(sorted(lines[row["id"]]))) for row in await database.rows(_ORDERS, ids)}


async def histories(database: Database, ids: Collection[str]) -> dict[str, History]:
    """The rows of the read model for these orders."""
    return {
        row["order_id"]: History(row["user_id"], row["status"], row["total_cents"], row["currency"], row["reason"])
        for row in await database.rows(_HISTORY, ids)
    }


async def paid_for(database: Database) -> set[str]:
    """Every order that there is a payment of."""
    return await database.ids("SELECT DISTINCT order_id FROM payments")


async def payments(database: Database, order_ids: Collection[str]) -> dict[str, tuple[Payment, ...]]:
    """All payments of these orders, the oldest first."""
    found: defaultdict[str, tuple[Payment, ...]] = defaultdict(tuple)
    for row in await database.rows(_PAYMENTS, order_ids):
        found[row["order_id"]] += (Payment(row["id"], row["status"], row["amount_cents"], row["currency"]),)
    return found


async def known(database: Database, payment_ids: Collection[str]) -> set[str]:
    """Which of these payments there are."""
    rows = await database.rows("SELECT id FROM payments WHERE id = ANY($1)", payment_ids)
    return {row["id"] for row in rows}


def _order(row: asyncpg.Record, lines: Lines) -> Order:
    return Order(
        user_id=row["user_id"],
        status=row["status"],
        total_cents=row["total_cents"],
        currency=row["currency"],
        reason=row["reason"],
        lines=lines,
        placed=f"{row['created_at']:%F %T}",
        overdue=row["overdue"],
        old=row["old"],
    )
