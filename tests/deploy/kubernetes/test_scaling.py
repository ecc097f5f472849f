"""What scalers ask of Prometheus: through its adapter, or by KEDA."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.installation.layout import CHECKOUT
from tests.deploy.kubernetes.chart import load, objects, of_kind, template
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


def keda(packed: Path, service: str) -> dict[str, str]:
    """The queries of a service's ScaledObject, by their thresholds, which differ."""
    chosen = (
        "autoscaling.enabled=true,autoscaling.keda=true,autoscaling.requestsPerSecond=5,autoscaling.queueLength=20"
    )
    scaled = of_kind(tuple(load(template(packed, "--set", chosen, only=("autoscalers",)))), "ScaledObject")
    asked = [
        each["metadata"] for each in scaled[f"{service}-blue"]["spec"]["triggers"] if each["type"] == "prometheus"
    ]
    assert {each["ignoreNullValues"] for each in asked} == {"false"}  # what Prometheus does not know is not 0
    return {each["threshold"]: each["query"] for each in asked}


@pytest.mark.parametrize("by", ["adapter", "keda"])
def test_a_service_that_nobody_asked_yet_has_no_requests(packed: Path, tmp_path: Path, by: str) -> None:
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
    if by == "adapter":
        labels, asked = '{job="order-service"}', query("http_requests_per_second", 'job="order-service"')
    else:
        labels, asked = "{}", keda(packed, "order-service")["5"]
    away = [{**up, "values": "0x20"} for up in ups]
    cases: list[tuple[list[dict[str, str]], float | None]] = [
        (ups, 0),
        ([*ups, *requests], 2),
        ([away[0], ups[1]], 0),
        (away, None),
    ]
    check_values(tmp_path, asked, [(given, labels, value) for given, value in cases])


@pytest.mark.parametrize("by", ["adapter", "keda"])
def test_the_messages_of_a_queue_are_those_of_all_nodes(packed: Path, tmp_path: Path, by: str) -> None:
    """Each node of the broker tells of the queues that it leads."""
    name = "rabbitmq_detailed_queue_messages_ready"
    given = [{"series": f'{name}{{queue="order.stock",instance="{node}"}}', "values": "7x20"} for node in "ab"]
    if by == "adapter":
        labels, asked = '{queue="order.stock"}', query("rabbitmq_queue_messages_ready", 'queue="order.stock"')
    else:
        labels, asked = "{}", keda(packed, "order-service")["20"]
    check_values(tmp_path, asked, [(given, labels, 14), ([], labels, None)])
