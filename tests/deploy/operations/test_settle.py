"""Telling what is under way from what is wrong: by a second look, and a third, until it does not move."""

from collections.abc import Collection, Mapping

from deploy.operations.facts import Disagreement
from deploy.operations.reconcile import settle

SECONDS = 10.0


def about(order_id: str, found: str = "wrong") -> Disagreement:
    """Something that is wrong with an order."""
    return Disagreement("order", order_id, found, "right")


class World:
    """What a look finds at each time; its clock goes on only by sleeping. empty: since when a queue is."""

    def __init__(self, *spans: tuple[float, float, Disagreement], empty: float = 0.0) -> None:
        self.now = 0.0
        self.looks = 0
        self._spans = spans
        self._empty = empty

    def found(self) -> set[Disagreement]:
        """What is wrong now."""
        return {wrong for begin, end, wrong in self._spans if begin <= self.now < end}

    async def look(self, suspects: Collection[Disagreement]) -> set[Disagreement]:
        """What is wrong now with the suspects."""
        self.looks += 1
        return {wrong for wrong in self.found() if wrong.id in {suspect.id for suspect in suspects}}

    async def empty(self) -> Mapping[str, bool]:
        """Whether the one queue is empty."""
        return {"queue": self.now >= self._empty}

    async def sleep(self, seconds: float) -> None:
        """Time goes by."""
        self.now += seconds

    async def settled(self) -> set[Disagreement]:
        """What remains of what is wrong at first sight."""
        return await settle(self.found(), self.look, self.empty, SECONDS, clock=lambda: self.now, sleep=self.sleep)


EVER = 1e9


async def test_a_clean_world_is_not_looked_at_again() -> None:
    """Nothing is waited for."""
    world = World()
    assert await world.settled() == set()
    assert (world.now, world.looks) == (0, 0)


async def test_what_comes_right_is_forgotten() -> None:
    """And the wait ends with it."""
    world = World((0, 2, about("a")), (0, 3, about("b")))
    assert await world.settled() == set()
    assert world.now == 3


async def test_what_stays_is_told_after_the_settle_time() -> None:
    """Also when others come right."""
    world = World((0, EVER, about("a")), (0, 3, about("b")))
    assert await world.settled() == {about("a")}
    assert world.now == SECONDS + 0.5  # after the first look at the queues


async def test_what_moves_has_its_time_anew() -> None:
    """Each step of an order that is under way may take as long."""
    steps = [(9.0 * n, 9.0 * (n + 1), about("a", f"step {n}")) for n in range(4)]
    world = World(*steps)
    assert await world.settled() == set()
    assert world.now == 36


async def test_what_moves_for_ever_is_told_at_last() -> None:
    """After six settle times."""
    world = World(*[(5.0 * n, 5.0 * (n + 1), about("a", f"step {n}")) for n in range(100)])
    assert await world.settled() == {about("a", "step 12")}
    assert world.now == 6 * SECONDS


async def test_an_event_that_waits_in_a_queue_may_still_put_it_right() -> None:
    """The settle time begins when the queues have been empty since: a retry may come after half a minute."""
    world = World((0, 32, about("a")), (0, EVER, about("b")), empty=31)
    assert await world.settled() == {about("b")}
    assert world.now == 31 + SECONDS


async def test_a_queue_that_never_empties_does_not_hold_it_up_for_ever() -> None:
    """Six settle times are the end."""
    world = World((0, EVER, about("a")), empty=EVER)
    assert await world.settled() == {about("a")}
    assert world.now == 6 * SECONDS
