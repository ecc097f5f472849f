"""Blue and green: a new version starts beside the old one, is tried, gets the requests, and stays or goes."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from deploy.installation.errors import ShopError

__all__ = ["BUDGET_SECONDS", "Colours", "Outcome", "Spent", "roll"]

BUDGET_SECONDS = 30 * 86_400  # an error budget is that of 30 days
_PAUSE = 5.0  # seconds between two looks at the budgets, as between two scrapes
_TRIES = 3  # of a purchase
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SILENCE = 6  # so many looks in a row without an answer: nobody sees what the new version does


@dataclass(frozen=True)
class Spent:
    """What became of an objective's events. burn: 1 is as fast as the promise allows."""

    bad: float
    events: float
    burn: float
    is_too_fast: bool

    def share(self, seconds: float) -> float:
        """The part of the budget of 30 days that went in so many seconds, if requests come as they do now."""
        return self.burn * seconds / BUDGET_SECONDS


@dataclass(frozen=True)
class Outcome:
    """How it ended. why: empty for a version that was kept. spent: by the name of the objective, since the switch.

    spent is None where nobody says it. seconds: from the switch to the end; 0 if the new version got no request.
    """

    why: str
    spent: Mapping[str, Spent] | None
    seconds: float

    @property
    def was_kept(self) -> bool:
        """Whether the new version has the requests now."""
        return not self.why


class Colours(Protocol):
    """The two colours of the services. Everything raises ShopError."""

    def plan(self, color: str, tag: str) -> None:
        """Look whether such a rollout can begin; it changes nothing."""

    def deploy(self) -> None:
        """Start the version beside the one that has the requests, and wait until it is ready."""

    def previews(self) -> Mapping[str, str]:
        """The address of each service of the version that has no requests, by the service's name."""

    def switch(self) -> None:
        """Let the new version have the requests."""

    def keep(self) -> None:
        """End the old version."""

    def back(self) -> None:
        """Let the old version have the requests, and end the new one."""


def roll(
    colours: Colours,
    color: str,
    tag: str,
    *,
    attempt: Callable[[Mapping[str, str]], None],
    spent: Callable[[float], Mapping[str, Spent]],
    seconds: float,
    tell: Callable[[str], None],
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """One rollout. Whatever goes wrong, Ctrl+C too, the old version has the requests afterwards.

    Raises ShopError for one that cannot begin, and when the old version cannot be ended: once the watch is over,
    the new one stays.

    attempt: uses the new version at these addresses, and raises ShopError when it does not work.
    spent: what budgets were spent since a time. seconds: how long they are watched after the switch.
    """
    began = 0.0
    colours.plan(color, tag)
    try:
        tell(f"{tag} starts as {color}, beside the version that has the requests")
        colours.deploy()
        tell(f"a purchase from {color}, which nobody else uses yet")
        _try(attempt, colours.previews(), sleep)
        tell(f"{color} gets the requests")
        began = clock()  # before it: one that fails may have given it some
        colours.switch()
        tell(f"error budgets are watched for {seconds:.0f} s")
        _watch(spent, began, clock() + seconds, clock, sleep)
    except ShopError as error:
        _go_back(colours, error.message, tell)
        why = error.message
    except BaseException:
        _go_back(colours, "interrupted", tell)
        raise
    else:
        tell(f"{color} stays, and the old version ends")
        _keep(colours, tag)
        why = ""
    if not began:
        return Outcome(why, {}, 0.0)
    sleep(_PAUSE)  # until the last requests were scraped
    try:
        return Outcome(why, spent(began), clock() - began)
    except ShopError:
        return Outcome(why, None, clock() - began)


def _keep(colours: Colours, tag: str) -> None:
    try:
        colours.keep()
    except ShopError as error:
        told = f"{tag} has the requests, but the old version could not be ended: {error.message}"
        raise ShopError(told, error.remedy) from error


def _go_back(colours: Colours, why: str, tell: Callable[[str], None]) -> None:
    with _undisturbed():
        try:
            tell(f"{why}: the old version gets the requests again")
        finally:  # also when nobody can be told, as the terminal is gone
            colours.back()
        tell("the old version has the requests")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever tells the process to end meanwhile is not heard."""
    before = {number: signal.signal(number, lambda *_: None) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _try(
    attempt: Callable[[Mapping[str, str]], None], addresses: Mapping[str, str], sleep: Callable[[float], None]
) -> None:
    """Raise ShopError when no attempt works: one alone may meet a store that is busy."""
    for left in reversed(range(_TRIES)):
        try:
            return attempt(addresses)
        except ShopError:
            if not left:
                raise
            sleep(_PAUSE)


def _watch(
    spent: Callable[[float], Mapping[str, Spent]],
    began: float,
    until: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Raise ShopError when a budget burns too fast, or when nobody says how fast."""
    silent = 0
    while clock() < until:
        sleep(_PAUSE)
        try:
            found = spent(began)
        except ShopError:
            if (silent := silent + 1) == _SILENCE:
                raise
            continue
        silent = 0
        for name, one in found.items():
            if one.is_too_fast:
                raise ShopError(
                    f"the error budget of {name} burns {one.burn:.0f} times too fast: "
                    f"{one.bad:.0f} of {one.events:.0f} events were bad in {clock() - began:.0f} s"
                )
