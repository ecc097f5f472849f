"""Makes rules/slo*.yml from slo.toml: `python -m prometheus.build` writes them, `--check`
says whether they are fresh.

For each objective: the share of bad events over seven windows, what is left of the error budget, and alerts when
the budget burns too fast (multi-window, multi-burn-rate: the Google SRE workbook, chapter 5). No traffic is no
error.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "slo.toml"
RULES = HERE / "rules"

SHORT_WINDOWS = ("5m", "30m", "1h")
LONG_WINDOWS = ("2h", "6h", "1d", "3d")
BUDGET_WINDOW = "3d"
# Fewer bad events than this say nothing about a rate: one failure of ten requests at night wakes nobody.
LEAST_BAD_EVENTS = 10
# A budget is judged when it is large enough to hold that many bad events, and was measured for a twelfth of its
# window: a share of three days, taken from the first minutes after a start, says how those minutes were.
LEAST_MEASURED = 720  # evaluations, one each 30 s: 6 hours
_GRAFANA = "{{ $externalLabels.grafana }}"  # where this installation's dashboards are: prometheus.yml


@dataclass(frozen=True)
class Objective:
    """One promise: of the events that `select` picks, the share `objective` is good."""

    name: str
    service: str
    promise: str
    metric: str
    select: str
    objective: float
    good: str = ""
    within: float | None = None

    def good_events(self, function: str, window: str) -> str:
        """PromQL for the good events: of the right labels, and over in time."""
        labels = [self.select, *([self.good] if self.good else [])]
        if self.within is None:
            return f"sum({function}({self.metric}_count{{{','.join(labels)}}}[{window}]))"
        labels.append(f'le="{self.within}"')
        return f"sum({function}({self.metric}_bucket{{{','.join(labels)}}}[{window}]))"

    def events(self, function: str, window: str) -> str:
        """PromQL for all events."""
        return f"sum({function}({self.metric}_count{{{self.select}}}[{window}]))"


@dataclass(frozen=True)
class Burn:
    """An alert: both windows burn the budget `factor` times as fast as it may last."""

    long: str
    short: str
    factor: float
    severity: str
    counted: str  # the window in which the bad events must be enough to mean something

    @property
    def is_about_the_budget(self) -> bool:
        """A page is about what fails now, and needs a platform older than its short window.

        A ticket is about the budget, so there must be one that is judged.
        """
        return self.severity == "ticket"


BURNS = (
    Burn("1h", "5m", 14.4, "page", "1h"),
    Burn("6h", "30m", 6, "page", "1h"),
    Burn("1d", "2h", 3, "ticket", "1d"),
    Burn("3d", "6h", 1, "ticket", "1d"),
)


def load(path: Path = SOURCE) -> list[Objective]:
    """The objectives of the file."""
    return [Objective(**entry) for entry in tomllib.loads(path.read_text())["slo"]]


def render(objectives: list[Objective]) -> dict[str, str]:
    """The generated files, by their names in rules/."""
    return {
        "slo.yml": "\n".join((*_HEAD, *_recordings(objectives), "")),
        "slo_budgets.yml": "\n".join((*_HEAD, *_budgets(), "")),
        "slo_alerts.yml": "\n".join((*_HEAD, *_alerts(), "")),
    }


_HEAD = ("# Made from slo.toml by `python -m prometheus.build`: do not edit.", "groups:")


def _recordings(objectives: list[Objective]) -> list[str]:
    # Windows up to an hour are computed every 15 s, longer ones every 30 s; the alerts that read them, every 5 s.
    lines = ["  - name: slo-short", "    interval: 15s", "    rules:"]
    for slo in objectives:
        lines += [f"      # {slo.promise}", *_record(slo, "slo:objective:ratio", f"vector({slo.objective})")]
        for window in SHORT_WINDOWS:
            lines += _record(slo, f"slo:sli_error:ratio_rate{window}", _error_ratio(slo, window))
        lines += _record(slo, "slo:bad_events:increase1h", _bad_events(slo, "1h"))
    lines += ["  - name: slo-long", "    interval: 30s", "    rules:"]
    for slo in objectives:
        lines += [f"      # {slo.promise}"]
        for window in LONG_WINDOWS:
            lines += _record(slo, f"slo:sli_error:ratio_rate{window}", _error_ratio(slo, window))
        lines += _record(slo, "slo:bad_events:increase1d", _bad_events(slo, "1d"))
        events = f"{slo.events('increase', BUDGET_WINDOW)} or vector(0)"
        lines += _record(slo, f"slo:events:increase{BUDGET_WINDOW}", events)
    return lines


def _budgets() -> list[str]:
    """How far each objective is on the way to a judgement, and the budgets of those that are judged."""
    errors = f"slo:sli_error:ratio_rate{BUDGET_WINDOW}"
    allowed = f"slo:events:increase{BUDGET_WINDOW} * on (slo, service) (1 - slo:objective:ratio)"
    measured = f"count_over_time({errors}[{BUDGET_WINDOW}]) / {LEAST_MEASURED}"
    return [
        "  - name: slo-budgets",
        "    interval: 30s",
        "    rules:",
        f"      # 1: enough events ({LEAST_BAD_EVENTS} bad ones would fit into the budget), for long enough.",
        "      - record: slo:evidence:ratio",
        "        expr: |-",
        "          clamp_max(",
        f"            {allowed} / {LEAST_BAD_EVENTS}",
        f"            < on (slo, service) {measured}",
        f"            or {measured}, 1)",
        f"      # 1: nothing used; below 0: broken. Over {BUDGET_WINDOW}; absent until there is evidence.",
        "      - record: slo:error_budget_remaining:ratio",
        "        expr: |-",
        f"          1 - {errors} / on (slo, service) (1 - slo:objective:ratio)",
        "          and on (slo, service) slo:evidence:ratio == 1",
    ]


def _alerts() -> list[str]:
    return ["  - name: slo-alerts", "    rules:", *(line for burn in BURNS for line in _alert(burn))]


def _error_ratio(slo: Objective, window: str) -> str:
    good, events = slo.good_events("rate", window), slo.events("rate", window)
    # Without events there is nothing to divide by; with events but no good one, all are bad.
    return f"clamp_min(1 - ({good} or vector(0)) / ({events} > 0), 0) or vector(0)"


def _bad_events(slo: Objective, window: str) -> str:
    good, events = slo.good_events("increase", window), slo.events("increase", window)
    return f"clamp_min({events} - ({good} or vector(0)), 0) or vector(0)"


def _record(slo: Objective, name: str, expression: str) -> list[str]:
    return [
        f"      - record: {name}",
        f"        expr: {expression}",
        f"        labels: {{slo: {slo.name}, service: {slo.service}}}",
    ]


_JUDGED = "slo:error_budget_remaining:ratio"


def _alert(burn: Burn) -> list[str]:
    def burns(window: str) -> str:
        return f"slo:sli_error:ratio_rate{window} > on (slo, service) ({burn.factor} * (1 - slo:objective:ratio))"

    anchor = f"sloburn{burn.long}"
    enough = _JUDGED if burn.is_about_the_budget else f"slo:objective:ratio offset {burn.short}"
    return [
        f"      - alert: SLOBurn{burn.long}",
        "        expr: |-",
        f"          ({burns(burn.long)})",
        f"          and on (slo, service) ({burns(burn.short)})",
        f"          and on (slo, service) (slo:bad_events:increase{burn.counted} >= {LEAST_BAD_EVENTS})",
        f"          and on (slo, service) {enough}",
        f"        labels: {{severity: {burn.severity}}}",
        "        annotations:",
        f"          summary: The error budget of {{{{ $labels.slo }}}} burns more than {burn.factor} times"
        " as fast as it may",
        f"          description: Over {burn.long} {{{{ $value | humanizePercentage }}}} of the events of"
        f" {{{{ $labels.slo }}}} ({{{{ $labels.service }}}}) were bad, and the last {burn.short} are no better.",
        f'          runbook_url: "{_GRAFANA}/public/docs/runbooks.html#{anchor}"',
        f'          dashboard: "{_GRAFANA}/d/glasshouse-slo?var-slo={{{{ $labels.slo }}}}"',
    ]


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them."""
    files = render(load())
    if arguments == ["--check"]:
        stale = [name for name, text in files.items() if (RULES / name).read_text() != text]
        for name in stale:
            print(f"{name} is stale: run python -m prometheus.build")  # noqa: T201
        return 1 if stale else 0
    for name, text in files.items():
        (RULES / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
