"""The history read model: what is rebuilt from the log of events equals what the service kept."""

import io
import threading
from typing import Any

import asyncpg
import pytest
from rich.console import Console

from deploy.cli import rebuild, ways
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from services.order.rebuild import _stretch
from services.shared.database import Database
from tests.deploy.operations.conftest import Sql
from tests.platform.client import Admin, Customer

Rows = dict[str, tuple[Any, ...]]


def history(sql: Sql) -> Rows:
    """All rows, by order."""
    return {row[0]: row for row in sql("orders", "SELECT * FROM order_history")}


def run(platform: Layout) -> str:
    """What the command prints."""
    output = io.StringIO()
    assert rebuild.run(ways.of(platform), Console(file=output, width=200)) == 0
    return output.getvalue()


def one_of_each_ending(customer: Customer, product: str) -> list[str]:
    """Orders that were paid, cancelled, declined and rejected."""
    paid, cancelled, declined = (customer.reserved_order(product) for _ in range(3))
    rejected = customer.order(product, 100)
    customer.pay(paid)
    customer.pay(declined, "declined")
    customer.http.put(f"/api/orders/{cancelled}/status", json={"status": "cancelled", "reason": "no more"})
    customer.until(paid, "paid")
    customer.until(declined, "payment_failed")
    customer.until(rejected, "rejected")
    return [paid, cancelled, declined, rejected]


def test_rebuilt_equals_kept_while_orders_are_placed(
    platform: Layout, customer: Customer, admin: Admin, sql: Sql
) -> None:
    """Rows that are missing, wrong or of no order are mended; all others, and new ones, stay as they were kept."""
    product = admin.add_product(stock=99)
    settled = one_of_each_ending(customer, product)
    kept = {order_id: history(sql)[order_id] for order_id in settled}
    sql("orders", "DELETE FROM order_history WHERE order_id = ANY($1)", settled[:2])
    wrong = "UPDATE order_history SET status = 'pending', reason = 'x', total_cents = 1, lines = '[]'"
    sql("orders", f"{wrong} WHERE order_id = ANY($1)", settled[2:])
    stray = "INSERT INTO order_history SELECT 'stray-' || order_id, user_id, status, total_cents, currency, lines"
    sql("orders", f"{stray}, shipping_address, reason, created_at, updated_at FROM order_history LIMIT 2")

    enough = threading.Event()
    placed: list[str] = []

    def shop() -> None:
        while not enough.is_set():
            order_id = customer.reserved_order(product)
            customer.http.put(f"/api/orders/{order_id}/status", json={"status": "cancelled"})
            placed.append(order_id)

    shopper = threading.Thread(target=shop)
    shopper.start()
    try:
        said = run(platform)
    finally:
        enough.set()
        shopper.join()

    now = history(sql)
    assert {order_id: now[order_id] for order_id in settled} == kept
    assert not [order_id for order_id in now if order_id.startswith("stray-")]
    assert "removed 2 rows" in said
    assert placed
    assert all(now[order_id][2] == "cancelled" for order_id in placed)
    run(platform)
    assert history(sql) == now


async def test_orders_are_locked_while_they_are_rebuilt(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """As commands lock them: else a move in between would write to a row that is about to be replaced."""
    customer.reserved_order(admin.add_product(stock=1))  # there is one at least
    url = StoreUrls(platform).postgres("orders")
    database = Database(url)
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    take = "SELECT FROM orders WHERE id = $1 FOR UPDATE NOWAIT"
    try:
        async with database.session() as session:
            ids, _ = await _stretch(session, "")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await other.execute(take, ids[-1])
        assert await other.execute(take, ids[-1]) == "SELECT 1"
    finally:
        await other.close()
        await database.close()


def test_many_orders_are_rebuilt(platform: Layout, sql: Sql) -> None:
    """Over several stretches: every row is made, with the state and the total that the log tells."""
    sql(
        "orders",
        "INSERT INTO orders (id, user_id, status, total_cents, currency, traceparent, request_id)"
        " SELECT 'many-' || n, 'nobody', 'cancelled', n, 'EUR', '', '' FROM generate_series(1, 120) n",
    )
    data = """jsonb_build_object('user_id', user_id, 'status', 'pending', 'total_cents', total_cents,
        'currency', currency, 'lines', '[]'::jsonb, 'shipping_address', NULL, 'reason', NULL)"""
    events = "INSERT INTO order_events (order_id, type, data, at) SELECT id,"
    sql("orders", f"{events} 'created', {data}, created_at FROM orders WHERE id LIKE 'many-%'")
    moved = """'moved', '{"status": "cancelled", "reason": "test"}', updated_at"""
    sql("orders", f"{events} {moved} FROM orders WHERE id LIKE 'many-%'")
    try:
        run(platform)
        made = {order_id: row for order_id, row in history(sql).items() if order_id.startswith("many-")}
        assert {order_id: row[3] for order_id, row in made.items()} == {f"many-{n}": n for n in range(1, 121)}
        assert {row[2] for row in made.values()} == {"cancelled"}
    finally:
        for table, column in (("orders", "id"), ("order_events", "order_id"), ("order_history", "order_id")):
            sql("orders", f"DELETE FROM {table} WHERE {column} LIKE 'many-%'")
