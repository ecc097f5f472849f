"""Every metric in a panel exists somewhere, and every metric that the code declares is looked at."""

from pathlib import Path

from tests.grafana.names import EXPORTERS, declared, derived, used
from tests.grafana.targets import documents, panels

ROOT = Path(__file__).parents[2]
UNSEEN: dict[str, str] = {}  # a metric that no panel and no rule uses, and why


def shown() -> dict[str, str]:
    """Each metric that a panel uses, with one of these panels."""
    return {
        name: f"{dashboard['uid']}: {panel['title']}"
        for dashboard in documents()
        for panel in panels(dashboard)
        for target in panel["targets"]
        for name in used(target["expr"])
    }


def test_every_metric_in_a_panel_is_declared() -> None:
    """By the code, the gateway's log, a recording rule or a known exporter."""
    known = declared() | derived()
    unknown = {
        name: where
        for name, where in shown().items()
        if name not in known and not name.startswith(tuple(EXPORTERS))
    }
    assert not unknown


def test_every_declared_metric_is_looked_at() -> None:
    """By a panel or a rule, or it says why not; and no reason is kept for one that is."""
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "prometheus/rules").glob("*.yml"))
    unseen = {name for name in declared() if name not in shown() and name not in rules}
    assert unseen == set(UNSEEN)


def test_every_metric_of_the_gateways_log_is_looked_at() -> None:
    """What mtail counts is in a panel."""
    assert {name for name in derived() if name.startswith("shop_gateway_")} <= shown().keys()


def test_names_are_found_in_a_query() -> None:
    """Labels, functions, numbers and durations are no metrics."""
    expr = 'histogram_quantile(0.95, sum by (le, job) (rate(a_bucket{b="c"}[1m]))) and d_total > 0 or on() x:y:z5m'
    assert used(expr) == {"a", "d", "x:y:z5m"}
