"""The page of runbooks: fresh, with an anchor for each address that alerts and annotations make."""

import re

import yaml

from docs import runbooks
from tests.prometheus.rules import RULES, alerts

PAGE = runbooks.PAGE.read_text(encoding="utf-8")
ANCHORS = re.findall(r'id="([^"]+)"', PAGE)


def test_the_committed_page_is_what_the_code_makes() -> None:
    """`python -m docs.runbooks` would change nothing."""
    assert runbooks.page() == PAGE


def test_every_alert_has_its_anchor_severity_condition_and_dashboard() -> None:
    """Small letters for the address in the alert, the name as it is for the annotation on a dashboard."""
    for alert in alerts():
        assert ANCHORS.count(alert.name) == ANCHORS.count(alert.name.lower()) == 1
        section = PAGE.partition(f'<h2 id="{alert.name.lower()}">')[2].partition("</section>")[0]
        assert f'<span class="{alert.value("severity")}">' in section
        assert 'href="/d/glasshouse-' in section
        assert "It fires while this holds" in section


def test_every_link_inside_of_the_page_has_its_anchor() -> None:
    """The list at the side and the headings."""
    targets = re.findall(r'href="#([^"]+)"', PAGE)
    assert set(targets) <= set(ANCHORS)
    assert len(set(targets)) == len(alerts())


def test_nothing_on_the_page_is_inline_or_foreign() -> None:
    """No script, no style attribute, no other host: the policy of the console forbids them."""
    assert not re.search(r"<script|style=|<style|src=", PAGE)
    assert not re.search(r'href="(https?:)?//', PAGE)


def test_every_address_in_an_alert_is_absolute_and_of_this_installation() -> None:
    """Every annotation that is an address begins with the external label that the environment fills."""
    addresses = [
        value
        for path in RULES
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        for key, value in rule.get("annotations", {}).items()
        if key in {"runbook_url", "dashboard"}
    ]
    assert len(addresses) == 2 * len(alerts())
    assert all(address.startswith("{{ $externalLabels.grafana }}/") for address in addresses)
