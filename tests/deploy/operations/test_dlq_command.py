"""`./shop dlq` with the platform's own queues and consumers."""

import asyncio
import io
import os

import aio_pika
import pytest
from rich.console import Console

from deploy.cli import dlq, ways
from deploy.installation.addresses import StoreUrls
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from tests.waiting import wait_for

QUEUE = "order.products"


def shop(
    platform: Layout, action: str, queue: str | None = QUEUE, *, id: str | None = None, yes: bool = False
) -> str:
    """What the command prints."""
    output = io.StringIO()
    console = Console(file=output, width=300)
    assert dlq.run(ways.of(platform), console, action=action, queue=queue, identifier=id, yes=yes) == 0
    return output.getvalue()


def publish(platform: Layout, identifier: str, body: bytes) -> None:
    """Put a message into the work queue."""

    async def put() -> None:
        async with await aio_pika.connect(StoreUrls(platform).amqp()) as connection:
            message = aio_pika.Message(body, message_id=identifier, type="product.changed")
            await (await connection.channel()).default_exchange.publish(message, QUEUE)

    asyncio.run(put())


def test_the_life_of_a_poisonous_message(platform: Layout) -> None:
    """Buried with its error, listed, shown without secrets, replayed and buried again, dropped by its id."""
    identifier = f"poison-{os.urandom(4).hex()}"
    publish(platform, identifier, b'{"password": "hunter2-hunter2"}')
    shown = wait_for("the letter", lambda: shop(platform, "show"), lambda text: identifier in text)
    assert "a member of the envelope is missing" in shown
    assert "hunter2" not in shown
    assert f"{QUEUE}.dead" in shop(platform, "list", None)
    assert "No message was given up" not in shop(platform, "list", None)

    assert "Sent 1 letter back" in shop(platform, "replay", id=identifier)
    wait_for("the letter again", lambda: shop(platform, "show"), lambda text: identifier in text)

    with pytest.raises(ShopError, match="cannot be brought back"):  # nobody is there to be asked
        shop(platform, "drop", id=identifier)
    assert "Dropped 1 letter" in shop(platform, "drop", f"{QUEUE}.dead", id=identifier, yes=True)
    assert identifier not in shop(platform, "show")
    with pytest.raises(ShopError, match=identifier):
        shop(platform, "drop", id=identifier, yes=True)


@pytest.mark.parametrize("action", ["show", "replay", "drop"])
def test_an_empty_queue_is_said_to_be_empty(platform: Layout, action: str) -> None:
    """Nothing was shown, sent back or dropped."""
    assert shop(platform, action, "payment.orders", yes=True) == (
        "payment.orders.dead is empty: no message of payment.orders was given up.\n"
    )
