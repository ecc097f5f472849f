"""A worker may die at any write: the next delivery completes what it began, and nothing is lost or held."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from services.product import leases
from services.product.leases import LeaseLostError, leased
from services.product.reservations import commit, release, reserve
from services.product.store import Document, Store
from tests.services.product.shop import Mortal, Shop, lines

Act = Callable[[Store, str], Awaitable[object]]


async def _each_death(shop: Shop, act: Act, *, written: bool) -> int:
    """`act` with a worker that dies at its first write, then at its second...; each time it is delivered again.

    Returns how many deaths there were.
    """
    for n in range(1, 30):
        order = f"order-{n}"
        mortal = Mortal(shop.store, dies_at=n, written=written)
        try:
            await act(mortal.store, order)
        except PyMongoError:
            assert mortal.dead
        await shop.lease_ends(order)
        await act(shop.store, order)
        if not mortal.dead:
            return n - 1
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
async def test_reserving(shop: Shop, written: bool) -> None:
    """Reserved in the end, each line once."""
    products = [await shop.product(100) for _ in range(3)]

    async def act(store: Store, order: str) -> None:
        assert await reserve(store, order, lines(*((product, 2) for product in products))) == ("reserved", [])

    deaths = await _each_death(shop, act, written=written)
    assert deaths == 5  # taking the lease, three lines, the decision
    assert [await shop.books(product) for product in products] == [(100 - 2 * 6, 2 * 6, 0)] * 3


@pytest.mark.parametrize("dies_at", [2, 3])
async def test_reserving_the_last_pieces(shop: Shop, dies_at: int) -> None:
    """The next delivery finds nothing left, but what is taken is taken for this order."""
    lamp, desk = await shop.product(2), await shop.product(2)
    wanted = lines((lamp, 2), (desk, 2))
    mortal = Mortal(shop.store, dies_at=dies_at, written=True)
    with pytest.raises(PyMongoError):
        await reserve(mortal.store, "order-1", wanted)
    await shop.lease_ends("order-1")
    assert await reserve(shop.store, "order-1", wanted) == ("reserved", [])
    assert [await shop.books(product) for product in (lamp, desk)] == [(0, 2, 0)] * 2


@pytest.mark.parametrize("dies_at", [4, 5])
async def test_rejecting(shop: Shop, dies_at: int) -> None:
    """What was reserved before the line that sold out meanwhile is given back, wherever the worker dies."""
    lamp, desk, short = [await shop.product(stock) for stock in (9, 9, 1)]
    wanted = lines((lamp, 2), (desk, 2), (short, 1))
    mortal = Mortal(shop.store, dies_at=dies_at, written=True)
    products: Any = mortal.store.products
    update = products.update_one

    async def sells_out(which: Document, change: Document, **options: Any) -> Any:
        if which["_id"] == short and "$push" in change:
            await reserve(shop.store, "other", lines((short, 1)))
        return await update(which, change, **options)

    products.update_one = sells_out
    with pytest.raises(PyMongoError):
        await reserve(mortal.store, "order-1", wanted)
    assert [product for product in (lamp, desk) if (await shop.find(product))["reservations"]]
    await shop.lease_ends("order-1")
    assert await reserve(shop.store, "order-1", wanted) == ("rejected", [short])
    assert [await shop.books(product) for product in (lamp, desk, short)] == [(9, 0, 0), (9, 0, 0), (0, 1, 0)]


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("end", "sold"), [(commit, True), (release, False)])
async def test_committing_and_releasing(
    shop: Shop, end: Callable[[Store, str], Awaitable[bool]], sold: bool, written: bool
) -> None:
    """Done in the end, once."""
    lamp, desk = await shop.product(100), await shop.product(100)

    async def act(store: Store, order: str) -> None:
        await reserve(shop.store, order, lines((lamp, 2), (desk, 3)))
        await end(store, order)

    deaths = await _each_death(shop, act, written=written)
    assert deaths == 4  # taking the lease, two lines, the decision
    done = deaths + 1
    assert await shop.books(lamp) == ((100 - 2 * done, 0, 2 * done) if sold else (100, 0, 0))
    assert await shop.books(desk) == ((100 - 3 * done, 0, 3 * done) if sold else (100, 0, 0))


@pytest.mark.parametrize("dies_at", range(1, 6))
async def test_cancelled_after_the_deciding_worker_died(shop: Shop, dies_at: int) -> None:
    """What it had reserved is found, though no decision names it; the late redelivery reserves nothing."""
    products = [await shop.product(10) for _ in range(3)]
    wanted = lines(*((product, 1) for product in products))
    mortal = Mortal(shop.store, dies_at=dies_at, written=True)
    with pytest.raises(PyMongoError):
        await reserve(mortal.store, "order-1", wanted)
    await shop.lease_ends("order-1")
    assert await release(shop.store, "order-1")
    assert await reserve(shop.store, "order-1", wanted) == ("released", [])
    assert [await shop.books(product) for product in products] == [(10, 0, 0)] * 3


async def test_lease_of_a_dead_worker_ends(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives it back; the next waits for it, and then takes over."""
    lamp = await shop.product(10)
    monkeypatch.setattr(leases, "_LEASE", timedelta(seconds=0.5))
    mortal = Mortal(shop.store, dies_at=2, written=False)
    died = time.monotonic()
    with pytest.raises(PyMongoError):
        await reserve(mortal.store, "order-1", lines((lamp, 1)))
    monkeypatch.undo()
    assert await reserve(shop.store, "order-1", lines((lamp, 1))) == ("reserved", [])
    assert 0.3 < time.monotonic() - died < 4
    assert await shop.books(lamp) == (9, 1, 0)


@pytest.mark.parametrize("is_new", [False, True])
async def test_lease_of_what_is_and_is_not_there(shop: Shop, is_new: bool) -> None:
    """What was thought to be most probable decides only which way is tried first."""
    async with asyncio.timeout(5):
        async with leased(shop.store, "order-1", is_new=is_new) as order:
            assert order.state == "deciding"
        async with leased(shop.store, "order-1", is_new=is_new) as order:
            await order.decide("rejected", lines=[], short=[])
        async with leased(shop.store, "order-1", is_new=is_new) as order:
            assert order.state == "rejected"


async def test_whoever_lost_the_lease_writes_no_decision(shop: Shop, second_store: Store) -> None:
    """The decision of the one who took over stands."""
    lamp = await shop.product(10)

    async def lose_it() -> None:
        async with leased(shop.store, "order-1") as order:
            await shop.lease_ends("order-1")
            assert await reserve(second_store, "order-1", lines((lamp, 1))) == ("reserved", [])
            await order.decide("rejected", lines=[], short=[lamp])

    with pytest.raises(LeaseLostError):
        await lose_it()
    assert await shop.state("order-1") == "reserved"
    assert await shop.books(lamp) == (9, 1, 0)


async def test_whoever_lost_the_lease_does_not_give_back_the_other_s(shop: Shop, second_store: Store) -> None:
    """There is one holder at any time."""
    async with leased(shop.store, "order-1"):
        await shop.lease_ends("order-1")
        other = leased(second_store, "order-1")
        await other.__aenter__()
    held = await shop.store.decisions.find_one({"_id": "order-1"})
    assert held is not None
    assert held["leaseUntil"].year > 2001
    await other.__aexit__(None, None, None)


async def test_stopped_worker_sends_nothing_when_it_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process stood still, as in a paused container, until its lease was over; another decided meanwhile."""
    lamp = await shop.product(10)
    monkeypatch.setattr(leases, "_LEASE", timedelta(seconds=0.4))
    stopped = Mortal(shop.store, dies_at=0, written=False).store
    update = shop.store.products.update_one

    async def stand_still(*args: Any, **options: Any) -> Any:
        time.sleep(0.3)  # noqa: ASYNC251 - the whole process stands still
        return await update(*args, **options)

    monkeypatch.setattr(stopped.products, "update_one", stand_still)
    with pytest.raises((PyMongoError, TimeoutError)):
        await reserve(stopped, "order-1", lines((lamp, 1)))
    assert await shop.books(lamp) == (10, 0, 0)


@pytest.mark.parametrize("late", ["insert_one", "find_one"])
async def test_the_lease_runs_from_when_it_was_asked_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """An answer that comes when half of it is over leaves no time for work: another may begin soon."""
    lamp = await shop.product(10)
    if late == "find_one":  # what is there already is taken over
        async with leased(shop.store, "order-1"):
            pass
    monkeypatch.setattr(leases, "_LEASE", timedelta(seconds=0.4))
    slow = Mortal(shop.store, dies_at=0, written=False).store
    answer = getattr(slow.decisions, late)

    async def come_late(*args: Any) -> Any:
        found = await answer(*args)
        time.sleep(0.3)  # noqa: ASYNC251 - the whole process stands still
        return found

    monkeypatch.setattr(slow.decisions, late, come_late)
    with pytest.raises(TimeoutError):
        await reserve(slow, "order-1", lines((lamp, 1)))
    assert await shop.books(lamp) == (10, 0, 0)
    assert await reserve(shop.store, "order-1", lines((lamp, 1))) == ("reserved", [])


async def test_slow_work_ends_before_its_lease(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has half of the time, then it is given up, and the lease given back."""
    monkeypatch.setattr(leases, "_LEASE", timedelta(seconds=0.2))
    with pytest.raises(TimeoutError):
        async with leased(shop.store, "order-1"):
            await asyncio.Event().wait()
    document = await shop.store.decisions.find_one({"_id": "order-1"})
    assert document is not None
    assert document["leaseUntil"].year == 2000


@pytest.mark.parametrize("seed", range(4))
async def test_books_always_balance(shop: Shop, second_store: Store, seed: int) -> None:
    """Whatever happens, in whatever order and at once: available, reserved and sold sum up to what was put in."""
    chance = random.Random(seed)
    products = [await shop.product(chance.randrange(4, 12)) for _ in range(3)]
    wanted: dict[str, list[Document]] = {
        f"order-{n}": lines(
            *((p, chance.randrange(1, 4)) for p in chance.sample(products, chance.randrange(1, 4)))
        )
        for n in range(8)
    }

    async def something() -> None:
        order = chance.choice(list(wanted))
        store = chance.choice([shop.store, second_store])
        dies_at = chance.randrange(1, 6) if chance.random() < 0.2 else 0
        worker = Mortal(store, dies_at=dies_at, written=chance.random() < 0.5)
        act = chance.choice(["reserve", "reserve", "commit", "release"])
        try:
            if act == "reserve":
                await reserve(worker.store, order, wanted[order])
            else:
                await (commit if act == "commit" else release)(worker.store, order)
        except PyMongoError:
            assert worker.dead
        if worker.dead:
            await shop.lease_ends(order, worker.lease)

    for _ in range(12):
        await asyncio.gather(*(something() for _ in range(4)))
        for product in products:
            await shop.books(product)
    for order in wanted:  # what was left undone is delivered again
        await reserve(shop.store, order, wanted[order])
    await _states_agree(shop, products, wanted)


async def _states_agree(shop: Shop, products: list[str], wanted: dict[str, list[Document]]) -> None:
    """A reserved order holds its lines, and no other order holds anything."""
    for product in products:
        await shop.books(product)
        held = {line["orderId"]: line["quantity"] for line in (await shop.find(product))["reservations"]}
        due = {
            order: line["quantity"]
            for order, wanted_lines in wanted.items()
            for line in wanted_lines
            if line["productId"] == product and await shop.state(order) == "reserved"
        }
        assert held == due
