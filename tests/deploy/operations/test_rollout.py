"""A rollout: in which order things happen, and what sends it back."""

from collections.abc import Callable, Mapping

import pytest

from deploy.installation.errors import ShopError
from deploy.operations.rollout import Outcome, Spent, roll

GOOD = {"order-availability": Spent(bad=0, events=100, burn=0, is_too_fast=False)}
BAD = {"order-availability": Spent(bad=50, events=100, burn=100, is_too_fast=True)}


class Service:
    """Two colours that write down what is done to them; `fails` names what does not work."""

    def __init__(self, fails: str = "") -> None:
        self.done: list[str] = []
        self.now = 1_000.0
        self._fails = fails

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what == self._fails:
            raise ShopError(f"{what} failed")

    def deploy(self, color: str, tag: str) -> None:
        self._do(f"deploy {color} {tag}")

    def previews(self) -> Mapping[str, str]:
        return {"order-service": "http://127.0.0.1:1"}

    def switch(self) -> None:
        self._do("switch")

    def keep(self) -> None:
        self._do("keep")

    def back(self) -> None:
        self._do("back")

    def attempt(self, addresses: Mapping[str, str]) -> None:
        assert addresses == self.previews()
        self._do("attempt")

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def rolled(service: Service, spent: Callable[[float], Mapping[str, Spent]] = lambda _: GOOD) -> Outcome:
    """A rollout that is watched for a minute of the service's own clock."""
    return roll(
        service,
        "green",
        "2.0",
        attempt=service.attempt,
        spent=spent,
        seconds=60,
        tell=lambda _: None,
        clock=lambda: service.now,
        sleep=service.sleep,
    )


def test_a_good_version_stays() -> None:
    """It is tried before it gets a request, and the old one ends after the watch."""
    service = Service()
    outcome = rolled(service)
    assert service.done == ["deploy green 2.0", "attempt", "switch", "keep"]
    assert (outcome.was_kept, outcome.seconds) == (True, 65)


@pytest.mark.parametrize("fails", ["deploy green 2.0", "attempt"])
def test_what_does_not_work_beside_costs_nothing(fails: str) -> None:
    """A version that never is ready, or that cannot sell, goes without having had a request."""
    service = Service(fails)
    outcome = rolled(service)
    assert service.done[-1] == "back"
    assert "switch" not in service.done
    assert service.done.count("attempt") == (3 if fails == "attempt" else 0)
    assert (outcome.was_kept, outcome.seconds, outcome.why) == (False, 0, f"{fails} failed")


def test_a_budget_that_burns_too_fast() -> None:
    """The old version has the requests again within two looks, and the cost is told."""
    service = Service()
    outcome = rolled(service, lambda began: BAD if service.now - began >= 10 else GOOD)
    assert service.done == ["deploy green 2.0", "attempt", "switch", "back"]
    assert outcome.why == "the error budget of order-availability burns 100 times too fast: " + (
        "50 of 100 events were bad in 10 s"
    )
    cost = outcome.spent["order-availability"].share(outcome.seconds)
    assert cost == pytest.approx(100 * 15 / (30 * 86_400))


def test_a_version_that_nobody_watches() -> None:
    """Prometheus may be mute for a moment, not for half a minute."""
    service, looks = Service(), iter([False, True, False, False, False, False, False, False, True])

    def spent(_: float) -> Mapping[str, Spent]:
        if not next(looks):
            raise ShopError("Prometheus does not answer")
        return GOOD

    outcome = rolled(service, spent)
    assert service.done[-1] == "back"
    assert outcome.why == "Prometheus does not answer"
    assert outcome.seconds == 8 * 5 + 5


def test_interrupted() -> None:
    """Ctrl+C leaves the old version with the requests."""
    service = Service()

    def spent(_: float) -> Mapping[str, Spent]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rolled(service, spent)
    assert service.done == ["deploy green 2.0", "attempt", "switch", "back"]
