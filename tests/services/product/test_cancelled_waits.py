"""PyMongo's waits for a server or a connection, when who waits is cancelled."""

import asyncio

from pymongo import lock

from services.product.connections import wait_in_one_task

SHORT = 0.01  # seconds that one waits
LIMIT = 10.0


async def test_a_cancelled_wait_leaves_no_lock_behind() -> None:
    """Its time is over, somebody else has the lock, and then it is cancelled."""
    wait_in_one_task()
    mutex = lock._async_create_lock()
    condition = lock._async_create_condition(mutex)

    async def wait() -> None:
        async with mutex:
            await lock._async_cond_wait(condition, SHORT)

    waiting = asyncio.create_task(wait())
    async with asyncio.timeout(LIMIT):
        while not condition._waiters:  # noqa: ASYNC110 (nobody tells of it)
            await asyncio.sleep(0)
        async with mutex:
            while condition._waiters:  # noqa: ASYNC110 (until its time is over, and it wants the lock back)
                await asyncio.sleep(SHORT)
            waiting.cancel()
        await asyncio.wait([waiting])
        async with mutex:  # it is free
            pass
    assert waiting.cancelled()
