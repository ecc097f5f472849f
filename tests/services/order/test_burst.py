"""Two hundred orders at one moment at one replica."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from services.shared import admission
from tests.services.order.desk import Desk, open_desk

SIZE = 200
GATEWAY = {"X-Forwarded-For": "127.1.2.3"}


@pytest.fixture
async def patient_desk(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """However slow the machine is, nobody is sent away for it."""
    monkeypatch.setattr(admission, "_PATIENCE", 60.0)
    async with open_desk(database_url) as desk:
        yield desk


async def test_a_burst_of_orders_waits_its_turn(patient_desk: Desk) -> None:
    """All are placed: none waits for a connection of the pool longer than that allows."""
    desk = patient_desk
    desk.client.headers.update(GATEWAY)
    answers = await asyncio.gather(*(desk.post({"productId": 1, "quantity": 1}) for _ in range(SIZE)))
    assert Counter(answer.status_code for answer in answers) == {201: SIZE}
