"""A loop that looks every so often, or at once when it is woken."""

import asyncio
import contextlib

import pytest

from services.shared.loops import Loop, sweep


async def test_it_looks_again_by_itself() -> None:
    """After the interval, or after the time that the last look asked for."""
    waits = iter([None, 0.0, None])
    looks = 0

    async def look() -> float | None:
        nonlocal looks
        looks += 1
        try:
            return next(waits)
        except StopIteration:
            raise LookupError from None

    async with asyncio.timeout(5):
        with pytest.raises(LookupError):
            await Loop(0.01).run(look)
    assert looks == 4


async def test_it_looks_at_once_when_it_is_woken() -> None:
    """Also when it is woken while it looks: what came then may have been missed."""
    loop = Loop(3600)
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks < 3:
            loop.wake()

    task = asyncio.create_task(loop.run(look))
    async with asyncio.timeout(5):
        while looks < 3:  # noqa: ASYNC110 - the loop counts
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert looks == 3
        loop.wake()
        while looks < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def lose_a_cancellation() -> None:
    """As a library may: the task is cancelled, and goes on."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)


async def test_a_cancellation_that_was_lost_ends_it() -> None:
    """A look that swallows the cancellation is its last."""

    async def look() -> None:
        await lose_a_cancellation()

    task = asyncio.create_task(Loop(3600).run(look))
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("found", [0, 10])
async def test_a_sweep_ends_when_a_step_has_lost_its_cancellation(found: int) -> None:
    """It does not rest for its interval, nor go on with its batch."""

    async def step() -> int:
        await lose_a_cancellation()
        return found

    task = asyncio.create_task(sweep(10, step))
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await task
