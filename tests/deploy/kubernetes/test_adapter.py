"""What the Prometheus adapter is asked to compute, for the HorizontalPodAutoscalers."""

from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from tests.deploy.kubernetes.chart import objects, of_kind
from tests.prometheus.rules import check_values

_FILE = CHECKOUT / "deploy" / "kubernetes" / "prometheus-adapter.yaml"


def rules() -> dict[str, dict[str, Any]]:
    """Those of the adapter, by the name of their metric."""
    return {rule["name"]["as"]: rule for rule in yaml.safe_load(_FILE.read_text())["rules"]["external"]}


def query(metric: str, selector: str) -> str:
    """As the adapter fills it in."""
    rule = rules()[metric]
    series = rule["seriesQuery"].partition("{")[0]
    return str(rule["metricsQuery"]).replace("<<.Series>>", series).replace("<<.LabelMatchers>>", selector)


def test_every_metric_that_a_scaler_asks_for_has_its_rule(packed: Path) -> None:
    """Each rule also gives the label by which a scaler chooses."""
    asked = {
        (each["external"]["metric"]["name"], *each["external"]["metric"]["selector"]["matchLabels"])
        for scaler in of_kind(objects(packed, "everything"), "HorizontalPodAutoscaler").values()
        for each in scaler["spec"]["metrics"]
        if "external" in each
    }
    assert {name for name, _ in asked} == set(rules())
    for name, label in asked:
        assert f"by ({label})" in rules()[name]["metricsQuery"]


def test_a_service_that_nobody_asked_yet_has_no_requests(tmp_path: Path) -> None:
    """It is 0 and not unknown: a scaler that does not know one of its metrics takes no pod away.

    It is unknown while Prometheus reaches none of its pods.
    """
    ups = [{"series": f'up{{job="order-service",instance="{name}"}}', "values": "1x20"} for name in ("a", "b")]
    requests = [
        {
            "series": f'http_server_request_duration_seconds_count{{job="order-service",instance="{name}"}}',
            "values": "0+30x20",
        }
        for name in ("a", "b")
    ]
    labels = '{job="order-service"}'
    asked = query("http_requests_per_second", 'job="order-service"')
    away = [{**up, "values": "0x20"} for up in ups]
    cases: list[tuple[list[dict[str, str]], float | None]] = [
        (ups, 0),
        ([*ups, *requests], 2),
        ([away[0], ups[1]], 0),
        (away, None),
    ]
    check_values(tmp_path, asked, [(given, labels, value) for given, value in cases])


def test_the_messages_of_a_queue_are_those_of_all_nodes(tmp_path: Path) -> None:
    """Each node of the broker tells of the queues that it leads."""
    name = "rabbitmq_detailed_queue_messages_ready"
    given = [{"series": f'{name}{{queue="order.stock",instance="{node}"}}', "values": "7x20"} for node in "ab"]
    asked = query("rabbitmq_queue_messages_ready", 'queue="order.stock"')
    check_values(tmp_path, asked, [(given, '{queue="order.stock"}', 14)])
