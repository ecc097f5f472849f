"""What happened to an order is told from its own log, and only to those whom it concerns."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from services.order import queries
from services.order.states import Status
from tests.services.order.desk import Desk, token


async def _timeline(desk: Desk, order_id: str) -> list[dict[str, str]]:
    answer = await desk.client.get(f"/api/orders/{order_id}/history", headers=desk.headers())
    assert answer.status_code == 200, answer.text
    steps: list[dict[str, str]] = answer.json()["steps"]
    return steps


async def test_each_step_has_its_time_and_its_reason(desk: Desk) -> None:
    """Declined and then paid: every state that the order went through, oldest first."""
    order_id = await desk.place_in("payment_failed")
    await desk.happens("payment.succeeded", order_id, paymentId="p", amountCents=1000, currency="EUR")
    steps = await _timeline(desk, order_id)
    assert [step["status"] for step in steps] == [
        "pending", "awaiting_payment", "payment_failed", "awaiting_payment", "paid",
    ]  # fmt: skip
    assert [step["event"] for step in steps] == ["order.created", *["order.moved"] * 4]
    assert steps[2]["reasonCode"] == "card_declined"
    times = [datetime.fromisoformat(step["at"]) for step in steps]
    assert times == sorted(times)
    assert times[-1] == datetime.fromisoformat((await desk.order(order_id))["updatedAt"])


async def test_it_leads_to_the_trace_and_the_request_that_placed_the_order(desk: Desk) -> None:
    """Whoever sees the order can look both up."""
    trace_id = "0123456789abcdef0123456789abcdef"
    headers = {**desk.headers(), "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
    placed = await desk.client.post("/api/orders", json={"productId": 1}, headers=headers)
    order_id = placed.json()["id"]
    shown = (await desk.client.get(f"/api/orders/{order_id}/history", headers=desk.headers())).json()
    assert shown["traceId"] == trace_id
    assert shown["requestId"] == placed.headers["X-Request-ID"]


async def test_of_other_people_nothing_is_told(desk: Desk) -> None:
    """A stranger's order is as unknown as one that is not there; an admin sees all; nobody else sees anything."""
    order_id = await desk.place()
    stranger = {"Authorization": f"Bearer {token('somebody-else')}"}
    admin = {"Authorization": f"Bearer {token('somebody-else', 'admin')}"}
    path = f"/api/orders/{order_id}/history"
    assert (await desk.client.get(path)).status_code == 401
    refused = await desk.client.get(path, headers=stranger)
    unknown = await desk.client.get("/api/orders/nothing/history", headers=stranger)
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert refused.json()["detail"] == unknown.json()["detail"]
    assert (await desk.client.get(path, headers=admin)).status_code == 200


@pytest.mark.parametrize("role", ["customer", "nobody"])
async def test_the_numbers_of_all_orders_are_for_admins(desk: Desk, role: str) -> None:
    """Others are refused."""
    headers = desk.headers() if role == "customer" else {}
    answer = await desk.client.get("/api/orders/statistics", headers=headers)
    assert answer.status_code == (403 if role == "customer" else 401)


async def test_orders_by_state_and_revenue(desk: Desk) -> None:
    """Each state is counted, also one without orders; only what was paid is revenue."""
    before = (await desk.client.get("/api/orders/statistics", headers=desk.headers("admin"))).json()
    for status in ("paid", "fulfilled", "cancelled", "pending"):
        await desk.place_in(status)
    after = (await desk.client.get("/api/orders/statistics", headers=desk.headers("admin"))).json()
    assert [entry["status"] for entry in after["byStatus"]] == list(Status)
    counts = {
        new["status"]: new["count"] - old["count"]
        for new, old in zip(after["byStatus"], before["byStatus"], strict=True)
    }
    placed = {"paid", "fulfilled", "cancelled", "pending"}
    assert counts == {status: int(status in placed) for status in Status}
    sold = {entry["days"]: (entry["orders"], entry["totalCents"]) for entry in before["revenue"]}
    for entry in after["revenue"]:
        orders, total = sold.get(entry["days"], (0, 0))
        assert (entry["orders"] - orders, entry["totalCents"] - total) == (2, 2000)
    assert [(entry["days"], entry["currency"]) for entry in after["revenue"]] == [(1, "EUR"), (7, "EUR")]


async def test_the_numbers_are_read_from_indexes(desk: Desk) -> None:
    """However many orders there are: no look at the table for what was sold, and none at all of it for counts."""
    await desk.place()
    dialect: Any = postgresql
    count = queries._count_of(Status.PAID).compile(
        dialect=dialect.dialect(), compile_kwargs={"literal_binds": True}
    )
    for statement, used in (
        (queries._SOLD, "Index Only Scan using order_history_sold"),
        (count, "order_history_status"),
    ):
        async with desk.database.session() as session:
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            await session.execute(text("SET LOCAL enable_bitmapscan = off"))
            plan = "\n".join(await session.scalars(text(f"EXPLAIN {statement}")))
        assert used in plan, plan
        assert "Seq Scan on order_history" not in plan
