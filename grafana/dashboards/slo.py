"""Service level objectives: how much of each budget is left, and how fast it burns (prometheus/rules)."""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, dial, grid, lines, number

ONE = '{slo="$slo"}'
OBJECTIVE = "slo:objective:ratio"
LEFT = "slo:error_budget_remaining:ratio"
FAST, SLOW = 14.4, 3  # burn rates that use up 2 % of a 30 days' budget in an hour, 10 % in a day

BUDGET = ((0, "red"), (0.2, "orange"), (0.5, "green"))


def _errors(window: str, where: str = "") -> str:
    return f"max by (slo, service) (slo:sli_error:ratio_rate{window}{where})"


def _burn(window: str, where: str = "") -> str:
    return f"{_errors(window, where)} / (1 - max by (slo, service) ({OBJECTIVE}{where}))"


BOARD = Board(
    "slo",
    "SLO",
    "The promises: how well each is kept, how much of its error budget is left, and how fast the budget burns.",
    [
        Row(
            "All promises",
            [
                dial(
                    "How much is left of the smallest budget?",
                    "The error budget that is used up most. 0: its promise is broken for this period.",
                    "percentunit",
                    Q(f"clamp_min(min({LEFT}), 0)", "left"),
                    steps=BUDGET,
                ),
                number(
                    "How fast does a budget burn?",
                    "The fastest burn rate of an hour. 1: the budget is used up exactly at the end of its period.",
                    "none",
                    Q(f"max({_burn('1h')})", "burn"),
                    steps=((SLOW, "orange"), (FAST, "red")),
                ),
                number(
                    "How many promises are broken?",
                    "Objectives with no budget left.",
                    "none",
                    Q(f"count({LEFT} <= 0) or 0 * count({LEFT})", "broken"),
                    steps=((1, "red"),),
                ),
                number(
                    "How many promises are there?",
                    "Objectives of availability, latency and journeys.",
                    "none",
                    Q(f"count({OBJECTIVE})", "objectives"),
                ),
            ],
        ),
        Row(
            "Budgets",
            [
                bars(
                    "How much of each budget is left?",
                    "Share of the error budget that is left, for each objective.",
                    "percentunit",
                    Q(f"clamp_min(max by (slo, service) ({LEFT}), 0)", "{{slo}}"),
                    steps=BUDGET,
                ),
                lines(
                    "Which budgets shrink?",
                    "Share of the error budget that is left, over time.",
                    "percentunit",
                    Q(f"clamp_min(max by (slo, service) ({LEFT}), 0)", "{{slo}}"),
                    top=1,
                ),
                grid(
                    "What was promised?",
                    "The share of events that must be good, for each objective.",
                    "percentunit",
                    Q(f"max by (slo, service) ({OBJECTIVE})", "promised"),
                ),
            ],
        ),
        Row(
            "Burn rates",
            [
                lines(
                    "What burns right now?",
                    "Burn rates of 5 minutes: how fast each budget is used up. 1 uses it up in its whole period.",
                    "none",
                    Q(_burn("5m"), "{{slo}}"),
                    steps=((FAST, "red"),),
                ),
                lines(
                    "What has burnt for an hour?",
                    "Burn rates of an hour: what a page is about.",
                    "none",
                    Q(_burn("1h"), "{{slo}}"),
                    steps=((FAST, "red"),),
                ),
                lines(
                    "What burns slowly?",
                    "Burn rates of 6 hours: what a ticket is about.",
                    "none",
                    Q(_burn("6h"), "{{slo}}"),
                    steps=((SLOW, "orange"),),
                ),
            ],
        ),
        Row(
            "Objective $slo",
            [
                lines(
                    "What share of events is bad?",
                    "Bad events of all, of 5 minutes and of an hour.",
                    "percentunit",
                    Q(_errors("5m", ONE), "{{service}} 5 minutes"),
                    Q(_errors("1h", ONE), "{{service}} 1 hour"),
                    Q(f"1 - max by (slo) ({OBJECTIVE}{ONE})", "allowed"),
                ),
                lines(
                    "How fast does its budget burn?",
                    "Burn rates of 5 minutes and of an hour.",
                    "none",
                    Q(_burn("5m", ONE), "{{service}} 5 minutes"),
                    Q(_burn("1h", ONE), "{{service}} 1 hour"),
                    steps=((SLOW, "orange"), (FAST, "red")),
                ),
                bars(
                    "How much of its budget is left?",
                    "Share of the error budget that is left, by service.",
                    "percentunit",
                    Q(f"clamp_min(max by (service) ({LEFT}{ONE}), 0)", "{{service}}"),
                    steps=BUDGET,
                ),
            ],
        ),
    ],
    variables=[Variable("slo", "Objective", f"label_values({OBJECTIVE}, slo)", "availability")],
)
