"""A rollout: in which order things happen, and what sends it back."""

import errno
import os
import signal
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
        self.ended_by: tuple[signal.Signals, ...] = ()  # signals that come while it goes back
        self._fails = fails

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what == self._fails:
            raise ShopError(f"{what} failed")

    def plan(self, color: str, tag: str) -> None:
        self._do(f"plan {color} {tag}")

    def deploy(self) -> None:
        self._do("deploy")

    def previews(self) -> Mapping[str, str]:
        return {"order-service": "http://127.0.0.1:1"}

    def switch(self) -> None:
        self._do("switch")

    def keep(self) -> None:
        self._do("keep")

    def back(self) -> None:
        for number in self.ended_by:
            os.kill(os.getpid(), number)
        self._do("back")

    def attempt(self, addresses: Mapping[str, str]) -> None:
        assert addresses == self.previews()
        self._do("attempt")

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def rolled(
    service: Service,
    spent: Callable[[float], Mapping[str, Spent]] = lambda _: GOOD,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """A rollout that is watched for a minute of the service's own clock."""
    return roll(
        service,
        "green",
        "2.0",
        attempt=service.attempt,
        spent=spent,
        seconds=60,
        tell=tell,
        clock=lambda: service.now,
        sleep=service.sleep,
    )


def test_a_good_version_stays() -> None:
    """It is tried before it gets a request, and the old one ends after the watch."""
    service = Service()
    outcome = rolled(service)
    assert service.done == ["plan green 2.0", "deploy", "attempt", "switch", "keep"]
    assert (outcome.was_kept, outcome.seconds) == (True, 65)


@pytest.mark.parametrize("fails", ["deploy", "attempt"])
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
    assert service.done == ["plan green 2.0", "deploy", "attempt", "switch", "back"]
    assert outcome.why == "the error budget of order-availability burns 100 times too fast: " + (
        "50 of 100 events were bad in 10 s"
    )
    assert outcome.spent
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
    assert service.done == ["plan green 2.0", "deploy", "attempt", "switch", "back"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_ends_the_way_back(number: signal.Signals) -> None:
    """Half of it would leave the new version with the requests; afterwards signals mean what they meant."""
    service = Service(fails="attempt")
    service.ended_by = (number, number)
    before = signal.getsignal(number)
    assert rolled(service).why == "attempt failed"
    assert service.done[-1] == "back"
    assert signal.getsignal(number) is before


def test_a_switch_that_fails_may_have_cost_something() -> None:
    """Helm waits after it has told the Services: so requests may have gone to the new version."""
    service = Service(fails="switch")
    outcome = rolled(service, lambda _: BAD)
    assert service.done[-1] == "back"
    assert outcome.spent == BAD
    assert outcome.seconds > 0


def test_an_old_version_that_does_not_end() -> None:
    """The new one was watched and is good, and pods of the old one may be gone: there is no way back."""
    service = Service(fails="keep")
    with pytest.raises(
        ShopError, match=r"2\.0 has the requests, but the old version .* not be ended: keep failed"
    ):
        rolled(service)
    assert service.done[-1] == "keep"


@pytest.mark.parametrize("fails", ["", "switch"])
def test_a_cost_that_nobody_says(fails: str) -> None:
    """How it ended is known, although Prometheus is mute at the end."""
    service = Service(fails)

    def spent(_: float) -> Mapping[str, Spent]:
        if service.done[-1] in ("keep", "back"):
            raise ShopError("Prometheus does not answer")
        return GOOD

    outcome = rolled(service, spent)
    assert (outcome.was_kept, outcome.spent) == (not fails, None)


def test_one_that_cannot_begin() -> None:
    """It is refused, and nothing is taken back: what is under way may be another's."""
    service = Service(fails="plan green 2.0")
    with pytest.raises(ShopError, match=r"plan green 2\.0 failed"):
        rolled(service)
    assert service.done == ["plan green 2.0"]


def test_a_terminal_that_is_gone() -> None:
    """Nobody can be told, and the old version has the requests all the same."""
    service = Service()

    def tell(text: str) -> None:
        if service.done[-1] == "switch":
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        rolled(service, tell=tell)
    assert service.done[-2:] == ["switch", "back"]
