"""`./shop drill`: what it refuses, and when a drill counts as proven."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from deploy.cli import drill_all
from deploy.cli.drill_all import Outcome, judge
from deploy.cli.drill_load import Counts
from deploy.cli.drill_watch import Named
from deploy.cli.main import main
from deploy.installation.layout import CHECKOUT, Layout
from deploy.operations.drills.fault import Possible, one
from deploy.operations.facts import Disagreement
from tests.platform.ports import unused_offset

REDIS = one("redis-down")
TOLD = ("RedisDown", "redis")
AS_IT_SAYS = Outcome(fired={TOLD: 20.0}, over={TOLD: 15.0}, mended=1.0)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of which nothing runs."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(unused_offset()))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "needs <action>"),
        (["break"], "does not know 'break'"),
        (["start"], "needs one fault"),
        (["start", "redis-dwon"], "Did you mean redis-down?"),
        (["start", "redis-down", "route-errors"], "needs one fault"),
        (["start", "redis-down", "--for", "soon"], "is not a time such as 90s, 10m or 1h30m"),
        (["start", "redis-down", "--for", "0s"], "is not a time such as 90s, 10m or 1h30m"),
        (["start", "redis-down", "--report", "x"], "takes no --report"),
        (["list", "redis-down"], "takes no fault"),
        (["all", "--for", "2m"], "takes no --for"),
        (["stop", "redis-down", "route-errors"], "one fault at most"),
        (["record"], "needs one fault"),
        (["record", "redis-down", "--seed", "0"], "is not a whole number above 0"),
        (["start", "redis-down", "--seed", "1"], "takes no --seed"),
        (["all", "--output", "x"], "takes no --output"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong, what may have been meant, and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(["drill", *arguments])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_the_list_needs_no_platform(capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault with what breaks and the alerts that must fire."""
    assert main(["drill", "list"]) == 0
    assert "RedisDown" in capsys.readouterr().out


def test_where_nothing_runs_nothing_can_be_broken(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is anything broken there."""
    assert main(["drill", "start", "redis-down"]) == 1
    assert main(["drill", "status"]) == 0
    assert "nothing is broken" in capsys.readouterr().out


def test_a_drill_that_did_what_its_file_says_is_proven() -> None:
    """Alerts that may fire change nothing."""
    assert judge(REDIS, AS_IT_SAYS) == []
    errors = one("route-errors")
    spike = ("ErrorSpike", "product-service")
    burn = ("SLOBurn1h", "product-service")
    assert judge(errors, Outcome({spike: 60.0, burn: 70.0}, {spike: 50.0}, 0.1)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fired": {}, "over": {}}, "RedisDown of redis did not fire."),
        ({"fired": {TOLD: 99.0}}, "RedisDown of redis fired after 99.0 s, and not within 45 s."),
        ({"over": {}}, "RedisDown of redis was over never, and not within 60 s."),
        ({"over": {TOLD: 99.0}}, "RedisDown of redis was over 99.0 s after the repair, and not within 60 s."),
        ({"fired": {TOLD: 20.0, ("DeadLetters", "x"): 1.0}}, "DeadLetters of x fired, and should not."),
        ({"counts": Counts(forgotten=1)}, "1 orders that were accepted were not there later."),
        ({"recovered": None}, "A service was not well 60 s after the repair."),
        ({"unseen": ["a log line"]}, "It was not seen: a log line."),
        ({"disagreements": ["an order"]}, "The stores disagree: an order"),
    ],
)
def test_a_drill_that_did_anything_else_fails(change: dict[str, object], said: str) -> None:
    """A fault that does nothing, an alert that is too late or stays, one too many, and a lost order."""
    assert judge(REDIS, replace(AS_IT_SAYS, **change)) == [said]  # type: ignore[arg-type]


SLOW = ("LatencyP99High", "product-service")
BUDGET = ("SLOBurn6h", "order-service")


@pytest.mark.parametrize(
    ("may", "looks", "left"),
    [
        (one("mongodb-down").may, [{TOLD, SLOW, BUDGET}, {SLOW, BUDGET}], {SLOW, BUDGET}),
        ((), [{TOLD, SLOW, BUDGET}, {SLOW, BUDGET}, {BUDGET}], {BUDGET}),
        ((Possible("RedisDown", "toy"),), [{TOLD}, set()], set()),
    ],
    ids=["it may set it off, too", "it must not", "it tells of now"],
)
def test_a_drill_begins_when_what_still_fires_tells_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, may: tuple[Possible, ...], looks: list[set[Named]], left: set[Named]
) -> None:
    """It waits for every other alert to end."""
    monkeypatch.setattr("deploy.cli.drill_all.active_alerts", lambda layout: looks.pop(0))
    monkeypatch.setattr("deploy.cli.drill_all.time.sleep", lambda seconds: None)
    assert drill_all.wait_for_quiet(Layout.from_environment(), replace(REDIS, may=may), None) == left
    assert looks == []


def test_drills_that_leave_alerts_behind_come_last() -> None:
    """An alert about a budget is not waited for, so it does not change the order."""
    found = [fault.name for fault in drill_all.in_turn(map(one, ("mongodb-down", "route-errors", "redis-down")))]
    assert found == ["route-errors", "redis-down", "mongodb-down"]


def test_drills_that_leave_the_longest_alert_behind_come_after_all_others() -> None:
    """And those that expect it of every service at the very end, as they wait for none."""
    found = [
        fault.name for fault in drill_all.in_turn(map(one, ("postgres-hangs", "mongodb-down", "postgres-down")))
    ]
    assert found == ["postgres-down", "mongodb-down", "postgres-hangs"]


def test_budgets_that_were_spent_before_tell_nothing_of_a_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alert is left out whose own longer window is over its limit already; those of others count."""
    rules = yaml.safe_load((CHECKOUT / "prometheus/rules/slo_alerts.yml").read_text())["groups"][0]["rules"]
    for rule in rules:
        spent, _, _ = rule["expr"].partition("\n")

        def asked(layout: Layout, query: str, spent: str = spent) -> list[dict[str, str]]:
            return [{"service": "order-service"}] if f"({query})" == spent else []

        monkeypatch.setattr("deploy.cli.drill_all.answer", asked)
        assert drill_all.spent(Layout.from_environment()) == {(rule["alert"], "order-service")}


def test_an_order_that_was_charged_twice_is_not_lost() -> None:
    """It is counted once, however many lines tell of it."""
    twice = [Disagreement("order", "o", found, "one", charged_twice=True) for found in ("p", "q")]
    report = replace(AS_IT_SAYS, disagreements=[*twice, Disagreement("order", "x", "none", "one")]).as_json()
    assert (report["charged_twice"], report["disagreements"]) == (1, 1)
