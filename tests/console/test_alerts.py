"""The lines of the page of alerts."""

import time
from typing import Any

import pytest
import yaml

from console.alerts import lines, match, matchers, threshold
from deploy.installation.layout import CHECKOUT


def rule(name: str, *alerts: dict[str, Any], severity: str = "ticket") -> dict[str, Any]:
    """A rule as Prometheus tells it."""
    labels = {"severity": severity}
    return {
        "name": name,
        "query": "up == 0",
        "labels": labels,
        "annotations": {},
        "alerts": [*alerts],
        "health": "ok",
    }


def alert(state: str, since: str = "2026-11-26T12:00:00Z", **labels: str) -> dict[str, Any]:
    """An alert of a rule."""
    return {"state": state, "activeAt": since, "value": "1e+00", "labels": labels, "annotations": {"summary": "s"}}


def silence(state: str = "active", **matcher: object) -> dict[str, Any]:
    """A silence with one matcher."""
    matchers = [{"name": "job", "value": "redis", "isRegex": False, "isEqual": True, **matcher}]
    return {"id": "1", "status": {"state": state}, "matchers": matchers}


def test_the_most_important_comes_first() -> None:
    """Firing before pending, silent and well; a page before a ticket; the oldest first."""
    early, late = alert("firing", "2026-11-26T11:00:00Z", n="1"), alert("firing", n="2")
    rules = [
        rule("Well"),
        rule("Silent", alert("firing", job="redis")),
        rule("Pending", alert("pending"), severity="page"),
        rule("Firing", late, early),
        rule("Page", alert("firing"), severity="page"),
    ]
    found = [(line["state"], line["name"], line["labels"].get("n")) for line in lines(rules, [silence()])]
    assert found == [
        ("firing", "Page", None),
        ("firing", "Firing", "1"),
        ("firing", "Firing", "2"),
        ("pending", "Pending", None),
        ("silent", "Silent", None),
        ("well", "Well", None),
    ]


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (silence(), True),
        (silence("expired"), False),
        (silence("pending"), False),
        (silence(value="red"), False),
        (silence(value="red.*", isRegex=True), False),
        (silence(value="mongo", isEqual=False), True),
        (silence(name="nothing", value=""), True),
    ],
)
def test_a_silence_holds_back_what_it_matches(given: dict[str, Any], holds: bool) -> None:
    """As Alertmanager matches: a whole value, and a missing label is empty. It may not have the alert yet."""
    (line,) = lines([rule("Down", alert("firing", job="redis"))], [given])
    assert (line["state"] == "silent") is holds


@pytest.mark.parametrize(
    ("by", "state", "holds"), [(["1"], "active", True), (["1"], "expired", False), (["2"], "active", False)]
)
def test_alertmanager_says_what_a_regular_expression_holds(by: list[str], state: str, holds: bool) -> None:
    """Only it knows its expressions; the alert is the one with the same labels."""
    told = [
        {"labels": {"job": "redis"}, "status": {"silencedBy": by}},
        {"labels": {"job": "redis", "n": "2"}, "status": {"silencedBy": []}},
    ]
    made = silence(state, value="r.+", isRegex=True)
    rules = [rule("Down", alert("firing", job="redis"), alert("firing", job="redis", n="2"))]
    silent = [line["labels"].get("n") for line in lines(rules, [made], told) if line["silence"]]
    assert silent == ([None] if holds else [])


def test_the_links_of_a_rule_without_an_alert_lead_somewhere() -> None:
    """Prometheus fills in those of alerts only. A dashboard is then the one without a chosen service."""
    written = yaml.safe_load((CHECKOUT / "prometheus" / "rules" / "alerts.yml").read_text(encoding="utf-8"))
    rules = [rule for group in written["groups"] for rule in group["rules"] if "alert" in rule]
    told = [{**rule, "name": rule["alert"], "query": rule["expr"], "alerts": []} for rule in rules]
    links = {line["name"]: line["annotations"] for line in lines(told, [])}
    assert links["ErrorSpike"]["runbook_url"] == "/public/docs/runbooks.html#errorspike"
    assert links["ErrorSpike"]["dashboard"] == "/d/glasshouse-service"
    assert not [
        one for found in links.values() for one in (found["runbook_url"], found["dashboard"]) if "{" in one
    ]


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("up == 0", "== 0"),
        ("a > bool 0.5", "> 0.5"),
        ("(rate(a[5m]) > 1e-3)", "> 1e-3"),
        ("sum(a) / sum(b) >= -2", ">= -2"),
        ("absent(up)", ""),
        ("a > b", ""),
        ("a / b > 0.05 and rate(c[1m]) > 0.2", "> 0.05"),
        ("max by (job) (a > 4e8 and b > 2400)", "> 4e8"),
        ("a > 3 unless on () b == 0", "> 3"),
        ("a == 1 or b == 1", "== 1"),
        ("(a > 0.5 and b >= 10)\nor (c > 0.5 and d >= 20)", "> 0.5"),
        ("a < 1 or b > 0", ""),
    ],
)
def test_the_limit_is_what_the_value_is_compared_with(query: str, limit: str) -> None:
    """Where there is one; a further condition compares other values."""
    assert threshold(query) == limit


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('{service=~"order-service|user-service"}', True),
        ('{service=~"(order\\\\-service)"}', True),
        ('{service="order-service", alertname="Slow"}', True),
        ('{service="order"}', False),
        ('{service=~"order"}', False),
        ('{service=~"("}', False),
        ('{service=~"(product-service|order\\\\-service)"}', True),
        ('{service=~"order-.+|x"}', True),
        ('{service=~"order-service.+"}', False),
        ('{service=~"order-service.*"}', True),
        ('{service=~".+", alertname=~".*"}', True),
        ('{nothing=~".+"}', False),
        ('{service=~"or.er-service"}', False),
        ("", True),
    ],
)
def test_an_alert_list_filters_by_labels(text: str, holds: bool) -> None:
    """As Grafana writes it on a dashboard: a whole value, and of a text the escapes of JSON."""
    labels = {"service": "order-service", "alertname": "Slow"}
    assert match(matchers(text), labels) is holds


def test_no_filter_keeps_the_console_busy() -> None:
    """Everybody may ask, and a thread that searches for ever stops all others."""
    labels = {"alertname": "OutboxStuck"}
    began = time.monotonic()
    assert not match(matchers(r'{alertname=~"(\\w|\\w|\\w|\\w|\\w|\\w|\\w|\\w)*!"}'), labels)
    assert not match([{"name": "alertname", "isRegex": True, "value": "(a|(a|O.*)+)+$"}], labels)
    assert not matchers("a" * 60_000)
    assert not matchers('{a="' + "a" * 60_000)
    assert time.monotonic() - began < 1
