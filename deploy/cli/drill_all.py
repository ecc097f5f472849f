"""Drills under load, one after another: what each one caused, compared with what its file says."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial

import httpx

from deploy.cli.drill_load import Counts, Load
from deploy.cli.drill_watch import Named, Watch, active_alerts, answer, has_answer, with_names
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.services import SERVICES
from deploy.operations.drills import run
from deploy.operations.drills.fault import Fault
from deploy.operations.facts import Disagreement
from deploy.operations.installation import Installation
from deploy.operations.reconcile import reconcile

__all__ = ["Outcome", "in_turn", "judge", "measure", "spent", "wait_for_quiet"]

_QUIET_WITHIN = 400.0  # seconds for the alerts of before to end: some look back over five minutes
_OVER_WITHIN = 400.0
_WATCHED = 120.0  # seconds since the beginning of a fault in which no other alert may fire, at least
_FORGOTTEN = 90.0  # seconds for a rate of before to be over: it looks back over a minute
_WHOLE_WITHIN = 60.0  # seconds after the repair for every service to reach all that it uses
_ANSWER = 3.0  # seconds for one of them to say so
_SETTLE = 20.0  # seconds that a disagreement between the stores must last before it counts
_ABOUT_NOW = frozenset(
    {
        *("RedisDown", "PostgreSQLDown", "BrokerDown", "BrokerAlarm", "MongoDBFailing", "GatewayDown"),
        *("FrontendDown", "ServiceDown", "ServiceNotReady", "TargetDown"),
    }
)  # the others look back over minutes
_LONGEST = "LatencyP99High"  # of those about minutes: it looks back over five
_SLOW = ("SLOBurn", "MemoryGrowth")  # these look back so far that they outlast the fault that caused them
# The longer window of each SLOBurn..., and the speed from which it fires; a test holds it to the rules.
_BUDGETS = {"1h": 14.4, "6h": 6, "1d": 3, "3d": 1}
_SPENT = "slo:sli_error:ratio_rate{window} > on (slo, service) ({speed} * (1 - slo:objective:ratio))"


@dataclass(frozen=True)
class Outcome:
    """What a drill caused. Times are seconds: since the fault began, or since its repair.

    fired, over: alerts. unseen: what the file says can be seen, and was not. mended: how long the repair took.
    recovered: from the beginning of the repair until every service reached all that it uses; None: never.
    orders: how many there are in the end. disagreements: what the stores disagree about then.
    """

    fired: dict[Named, float]
    over: dict[Named, float]
    mended: float
    recovered: float | None = 0.0
    unseen: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    orders: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """For a report. Each alert has the seconds until it fired, and until it was over."""
        return {
            "alerts": {
                " ".join(name).strip(): {"fired": self.fired[name], "over": self.over.get(name)}
                for name in sorted(self.fired)
            },
            "mended": self.mended,
            "recovered": self.recovered,
            **asdict(self.counts),
            "orders": self.orders,
            "charged_twice": len({one.id for one in self.disagreements if one.charged_twice}),
            "disagreements": sum(not one.charged_twice for one in self.disagreements),
        }


def in_turn(chosen: Iterable[Fault]) -> list[Fault]:
    """Drills whose alerts outlast them come last, so that fewer drills wait for the alerts of an earlier one."""

    def outlasting(fault: Fault) -> tuple[int, int]:
        lasting = [one for one in fault.may if _is_about_minutes(one.alert)]
        # Who expects it of any service waits for it of none.
        longest = max((1 if one.service else 2 for one in lasting if one.alert == _LONGEST), default=0)
        return longest, len(lasting)

    return sorted(chosen, key=outlasting)


def measure(installation: Installation, fault: Fault, *, load: Load | None = None, brief: bool = False) -> Outcome:
    """Break it, look until all is mended and told, and compare the stores.

    Raises ShopError, and KeyboardInterrupt when a signal ended it; then all is mended, too.

    brief: the fault ends as soon as everything was seen that must be. On a platform that others have used, alerts
    that look back over minutes may still come from before, so only those count that must fire or are about now.
    """
    layout = installation.layout
    names = _ABOUT_NOW | {one.alert for one in fault.must} if brief else None
    before = wait_for_quiet(layout, fault, names) | spent(layout)
    _check_absence(layout, fault)
    watch, counts = Watch(layout, fault, before, names), load.counts() if load else Counts()
    with load.fault() if load else nullcontext():
        if not run.run(installation, fault, fault.seconds, partial(watch.until, all_seen=brief)):
            raise KeyboardInterrupt
        lasted = watch.ended or watch.seconds
        mended = time.monotonic()
        took = round(watch.seconds - lasted, 1)
        recovered = round(watch.seconds - lasted, 1) if _wait_until_whole(layout) else None
        over = _wait_until_over(watch, mended, 0.0 if brief else _WATCHED)
        watch.look_for_the_rest()
    result = reconcile(layout, _SETTLE)
    return Outcome(
        fired=watch.fired,
        over=over,
        mended=took,
        recovered=recovered,
        unseen=[str(one) for one in watch.missing],
        counts=load.counts().since(counts) if load else counts,
        orders=result.orders,
        disagreements=result.disagreements,
    )


def judge(fault: Fault, outcome: Outcome) -> list[str]:
    """Everything that is not as the fault's file says, a sentence each; empty: the drill is proven."""
    return [
        *_alerts(fault, outcome),
        *(f"It was not seen: {one}." for one in outcome.unseen),
        *(
            []
            if outcome.recovered is not None
            else [f"A service was not well {_WHOLE_WITHIN:.0f} s after the repair."]
        ),
        *_books(outcome),
    ]


def _alerts(fault: Fault, outcome: Outcome) -> Iterable[str]:
    for must in fault.must:
        name = (must.alert, must.service)
        fired, over = outcome.fired.get(name), outcome.over.get(name)
        if fired is None:
            yield f"{must.alert} of {must.service} did not fire."
        elif fired > must.within:
            yield f"{must.alert} of {must.service} fired after {fired} s, and not within {must.within:.0f} s."
        elif over is None or over > must.over_within:
            said = "never" if over is None else f"{over} s after the repair"
            yield f"{must.alert} of {must.service} was over {said}, and not within {must.over_within:.0f} s."
    for alert, service in sorted(outcome.fired.keys() - _must(fault)):
        if not _may(fault, (alert, service)):
            yield f"{alert} of {service or 'nobody'} fired, and should not."


def _must(fault: Fault) -> set[Named]:
    return {(one.alert, one.service) for one in fault.must}


def _may(fault: Fault, named: Named) -> bool:
    alert, service = named
    return any(one.alert == alert and one.service in ("", service) for one in fault.may)


def _is_about_minutes(alert: str) -> bool:
    return alert not in _ABOUT_NOW and not alert.startswith(_SLOW)


def _books(outcome: Outcome) -> Iterable[str]:
    if lost := outcome.counts.forgotten:
        yield f"{lost} orders that were accepted were not there later."
    yield from (f"The stores disagree: {one}" for one in outcome.disagreements)


def wait_for_quiet(layout: Layout, fault: Fault, names: frozenset[str] | None) -> set[Named]:
    """The alerts that still fire when this fault can begin.

    They are about budgets, or they look back over minutes and the fault may set them off anyway. When others do
    not end, it begins nevertheless, unless it must set them off. Then this raises ShopError.
    """
    deadline = time.monotonic() + _QUIET_WITHIN
    while True:
        now = with_names(active_alerts(layout), names)
        late = time.monotonic() > deadline
        in_the_way = {one for one in now if not one[0].startswith(_SLOW)}
        in_the_way -= {one for one in now if _is_about_minutes(one[0]) and _may(fault, one)}
        if not in_the_way or (late and not now & _must(fault)):
            return now
        if late:
            fires = ", ".join(sorted(alert for alert, _ in now & _must(fault)))
            raise ShopError(f"{fires} fires already.", "A drill needs a platform that is well: ./shop status")
        time.sleep(1)


def spent(layout: Layout) -> set[Named]:
    """Alerts about budgets of which too much was spent before: each may fire for as long as its window is."""
    return {
        (f"SLOBurn{window}", one["service"])
        for window, speed in _BUDGETS.items()
        for one in answer(layout, _SPENT.format(window=window, speed=speed))
    }


def _wait_until_whole(layout: Layout) -> bool:
    """Wait until every replica says that it reaches all that it uses; whether they did in time."""
    deadline = time.monotonic() + _WHOLE_WITHIN
    waiting = [replica for service in SERVICES for replica in service.replicas]
    while waiting and time.monotonic() < deadline:
        waiting = [replica for replica in waiting if not _is_whole(layout, replica)]
        time.sleep(0.1)
    return not waiting


def _is_whole(layout: Layout, replica: str) -> bool:
    try:
        answer = httpx.get(f"{layout.url(replica)}/health/ready", timeout=_ANSWER, trust_env=False)
        return answer.is_success and set(answer.json()["dependencies"].values()) <= {"ok"}
    except (httpx.HTTPError, ValueError, KeyError):
        return False


def _check_absence(layout: Layout, fault: Fault) -> None:
    """What shows a fault must not be there before it."""
    deadline = time.monotonic() + _FORGOTTEN
    for metric in fault.metrics:
        while has_answer(layout, metric.query):
            if time.monotonic() > deadline:
                raise ShopError(f"Before the fault there is an answer already to {metric.query}")
            time.sleep(1)


def _wait_until_over(watch: Watch, mended: float, least: float) -> dict[Named, float]:
    """When each alert was over, in seconds after the repair. least: seconds to look since the fault began.

    Those that must fire are waited for, and those that tell of now. Others may outlast the drill.
    """
    must = _must(watch.fault)
    over: dict[Named, float] = {}
    while True:
        now = watch.look_at_alerts()
        since = round(time.monotonic() - mended, 1)
        for name in watch.fired.keys() - now:
            over.setdefault(name, since)
        for name in now & over.keys():  # it came again
            del over[name]
        waits = any(one in must or one[0] in _ABOUT_NOW for one in now) or watch.seconds < least
        if not waits or since > _OVER_WITHIN:
            return over
        time.sleep(0.5)
