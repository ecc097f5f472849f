"""What drills break inside of the provider: only while their flag is on."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.provider.worker import sign
from services.shared.flags import flags
from tests.services.provider.helpers import SECRET, Receiver, charge, provider
from tests.services.shared.test_flags import definition
from tests.services.support import until


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    """At the end the flags of the process are off."""
    yield
    flags.replace({}, {})


def switch_on(name: str, **value: Any) -> None:
    """This flag, and no other."""
    flags.replace({name: definition({"on": True, **value})}, {})


async def told(tmp_path: Path, name: str, **value: Any) -> tuple[list[dict[str, Any]], Receiver]:
    """What the provider tells of a first payment while the flag is on, and of a second one afterwards."""
    receiver = Receiver()
    async with provider(tmp_path / "ledger.sqlite", receiver) as client:

        async def is_decided(payment: str) -> bool:
            return bool((await client.get(f"/charges/{payment}")).json()["status"] != "processing")

        async def has_told(payment: str) -> bool:
            return any(payment.encode() in request.content for request in receiver.requests)

        switch_on(name, **value)
        await client.post("/charges", json=charge("during"))
        await until(lambda: is_decided("during"))
        if name == "webhooks-lost":
            await until(lambda: noted(tmp_path))
        else:
            await until(lambda: has_told("during"))
        flags.replace({}, {})
        await client.post("/charges", json=charge("after"))
        await until(lambda: has_told("after"))
    return [json.loads(request.content) for request in receiver.requests], receiver


async def noted(tmp_path: Path) -> bool:
    """Whether the ledger says that the first call was delivered."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        return ledger.execute("SELECT state FROM calls").fetchall() == [("delivered",)]


async def test_every_card_is_declined(tmp_path: Path) -> None:
    """A good one, too."""
    found, _ = await told(tmp_path, "provider-declines")
    assert [one["status"] for one in found] == ["declined", "succeeded"]


async def test_a_lost_call_is_never_made(tmp_path: Path) -> None:
    """The ledger says that it was."""
    found, _ = await told(tmp_path, "webhooks-lost")
    assert [one["paymentId"] for one in found] == ["after"]


async def test_a_clock_that_is_slow_signs_its_own_time(tmp_path: Path) -> None:
    """The signature is good."""
    _, receiver = await told(tmp_path, "clock-skew", seconds=-600)
    [during, after] = [float(one.headers["x-provider-timestamp"]) for one in receiver.requests]
    assert 570 < after - during < 640
    assert time.time() - after < 30
    for request in receiver.requests:
        timestamp = request.headers["x-provider-timestamp"]
        assert request.headers["x-provider-signature"] == sign(SECRET, timestamp, request.content)
