"""With the Prometheus Operator: the jobs, labels and rules of our own Prometheus, and the same doors for it."""

import re
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes import watching
from tests.deploy.kubernetes.chart import containers, load, objects, of_kind, pods, template

_SNAKE = {"sourceLabels": "source_labels", "targetLabel": "target_label"}
_DROPPED = {"action": "labeldrop", "regex": "namespace|container|pod|endpoint"}
# The Operator's Prometheus asks itself; nothing is behind these two in a cluster.
_LEFT_OUT = {"prometheus", "drill"}


def jobs() -> dict[str, Any]:
    """The scrape jobs of our own Prometheus."""
    return {job["job_name"]: job for job in yaml.safe_load(watching.prometheus())["scrape_configs"]}


def test_each_job_is_there_with_its_own_rules(packed: Path) -> None:
    """Those of the pods by PodMonitors, word for word but for the Operator's spelling; what it adds is dropped."""
    monitors = of_kind(objects(packed, "operator"), "PodMonitor")
    asked = {name: job for name, job in jobs().items() if "kubernetes_sd_configs" in job}
    nobody = {name for name, job in jobs().items() if job.get("static_configs") == []}
    assert set(jobs()) == set(asked) | nobody | _LEFT_OUT | {"blackbox"}
    assert set(monitors) == set(asked)
    for name, job in asked.items():
        for endpoint in monitors[name]["spec"]["podMetricsEndpoints"]:
            first, *own, last = (_spelt(rule) for rule in endpoint["relabelings"])
            assert first == {"target_label": "job", "replacement": name}
            assert own == job["relabel_configs"]
            assert last == _DROPPED
            assert endpoint["path"] == job.get("metrics_path", "/metrics")
            assert endpoint.get("params") == job.get("params")
            dropped = [_spelt(rule) for rule in endpoint.get("metricRelabelings", ())]
            assert dropped == job.get("metric_relabel_configs", [])
            assert (endpoint["interval"], endpoint["scrapeTimeout"]) == ("5s", "4s")


def _spelt(rule: dict[str, Any]) -> dict[str, Any]:
    return {_SNAKE.get(key, key): value for key, value in rule.items()}


def test_each_pod_that_a_job_keeps_has_the_port_that_is_named(packed: Path) -> None:
    """The Operator asks only ports of that name: none that our own Prometheus asks is missing."""
    found = objects(packed, "operator")
    there = {
        (pod["metadata"]["labels"]["app.kubernetes.io/name"], port["name"], port["containerPort"])
        for pod in pods(found).values()
        for container in containers(pod).values()
        for port in container.get("ports", ())
    }
    for name, monitor in of_kind(found, "PodMonitor").items():
        regex = jobs()[name]["relabel_configs"][0]["regex"]
        kept = {(part, port) for part, port, number in there if re.fullmatch(regex, f"{part}:{number}")}
        assert kept
        named = {endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
        assert {port for _, port in kept} == named
        selected = monitor["spec"]["selector"]["matchLabels"].items()
        assert all(selected <= pod["metadata"]["labels"].items() for pod in pods(found).values())


def test_the_shop_is_looked_at_from_outside_under_the_same_names(packed: Path) -> None:
    """By the Probe: each address gets the instance that the rules know, and no other one's."""
    (probe,) = (each["spec"] for each in of_kind(objects(packed, "operator"), "Probe").values())
    groups = jobs()["blackbox"]["static_configs"]
    wanted = {group["labels"]["__param_target"]: group["labels"]["instance"] for group in groups}
    targets = probe["targets"]["staticConfig"]
    *rules, last = targets["relabelingConfigs"]
    named = {
        url: [rule["replacement"] for rule in rules if re.fullmatch(rule["regex"], url)]
        for url in targets["static"]
    }
    assert named == {url: [instance] for url, instance in wanted.items()}
    assert last == _DROPPED
    assert probe["jobName"] == "blackbox"
    assert probe["module"] == "http"
    assert probe["prober"] == {"url": "blackbox-exporter.shop.svc.cluster.local:9115"}


def test_rules_are_those_of_the_files(packed: Path) -> None:
    """Each file is one PrometheusRule; all objects have the labels by which the Operator chooses."""
    found = objects(packed, "operator")
    rules = of_kind(found, "PrometheusRule")
    files = {
        f"glasshouse-{path.stem.replace('_', '-')}": yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (CHECKOUT / "prometheus" / "rules").glob("*.yml")
    }
    assert {name: each["spec"] for name, each in rules.items()} == files
    chosen = of_kind(found, "PodMonitor", "Probe", "PrometheusRule").values()
    assert {each["metadata"]["labels"]["release"] for each in chosen} == {"stack"}
    assert not of_kind(objects(packed, "small"), "PodMonitor", "Probe", "PrometheusRule")


def test_its_prometheus_may_ask_what_ours_may_ask(packed: Path) -> None:
    """From its namespace, at the same ports; also where ours is switched off."""
    options = ("--set", "monitoring.operator=true,logs.enabled=true,parts.prometheus.enabled=false")
    without = tuple(load(template(packed, *options, only=("networkpolicies",))))
    for found in (objects(packed, "operator"), without):
        doors: set[tuple[str, int]] = set()
        for name, policy in of_kind(found, "NetworkPolicy").items():
            for rule in policy["spec"].get("ingress") or ():
                for other in rule.get("from", ()):
                    if other.get("namespaceSelector") == {
                        "matchLabels": {"kubernetes.io/metadata.name": "monitoring"}
                    }:
                        doors |= {(name, port["port"]) for port in rule["ports"]}
        small = of_kind(objects(packed, "logs"), "NetworkPolicy")["prometheus"]["spec"]["egress"]
        ours = {
            (other["podSelector"]["matchLabels"]["app.kubernetes.io/name"], rule["ports"][0]["port"])
            for rule in small
            for other in rule["to"]
            if "podSelector" in other and "namespaceSelector" not in other
        }
        assert doors == ours
