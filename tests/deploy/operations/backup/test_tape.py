"""Which of the recorded events belong to a copy of the orders."""

import json
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aio_pika.abc import AbstractIncomingMessage

from deploy.operations.backup.tape import Tape


def message(event_type: str, **data: str) -> Any:
    """As it comes from the queue."""
    told: Any = AsyncMock(spec=AbstractIncomingMessage)
    told.body = json.dumps({"type": event_type, "data": data}).encode()
    told.routing_key = event_type
    told.message_id = told.correlation_id = told.type = told.content_type = "x"
    told.timestamp, told.headers = None, {}
    return told


@pytest.mark.parametrize(
    ("event_type", "status", "kept"),
    [
        ("order.created", "pending", True),
        ("order.created", "cancelled", True),
        ("order.created", None, False),  # placed after the copy
        ("stock.reserved", "pending", True),
        ("stock.reserved", None, False),
        ("payment.succeeded", "awaiting_payment", True),
        ("payment.succeeded", None, False),
        ("order.paid", "paid", True),
        ("order.paid", "fulfilled", True),
        ("order.paid", "awaiting_payment", False),  # paid after the copy
        ("order.cancelled", "cancelled", True),
        ("order.cancelled", "awaiting_payment", False),  # cancelled after the copy: it may end otherwise now
    ],
)
async def test_an_event_is_kept_when_the_copy_knows_its_cause(
    event_type: str, status: str | None, kept: bool
) -> None:
    """An order's own events only if the order is where they say; the others if the order is there."""
    tape = Tape(AsyncMock(), AsyncMock())
    await tape.keep(message(event_type, orderId="1"))
    assert tape.order_ids == {"1"}
    lines = list(tape.lines({"1": status} if status else {}))
    assert [json.loads(line)["routingKey"] for line in lines] == ([event_type] if kept else [])


async def test_what_is_of_no_order_is_kept() -> None:
    """A changed product; and what makes no sense, which its consumer will give up."""
    tape = Tape(AsyncMock(), AsyncMock())
    await tape.keep(message("product.changed", productId="1"))
    for body in (b"\xff", b"{}", b"[]", b'{"data": 1}'):
        nonsense = message("product.changed")
        nonsense.body = body
        await tape.keep(nonsense)
    assert tape.order_ids == set()
    assert len(list(tape.lines({}))) == 5
