"""What the product service answers is checked like what clients send."""

import json
from typing import Any

import httpx
import pytest

from tests.services.order.desk import Desk

GOOD: dict[str, Any] = {
    "id": "1", "name": "One", "imageUrl": "/images/products/1.svg", "priceCents": 500, "currency": "EUR",
}  # fmt: skip


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"null", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"items": {}}', b"x" * 2**21,
        *([_without(name)] for name in GOOD),
        *([{**GOOD, "priceCents": price}] for price in (-1, 10**400, True, "5", 1.5, None)),
        *([{**GOOD, "name": name}] for name in ("a\x00b", "n" * 501, 1, None)),
        [{**GOOD, "currency": "eur"}], [{**GOOD, "id": {"$gt": ""}}], [GOOD] * 51,
    ],
)  # fmt: skip
async def test_answers_out_of_form(desk: Desk, answer: bytes | list[dict[str, Any]]) -> None:
    """They are the peer's failure: 503 with a time to try again, and nothing is written."""
    content = answer if isinstance(answer, bytes) else json.dumps({"items": answer}).encode()
    desk.elsewhere.answer = httpx.Response(200, content=content)
    before = await desk.rows("SELECT count(*) FROM orders")
    refused = await desk.post({"productId": 1})
    assert refused.status_code == 503, refused.text
    assert refused.headers["Retry-After"]
    assert await desk.rows("SELECT count(*) FROM orders") == before


@pytest.mark.parametrize("status", [204, 302, 400, 401, 404, 422, 429])
async def test_other_statuses(desk: Desk, status: int) -> None:
    """An answer that must not come is no crash of ours either."""
    desk.elsewhere.answer = httpx.Response(status)
    assert (await desk.post({"productId": 1})).status_code == 503


async def test_peers_may_come_to_say_more(desk: Desk) -> None:
    """A member that we do not know is no fault: services are renewed one after another."""
    desk.elsewhere.answer = httpx.Response(200, json={"items": [{**GOOD, "new": [1]}], "also": True})
    assert (await desk.post({"productId": 1})).status_code == 201
