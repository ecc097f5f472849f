"""What drills break inside of a service: only while their flag is on, and nothing is left of it."""

import asyncio
from collections.abc import Iterator

import pytest

from services.shared import drills
from services.shared.flags import flags
from tests.services.shared.test_flags import definition


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    """At the end the flags of the process are off."""
    yield
    flags.replace({}, {})


async def test_a_message_is_held_until_the_flag_is_off() -> None:
    """Those of other queues are not."""
    flags.replace({"consumer-stopped": definition({"on": True}, queue="a")}, {})
    await asyncio.wait_for(drills.before_delivery("b"), 1)
    held = asyncio.create_task(drills.before_delivery("a"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(held), 0.05)
    flags.replace({}, {})
    await asyncio.wait_for(held, 5)
