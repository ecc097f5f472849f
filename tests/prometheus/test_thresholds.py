"""No threshold and no waiting time of an alert can be changed unnoticed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prometheus.rules import Alert, alerts, promtool, timelines

# A number that something is compared with, or by which the other side of a comparison is multiplied.
_NUMBER = re.compile(r"(?<=[<>=] )\d[\de.]*|(?<=\()\d[\d.]*(?= \*)")


@pytest.mark.full  # a quarter of a minute of promtool
@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_a_changed_number_is_noticed(alert: Alert, tmp_path: Path) -> None:
    """Less by a fifth or more by a quarter, whole numbers below 6 by one, half of `for` or twice: a test fails."""
    tests = "\n".join(text for name, text in timelines() if name == alert.name)
    changed = {"nothing": alert.text, **dict(_changed(alert.text))}
    assert len(changed) > 2
    for number, text in enumerate(changed.values()):
        rules = tmp_path / f"rules-{number}.yml"
        rules.write_text(f"groups:\n  - name: changed\n    rules:\n      - {_alone(text)}\n")
        heading = f"rule_files: [{rules}]\nevaluation_interval: 5s\ntests:\n"
        (tmp_path / f"test-{number}.yml").write_text(heading + tests)
    assert promtool("check", "rules", *tmp_path.glob("rules-*.yml")).returncode == 0
    told = promtool("test", "rules", *sorted(tmp_path.glob("test-*.yml"))).stdout
    passed = {int(number) for number in re.findall(r"test-(\d+)\.yml\n  SUCCESS", told)}
    assert [what for number, what in enumerate(changed) if number in passed] == ["nothing"]


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """What is changed, and the alert with that."""
    rule = text.split("labels:")[0]
    for found in _NUMBER.finditer(rule):
        for new in _others(float(found[0])):
            place = rule[: found.end()].splitlines()[-1].strip()
            yield f"{place} -> {new:g}", f"{rule[: found.start()]}{new:g}{text[found.end() :]}"
    for found in re.finditer(r"for: (\d+)(s|m)", rule):
        seconds = int(found[1]) * (60 if found[2] == "m" else 1)
        for new in (seconds // 10 * 5, seconds * 2):
            yield f"{found[0]} -> {new}s", f"{rule[: found.start()]}for: {new}s{text[found.end() :]}"


def _others(number: float) -> tuple[float, float]:
    if number < 6 and number.is_integer():
        return number - 1, number + 1
    return number * 0.8, number * 1.25


def _alone(text: str) -> str:
    """The alert without the heading of the next group and the comment on the next alert."""
    return re.split(r"\n\n|\n      #", text)[0]
