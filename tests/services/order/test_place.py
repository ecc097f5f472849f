"""Placing orders: once for a key, whole or not at all, at the price of the moment."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from observability.testing import MetricDelta
from services.shared.database import Transaction
from tests.services.order.desk import Desk, open_desk

ITEMS: dict[str, Any] = {"items": [{"productId": 1, "quantity": 2}, {"productId": "2", "quantity": 1}]}


async def _counts(desk: Desk) -> dict[str, int]:
    tables = ("orders", "order_lines", "order_events", "order_history", "outbox", "idempotency_keys")
    return {table: (await desk.rows(f"SELECT count(*) FROM {table}"))[0] for table in tables}


async def test_one_order_for_a_key_at_the_same_time(desk: Desk) -> None:
    """Requests with the same key that run at once make one order, and all are told of it."""
    placed = MetricDelta("shop_orders_total", status="pending")
    before = await _counts(desk)
    answers = await asyncio.gather(*(desk.post(ITEMS, key="same") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    [order_id] = {answer.json()["id"] for answer in answers}
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 4
    after = await _counts(desk)
    assert {table: after[table] - before[table] for table in after} == {
        "orders": 1, "order_lines": 2, "order_events": 1, "order_history": 1, "outbox": 1, "idempotency_keys": 1,
    }  # fmt: skip
    assert placed.value == 1
    split = [{"productId": "1", "quantity": 1}, {"productId": 2, "quantity": 1}, {"productId": 1, "quantity": 1}]
    again = await desk.post({"items": split}, key="same")  # the same order, spelled otherwise
    assert (again.status_code, again.json()["id"]) == (201, order_id)


async def test_key_with_another_body(desk: Desk) -> None:
    """A key that comes again with other content is refused; somebody else's key is another one."""
    first = await desk.post(ITEMS, key="mine")
    assert (await desk.post({"productId": 1}, key="mine")).status_code == 422
    desk.user_id = "somebody-else"
    other = await desk.post({"productId": 1}, key="mine")
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


async def test_repeated_while_products_are_away(desk: Desk) -> None:
    """What was placed is told again without asking anybody."""
    first = await desk.post(ITEMS, key="kept")
    desk.elsewhere.down = True
    again = await desk.post(ITEMS, key="kept")
    assert again.status_code == 201
    assert again.json() == first.json()


@pytest.mark.parametrize("then", [{"prices": {"1": 501, "2": 999}}, {"prices": {}}, {"down": True}])
async def test_placed_while_the_same_request_asks_for_products(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, then: dict[str, Any]
) -> None:
    """A client gave up and sends again: whatever became of the products, its order is placed by this key."""
    body = {**ITEMS, "expectedTotalCents": 1999}
    assert (await desk.post(body)).status_code == 201  # the keys of tokens are fetched
    first: list[httpx.Response] = []

    async def meanwhile(request: httpx.Request) -> httpx.Response:
        patch.undo()
        first.append(await desk.post(body, key="slow"))
        for name, value in then.items():
            setattr(desk.elsewhere, name, value)
        return await desk.elsewhere.handle_async_request(request)

    with monkeypatch.context() as patch:
        patch.setattr(desk.elsewhere, "handle_async_request", meanwhile)
        again = await desk.post(body, key="slow")
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (201, "true")
    assert again.json() == first[0].json()
    assert (await desk.post(body, key="other")).status_code in (409, 422, 503)


async def test_death_before_the_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What dies between the claim of a key and the commit leaves nothing; the key is free."""
    placed = MetricDelta("shop_orders_total", status="pending")
    before = await _counts(desk)

    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "after_commit", dies)
        assert (await desk.post(ITEMS, key="crash")).status_code == 500
    assert await _counts(desk) == before
    assert placed.value == 0
    assert (await desk.post(ITEMS, key="crash")).status_code == 201
    assert placed.value == 1


async def test_products_away(desk: Desk) -> None:
    """Without prices there is no order: 503 with a time to try again, and nothing is written."""
    before = await _counts(desk)
    desk.elsewhere.down = True
    answer = await desk.post(ITEMS, key="later")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert await _counts(desk) == before
    desk.elsewhere.down = False
    assert (await desk.post(ITEMS, key="later")).status_code == 201


async def test_price_of_the_moment(desk: Desk) -> None:
    """Lines keep the price they were placed at; an expected total that differs is a conflict with the new one."""
    order_id = await desk.place(**ITEMS, expectedTotalCents=1999)
    desk.elsewhere.prices["1"] = 600
    refused = await desk.post({**ITEMS, "expectedTotalCents": 1999})
    assert (refused.status_code, refused.json()["totalCents"]) == (409, 2199)
    order = await desk.order(order_id)
    assert order["totalCents"] == 1999
    assert [line["unitPriceCents"] for line in order["lines"]] == [500, 999]


async def test_prices_of_two_currencies(desk: Desk) -> None:
    """They have no sum: the order is refused, with or without an expected total, and nothing is written."""
    before = await _counts(desk)
    desk.elsewhere.currencies["2"] = "USD"
    for more in ({}, {"expectedTotalCents": 1999}):
        answer = await desk.post({**ITEMS, **more})
        assert (answer.status_code, answer.json().get("currencies")) == (422, ["EUR", "USD"])
    assert await _counts(desk) == before
    order = await desk.order(await desk.place(productId=2, quantity=1))
    assert (order["totalCents"], order["currency"]) == (999, "USD")


async def test_unknown_product(desk: Desk) -> None:
    """What is not sold is named, and nothing is written."""
    before = await _counts(desk)
    answer = await desk.post({"items": [{"productId": "1", "quantity": 1}, {"productId": "77", "quantity": 1}]})
    assert (answer.status_code, answer.json()["productIds"]) == (422, ["77"])
    assert await _counts(desk) == before


@pytest.mark.parametrize(
    "body",
    [
        {}, {"items": []}, {"quantity": 1}, {"productId": 1, "items": [{"productId": 2, "quantity": 1}]},
        {"productId": 1, "quantity": 0}, {"productId": 1, "quantity": 101}, {"productId": "../admin"},
        {"items": [{"productId": 1, "quantity": 60}, {"productId": "1", "quantity": 60}]},
        {"items": [{"productId": i, "quantity": 1} for i in range(51)]},
        {"productId": 1, "totalCents": 1}, {"productId": 1, "expectedTotalCents": -1},
        {"productId": 1, "shippingAddress": {"name": "A"}},
    ],
)  # fmt: skip
async def test_invalid_orders(desk: Desk, body: dict[str, Any]) -> None:
    """What cannot be ordered is refused before anybody is asked."""
    asked = desk.elsewhere.calls
    assert (await desk.post(body)).status_code == 422
    assert desk.elsewhere.calls == asked


async def test_database_away(database_url: str) -> None:
    """While the database refuses us every call is a 503 problem, and works again afterwards."""
    async with open_desk(database_url) as desk:
        order_id = await desk.place()
        name = database_url.rpartition("/")[2]
        admin = create_async_engine(f"{database_url.removesuffix(name)}postgres", isolation_level="AUTOCOMMIT")
        async with admin.connect() as connection:
            await connection.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            await connection.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            answers = [
                await desk.post(ITEMS, key="away"),
                await desk.client.get(f"/api/orders/{order_id}", headers=desk.headers()),
                await desk.set(order_id, "cancelled"),
            ]
            await connection.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await admin.dispose()
        for answer in answers:
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"]
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await desk.order(order_id))["status"] == "pending"
