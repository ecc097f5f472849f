"""Spoils one row of one store at a time, and puts it back."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
from pymongo.database import Database

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations import dead_letters
from services.shared.events.topology import dead_queue
from tests.deploy.operations.conftest import Sql
from tests.waiting import wait_for


@dataclass(frozen=True)
class Stores:
    """The stores of a platform, and orders in them by what became of each. product: what was ordered."""

    layout: Layout
    sql: Sql
    ledger: sqlite3.Connection
    documents: Database[dict[str, Any]]
    orders: Mapping[str, str]
    product: str

    @contextmanager
    def row(
        self, database: str, table: str, column: str, value: object, key: str, identifier: str
    ) -> Iterator[None]:
        """Another value in one column of one row of PostgreSQL."""
        where = f"WHERE {key} = $1"
        [(before,)] = self.sql(database, f"SELECT {column} FROM {table} {where}", identifier)
        self.sql(database, f"UPDATE {table} SET {column} = $2 {where}", identifier, value)
        try:
            yield
        finally:
            self.sql(database, f"UPDATE {table} SET {column} = $2 {where}", identifier, before)

    @contextmanager
    def document(self, collection: str, identifier: str, change: dict[str, Any]) -> Iterator[None]:
        """One change of one document of MongoDB."""
        before = self.documents[collection].find_one({"_id": identifier})
        assert before is not None
        self.documents[collection].update_one({"_id": identifier}, change)
        try:
            yield
        finally:
            self.documents[collection].replace_one({"_id": identifier}, before)

    @contextmanager
    def statements(self, spoil: str, restore: str, *arguments: object) -> Iterator[None]:
        """Two statements for the provider's ledger."""
        self.ledger.execute(spoil, arguments)
        try:
            yield
        finally:
            self.ledger.execute(restore, arguments[: restore.count("?")])

    @contextmanager
    def dead_letter(self, queue: str) -> Iterator[None]:
        """A message that was given up."""
        url = StoreUrls(self.layout).amqp()
        identifier = os.urandom(8).hex()

        async def put() -> None:
            async with await aio_pika.connect(url) as connection:
                message = aio_pika.Message(b"{}", message_id=identifier)
                await (await connection.channel()).default_exchange.publish(message, dead_queue(queue))

        asyncio.run(put())
        try:
            yield
        finally:
            # whoever has just looked at it may still hold it
            wait_for("the letter to be dropped", lambda: asyncio.run(dead_letters.drop(url, queue, identifier)))

    @contextmanager
    def old_pending_order(self) -> Iterator[None]:
        """An order, two minutes old, that nobody decides about."""
        for table, key, others, values in (
            ("orders", "id", "traceparent, request_id, created_at", "'', '', now() - interval '2 minutes'"),
            ("order_history", "order_id", "lines, created_at, updated_at", "'[]', now(), now()"),
        ):
            columns = f"INSERT INTO {table} ({key}, user_id, status, total_cents, currency, {others})"
            self.sql("orders", f"{columns} VALUES ('old', 'u', 'pending', 1, 'EUR', {values})")
        try:
            yield
        finally:
            self.sql("orders", "DELETE FROM order_history WHERE order_id = 'old'")
            self.sql("orders", "DELETE FROM orders WHERE id = 'old'")

    def payment(self, ending: str) -> str:
        """The id of the payment of one of the orders."""
        [(identifier,)] = self.sql("payments", "SELECT id FROM payments WHERE order_id = $1", self.orders[ending])
        return str(identifier)


Spoil = Callable[[Stores], AbstractContextManager[None]]


def _order(ending: str, column: str, value: object) -> Spoil:
    return lambda s: s.row("orders", "orders", column, value, "id", s.orders[ending])


def _history(ending: str, column: str, value: object) -> Spoil:
    return lambda s: s.row("orders", "order_history", column, value, "order_id", s.orders[ending])


def _payment(ending: str, column: str, value: object) -> Spoil:
    return lambda s: s.row("payments", "payments", column, value, "id", s.payment(ending))


def _decision(ending: str, state: str) -> Spoil:
    return lambda s: s.document("decisions", s.orders[ending], {"$set": {"state": state}})


def _charge(ending: str, column: str, spoilt: str, right: str) -> Spoil:
    change = "UPDATE charges SET {} = {} WHERE payment_id = ?"
    return lambda s: s.statements(change.format(column, spoilt), change.format(column, right), s.payment(ending))


def _reservation(change: Callable[[Stores], dict[str, Any]]) -> Spoil:
    return lambda s: s.document("products", s.product, change(s))


SPOILS: dict[str, tuple[Spoil, str, str]] = {
    # what is spoilt: (how, whom the lines are about, what is told of the first)
    "an order's total": (_order("paid", "total_cents", 7), "order {paid}", "expected 7 cents"),
    "an order's state": (_order("awaiting", "status", "paid"), "order {awaiting}", "0 succeeded payments"),
    "an order that is not decided": (Stores.old_pending_order, "order old", "pending since"),
    "a history row": (_history("cancelled", "reason", "x"), "order {cancelled}", "has reason 'x'"),
    "a payment's amount": (_payment("paid", "amount_cents", 7), "order {paid}", "is 7 cents"),
    "a payment's state": (_payment("paid", "status", "failed"), "order {paid}", "is failed, its charge"),
    "a payment's order": (_payment("paid", "order_id", "nobody"), "order nobody, order {paid}", "it has payment"),
    "a refund that is not in the ledger": (
        lambda s: s.statements(
            "UPDATE refunds SET payment_id = 'x' || payment_id WHERE payment_id = ?",
            "UPDATE refunds SET payment_id = substr(payment_id, 2) WHERE payment_id = 'x' || ?",
            s.payment("refunded"),
        ),
        "order {refunded}",
        "is refunded, its charge in the ledger is succeeded;",
    ),
    "a refund that only the ledger has": (
        lambda s: s.statements(
            "INSERT INTO refunds (payment_id, refund_id, created_at) VALUES (?, 'r', 0)",
            "DELETE FROM refunds WHERE payment_id = ?",
            s.payment("paid"),
        ),
        "order {paid}",
        "succeeded and refunded",
    ),
    "a charge's amount": (_charge("paid", "amount_cents", "7", "1000"), "order {paid}", "is 7 cents"),
    "a charge's state": (
        _charge("declined", "status", "'succeeded'", "'declined'"),
        "order {declined}",
        "is failed,",
    ),
    "a charge of nobody's": (
        lambda s: s.statements(
            "INSERT INTO charges (charge_id, payment_id, amount_cents, currency, brand, last4, status,"
            " callback_url, traceparent, request_id, created_at, decide_at, decided_at)"
            " SELECT 'c', 'stray', 1, currency, brand, last4, status, '', '', '', 0, 0, 0 FROM charges LIMIT 1",
            "DELETE FROM charges WHERE charge_id = 'c'",
        ),
        "charge stray",
        "the ledger has it",
    ),
    "a decision": (_decision("paid", "reserved"), "order {paid}", "is reserved; expected committed"),
    "a reservation that is lost": (
        _reservation(lambda s: {"$pull": {"reservations": {"orderId": s.orders["awaiting"]}}}),
        "order {awaiting}",
        "holds no stock",
    ),
    "a reservation that is left": (
        _reservation(lambda s: {"$push": {"reservations": {"orderId": s.orders["cancelled"], "quantity": 1}}}),
        "order {cancelled}",
        "it is cancelled and holds 1 of",
    ),
    "a reservation of no order": (
        _reservation(lambda s: {"$push": {"reservations": {"orderId": "nobody-else", "quantity": 1}}}),
        "order nobody-else",
        "it holds 1 of",
    ),
    "what is available": (
        _reservation(lambda _: {"$set": {"available": -1}}),
        "product {product}",
        "-1 available",
    ),
    "a dead letter": (lambda s: s.dead_letter("order.stock"), "queue order.stock", "1 dead letter"),
}
