"""No statement of the order service reads a whole table: it would become slower with every order."""

import pytest

from services.order import expiry
from services.shared.events import contracts
from tests.services.order.desk import Desk, open_desk
from tests.services.plans import heard, without_index


async def test_every_statement_finds_its_rows_by_an_index(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All commands, queries and events, what looks for orders that are too old, and what forgets."""
    monkeypatch.setattr(expiry, "_GRACE", 0.0)  # nobody is heard of here
    with heard() as statements:
        async with open_desk(database_url) as desk:
            await _use(desk)
    assert len(statements) > 20
    assert await without_index(database_url, statements) == {}


async def _use(desk: Desk) -> None:
    await desk.post({"productId": 1}, key="once")
    await desk.post({"productId": 1}, key="once")
    for status in ("rejected", "payment_failed", "paid", "fulfilled", "cancelled"):
        order_id = await desk.place_in(status)
    assert await desk.happens("product.changed", **contracts.ProductChanged.EXAMPLE) == "ok"
    admin = desk.headers("admin")
    page = "/api/orders?limit=1"
    for path in (f"/api/orders/user/{desk.user_id}", f"/api/orders/user/{desk.user_id}?status=paid", page):
        assert (await desk.client.get(path, headers=admin)).status_code == 200
    cursor = (await desk.client.get(page, headers=admin)).json()["nextCursor"]
    for path in (f"{page}&cursor={cursor}", f"/api/orders/{order_id}/history", "/api/orders/statistics"):
        assert (await desk.client.get(path, headers=admin)).status_code == 200, path
