"""Service level objectives: how much of each budget is left, and how fast it burns (prometheus/rules)."""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, dial, grid, lines, number
from grafana.promql import NONE

ONE = '{slo="$slo"}'
OBJECTIVE = "slo:objective:ratio"
LEFT = "slo:error_budget_remaining:ratio"
FAST, STEADY, SLOW = 14.4, 6, 3  # burn rates of an hour and of 6 that page, and of a day that open a ticket

BUDGET = ((0, "red"), (0.2, "orange"), (0.5, "green"))
# A budget is judged from enough evidence on (prometheus/build.py); before that its value is -1, which has a name.
YOUNG = {"-1": "not enough events yet"}
EVIDENCE = "slo:evidence:ratio"
WHY_YOUNG = (
    " A young platform says `not enough events yet`: a budget of three days is judged when it was measured for "
    "six hours, and when ten bad events would fit into it (2,000 events at 99.5 %, 1,000 at 99 %, 200 at 95 %)."
)


def _errors(window: str, where: str = "") -> str:
    return f"max by (slo, service) (slo:sli_error:ratio_rate{window}{where})"


def _left(where: str = "", unjudged: str = "-1") -> str:
    """What is left of each budget, not less than 0; `unjudged` for those that are not judged yet."""
    judged = f"clamp_min(max by (slo, service) ({LEFT}{where}), 0)"
    return f"{judged} or max by (slo, service) (0 * {OBJECTIVE}{where} + ({unjudged}))"


def _burn(window: str, where: str = "") -> str:
    return f"{_errors(window, where)} / (1 - max by (slo, service) ({OBJECTIVE}{where}))"


BOARD = Board(
    "slo",
    "SLO",
    "The objectives: how well each is met, how much of its error budget is left, and how fast the budget burns.",
    [
        Row(
            "All objectives",
            [
                dial(
                    "Smallest budget left",
                    "How much is left of the smallest budget? "
                    "The error budget that is used up most. 0: this objective is missed now." + WHY_YOUNG,
                    "percentunit",
                    Q(f"clamp_min(min({LEFT}), 0) or vector(-1)", "left"),
                    steps=BUDGET,
                    texts=YOUNG,
                ),
                number(
                    "Fastest burn rate (1 h)",
                    "How fast does a budget burn? "
                    "The fastest burn rate of an hour. 1: the budget is used up exactly at the end of its period.",
                    "none",
                    Q(f"max({_burn('1h')})", "burn"),
                    steps=((SLOW, "orange"), (FAST, "red")),
                ),
                number(
                    "Broken objectives",
                    "How many objectives are broken? Those with no budget left, of those that are judged."
                    + WHY_YOUNG,
                    "none",
                    Q(f"count({LEFT} <= 0){NONE}", "broken"),
                    steps=((1, "red"),),
                ),
                number(
                    "Objectives",
                    "How many objectives are there? Those of availability, latency and journeys.",
                    "none",
                    Q(f"count({OBJECTIVE})", "objectives"),
                ),
            ],
        ),
        Row(
            "Budgets",
            [
                bars(
                    "Budget left by objective",
                    "How much of each budget is left? Share of the error budget that is left, for each objective."
                    + WHY_YOUNG,
                    "percentunit",
                    Q(_left(), "{{slo}}"),
                    steps=BUDGET,
                    texts=YOUNG,
                ),
                lines(
                    "Budget left over time",
                    "Which budgets shrink? Share of the error budget that is left; whole while it is not judged."
                    + WHY_YOUNG,
                    "percentunit",
                    Q(_left(unjudged="1"), "{{slo}}"),
                    top=1,
                ),
                bars(
                    "Evidence by objective",
                    "When is a budget judged? When there are enough events, for long enough: 100 %." + WHY_YOUNG,
                    "percentunit",
                    Q(f"max by (slo, service) ({EVIDENCE})", "{{slo}}"),
                ),
                grid(
                    "Objectives and their targets",
                    "What must be reached? The share of events that must be good, for each objective.",
                    "percentunit",
                    Q(f"max by (slo, service) ({OBJECTIVE})", "objective"),
                ),
            ],
        ),
        Row(
            "Burn rates",
            [
                lines(
                    "Burn rate by objective (5 min)",
                    "What burns right now? "
                    "Burn rates of 5 minutes: how fast each budget is used up. 1 uses it up in its whole period.",
                    "none",
                    Q(_burn("5m"), "{{slo}}"),
                    steps=((FAST, "red"),),
                ),
                lines(
                    "Burn rate by objective (1 h)",
                    "What has burnt for an hour? Burn rates of an hour: what a page is about.",
                    "none",
                    Q(_burn("1h"), "{{slo}}"),
                    steps=((FAST, "red"),),
                ),
                lines(
                    "Burn rate by objective (6 h)",
                    "What has burnt for hours? Burn rates of 6 hours: what the second page is about.",
                    "none",
                    Q(_burn("6h"), "{{slo}}"),
                    steps=((STEADY, "red"),),
                ),
            ],
        ),
        Row(
            "Objective $slo",
            [
                lines(
                    "Bad events",
                    "What share of events is bad? Bad events of all, of 5 minutes and of an hour.",
                    "percentunit",
                    Q(_errors("5m", ONE), "last 5 minutes"),
                    Q(_errors("1h", ONE), "last hour"),
                    Q(f"1 - max by (slo) ({OBJECTIVE}{ONE})", "allowed"),
                ),
                lines(
                    "Burn rate",
                    "How fast does its budget burn? Burn rates of 5 minutes and of an hour.",
                    "none",
                    Q(_burn("5m", ONE), "last 5 minutes"),
                    Q(_burn("1h", ONE), "last hour"),
                    steps=((SLOW, "orange"), (FAST, "red")),
                ),
                bars(
                    "Budget left",
                    "How much of its budget is left? Share of the error budget that is left, by service."
                    + WHY_YOUNG,
                    "percentunit",
                    Q(_left(ONE), "{{service}}"),
                    steps=BUDGET,
                    texts=YOUNG,
                ),
            ],
        ),
    ],
    variables=[Variable("slo", "Objective", f"label_values({OBJECTIVE}, slo)", "order-availability")],
    alerts='alertname=~"SLOBurn.+"',
)
