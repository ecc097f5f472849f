"""Blue and green: a new version starts beside the old one, is tried, gets the requests, and stays or goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from deploy.installation.errors import ShopError

__all__ = ["BUDGET_SECONDS", "Colours", "Outcome", "Spent", "roll"]

BUDGET_SECONDS = 30 * 86_400  # an error budget is that of 30 days
_PAUSE = 5.0  # seconds between two looks at the budgets, as between two scrapes
_TRIES = 3  # of a purchase
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

    seconds: from the switch to the end; 0 where the new version never got a request.
    """

    why: str
    spent: Mapping[str, Spent]
    seconds: float

    @property
    def was_kept(self) -> bool:
        """Whether the new version has the requests now."""
        return not self.why


class Colours(Protocol):
    """The two colours of the services. Everything raises ShopError."""

    def deploy(self, color: str, tag: str) -> None:
        """Start a version beside the one that has the requests, and wait until it is ready."""

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

    attempt: uses the new version at these addresses, and raises ShopError when it does not work.
    spent: what budgets were spent since a time. seconds: how long they are watched after the switch.
    """
    began = 0.0
    try:
        tell(f"{tag} starts as {color}, beside the version that has the requests")
        colours.deploy(color, tag)
        tell(f"a purchase from {color}, which nobody else uses yet")
        _try(attempt, colours.previews(), sleep)
        tell(f"{color} gets the requests")
        colours.switch()
        began = clock()
        tell(f"error budgets are watched for {seconds:.0f} s")
        _watch(spent, began, seconds, clock, sleep)
        tell("the old version ends")
        colours.keep()
    except ShopError as error:
        tell(f"back: {error.message}")
        colours.back()
        why = error.message
    except BaseException:
        tell("interrupted: back")
        colours.back()
        raise
    else:
        why = ""
    if not began:
        return Outcome(why, {}, 0.0)
    sleep(_PAUSE)  # until the last requests were scraped
    return Outcome(why, spent(began), clock() - began)


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
    seconds: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Raise ShopError when a budget burns too fast, or when nobody says how fast."""
    silent = 0
    while clock() - began < seconds:
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
