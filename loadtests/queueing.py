"""A queueing model of one machine: how fast checkouts are when more people buy at once, computed, not measured.

The processors are shared by all that is at work (processor sharing): with `n` jobs on `c` processors each gets
`min(1, c/n)` of one. A checkout is a path, for whose end its customer waits, a time at the payment provider in
which nothing is computed, and work beside the path, such as spans and events. A customer who has bought buys again
at once.
"""

from __future__ import annotations

import heapq
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Checkout", "Prediction", "predict"]

_PIECES = 4  # of the path, one for each call: order, wait for the stock, pay, wait for the payment
_SHAPE = 4.0  # of a gamma distribution: a piece varies by half of its mean
_CHECKOUTS = 2_000  # that are computed
_FILLS = 0.1  # of the checkouts, in which the machine fills: they do not count

Step = tuple[Literal["work", "work beside", "wait", "bought"], float]
"""What a customer does next, and the seconds of it."""


@dataclass(frozen=True)
class Checkout:
    """What one costs, in seconds: processor time on the path and beside it, and the time at the provider."""

    path: float
    beside: float
    away: float


@dataclass(frozen=True)
class Prediction:
    """per_second: checkouts. p50: seconds."""

    per_second: float
    p50: float


def predict(checkout: Checkout, *, users: int, processors: float, seed: int = 1) -> Prediction:
    """What so many users at once find. The same seed gives the same."""
    machine = _Machine(processors)
    for user in range(users):
        machine.go_on(_customer(checkout, random.Random(seed * 1_000 + user)))
    while len(machine.bought) < _CHECKOUTS:
        machine.step()
    times = sorted(machine.bought)[int(_CHECKOUTS * _FILLS) :]
    lasted = times[-1][0] - times[0][0]
    return Prediction((len(times) - 1) / lasted, statistics.median(took for _, took in times))


def _customer(checkout: Checkout, dice: random.Random) -> Iterator[Step]:
    yield "wait", dice.random() * checkout.path  # not all begin at the same moment
    while True:
        for piece in range(1, _PIECES + 1):
            if piece == _PIECES:
                yield "wait", checkout.away
            yield "work", dice.gammavariate(_SHAPE, checkout.path / _PIECES / _SHAPE)
            yield "work beside", checkout.beside / _PIECES
        yield "bought", 0.0


class _Machine:
    """Processors, those who wait for them, and those who wait for something else."""

    def __init__(self, processors: float) -> None:
        self.bought: list[tuple[float, float]] = []  # when, and the seconds it took
        self._processors = processors
        self._now = 0.0
        self._working: dict[int, tuple[float, Iterator[Step] | None]] = {}  # seconds that are left to do
        self._waiting: list[tuple[float, int, Iterator[Step]]] = []
        self._began: dict[Iterator[Step], float] = {}
        self._numbers = iter(range(10**12))

    def go_on(self, customer: Iterator[Step]) -> None:
        """Let a customer do what comes next, until it has to wait."""
        began = self._began.setdefault(customer, self._now)
        for what, seconds in customer:
            number = next(self._numbers)
            if what == "bought":
                self.bought.append((self._now, self._now - began))
                began = self._began[customer] = self._now
            elif what == "wait":
                heapq.heappush(self._waiting, (self._now + seconds, number, customer))
                return
            else:
                self._working[number] = (seconds, None if what == "work beside" else customer)
                if what == "work":
                    return

    def step(self) -> None:
        """Go to the next moment at which some work or some wait is over."""
        share = min(1.0, self._processors / max(1, len(self._working)))
        finishes = min((left for left, _ in self._working.values()), default=float("inf")) / share
        wakes = self._waiting[0][0] - self._now if self._waiting else float("inf")
        lasts = min(finishes, wakes)
        self._now += lasts
        self._working = {n: (left - lasts * share, who) for n, (left, who) in self._working.items()}
        if wakes <= finishes:
            self.go_on(heapq.heappop(self._waiting)[2])
            return
        done = min(self._working, key=lambda number: self._working[number][0])
        if customer := self._working.pop(done)[1]:
            self.go_on(customer)
