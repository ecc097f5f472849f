"""Two hundred orders at one moment at one replica."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

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
    """All are placed, by as many accounts: none waits for a connection of the pool longer than that allows."""
    patient_desk.client.headers.update(GATEWAY)
    desks = [replace(patient_desk, user_id=f"user-{number}") for number in range(SIZE)]
    answers = await asyncio.gather(*(desk.post({"productId": 1, "quantity": 1}) for desk in desks))
    assert Counter(answer.status_code for answer in answers) == {201: SIZE}
