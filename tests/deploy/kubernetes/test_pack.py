"""What the chart packs is what the other two ways of running read."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.installation.layout import CHECKOUT
from deploy.installation.services import BEHIND_GATEWAY, SERVICES
from deploy.kubernetes import compose, credentials, traces, watching
from deploy.native import packages
from prometheus import containers
from tests.deploy.kubernetes.chart import CHART, load, objects, of_kind, pods, template
from tests.prometheus.rules import promtool

COMPOSE = compose.load()["services"]
PARTS = compose.parts(compose.load())


def test_the_checkout_has_no_second_copy() -> None:
    """No name of a service, no image and no port of a part is in the templates."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((CHART / "templates").iterdir()))
    assert not [service.name for service in SERVICES if service.name in text]
    assert not (CHART / "files").exists()
    images = {service["image"].partition(":")[0] for service in COMPOSE.values()}
    assert not [image for image in images if f"{image}:" in text]


def test_parts_are_those_of_compose() -> None:
    """Image, memory, user and grace; a service has as many replicas as the native run."""
    for name, part in PARTS.items():
        service = COMPOSE[name]
        image = part["image"]
        if image["ours"]:
            assert service["image"].startswith(f"{compose.OURS}{image['name']}:")
        else:
            assert service["image"] == f"{image['name']}:{image['tag']}"
        assert part["memory"] == service["mem_limit"].replace("m", "Mi")
        assert part["grace"] > int(service["stop_grace_period"].removesuffix("s"))
    several = {name for name in PARTS if PARTS[name]["replicas"] > 1}
    assert several == {*BEHIND_GATEWAY, traces.BALANCER, traces.SAMPLER}


def test_whatever_keeps_data_has_a_volume() -> None:
    """Where Compose has a volume with a name, and a size."""
    kept = {
        name
        for name in PARTS
        if any(re.match(r"[a-z]+-data:", volume) for volume in COMPOSE[name].get("volumes", ()))
    }
    assert {name for name, part in PARTS.items() if part["workload"] == "StatefulSet"} == kept
    assert all(PARTS[name]["data"] and PARTS[name]["size"] for name in kept)


def test_ports_are_those_that_compose_knows() -> None:
    """What it publishes and what health checks ask; edges and scrapes name only these."""
    for name, part in PARTS.items():
        known = set(part["ports"].values())
        published = {int(port.rpartition(":")[2]) for port in COMPOSE[name].get("ports", ())}
        assert published <= known, name
        assert part["probe"]["port"] in known, name


def test_settings_are_those_of_the_table() -> None:
    """Whatever a service may be told by the environment."""
    assert compose.settings(compose.load()).keys() >= {name for service in SERVICES for name in service.choices}


def test_prometheus_has_the_same_jobs_and_rules() -> None:
    """As in containers: each job, what it drops, and each instance that the rules know by name."""
    ours = {job["job_name"]: job for job in yaml.safe_load(watching.prometheus())["scrape_configs"]}
    theirs = {job["job_name"]: job for job in yaml.safe_load(containers.TARGET.read_text())["scrape_configs"]}
    assert list(ours) == list(theirs)
    for name, job in theirs.items():
        kept = ours[name]
        assert job.get("metric_relabel_configs") == kept.get("metric_relabel_configs")
        assert job.get("params") == kept.get("params")
        for group in job.get("static_configs", ()):
            target = group["targets"][0]
            if name in ("services", "logs", "blackbox", "prometheus") or "kubernetes_sd_configs" not in kept:
                continue
            part, port = watching.pod_of(target)
            assert re.fullmatch(kept["relabel_configs"][0]["regex"], f"{part}:{port}")
    services = ours["services"]["relabel_configs"]
    assert all(re.fullmatch(services[0]["regex"], f"{service.name}:8000") for service in SERVICES)
    assert "job" in [rule.get("target_label") for rule in services]


def test_prometheus_does_not_ask_a_pod_that_has_ended() -> None:
    """One that was evicted stays as an object, and would be a target that is down."""
    jobs = yaml.safe_load(watching.prometheus())["scrape_configs"]
    for job in (job for job in jobs if "kubernetes_sd_configs" in job):
        (rule,) = (rule for rule in job["relabel_configs"] if rule.get("action") == "drop")
        assert rule["source_labels"] == ["__meta_kubernetes_pod_phase"]
        phases = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
        ended = {phase for phase in phases if re.fullmatch(rule["regex"], phase)}
        assert ended == {"Failed", "Succeeded"}


def test_prometheus_takes_what_it_is_given(packed: Path, tmp_path: Path) -> None:
    """By promtool, with every file where the pod has it. Debian's knows no Kubernetes: that part is left out."""
    found = objects(packed, "small")
    pod = pods(found)["prometheus"]
    (volume,) = (each for each in pod["spec"]["volumes"] if "configMap" in each)
    texts = of_kind(found, "ConfigMap")["prometheus-prometheus"]["data"]
    for item in volume["configMap"]["items"]:
        path = tmp_path / item["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts[item["key"]], encoding="utf-8")
    config = yaml.safe_load((tmp_path / "kubernetes.yml").read_text(encoding="utf-8"))
    asked = [job["job_name"] for job in config["scrape_configs"] if job.pop("kubernetes_sd_configs", None)]
    assert {"services", "gateway", "postgres", "rabbitmq-queues", "jaeger"} <= set(asked)
    (tmp_path / "kubernetes.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = promtool("check", "config", tmp_path / "kubernetes.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("rules found") == len(list((CHECKOUT / "prometheus" / "rules").glob("*.yml")))


@pytest.mark.parametrize(("url", "receiver"), [("", "nobody"), ("https://alerts.test/hook", "webhook")])
def test_alertmanager_takes_what_it_is_given(packed: Path, tmp_path: Path, url: str, receiver: str) -> None:
    """By amtool, with an address for alerts and without."""
    found = tuple(load(template(packed, "--set", f"alerts.webhookUrl={url}", only=("secrets",))))
    text = base64.b64decode(of_kind(found, "Secret")["alertmanager"]["data"]["alertmanager.yml"])
    (tmp_path / "alertmanager.yml").write_bytes(text)
    command = [packages.program("amtool"), "check-config", str(tmp_path / "alertmanager.yml")]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert yaml.safe_load(text)["route"]["receiver"] == receiver


def test_dashboards_and_rules_are_packed_as_they_are(packed: Path) -> None:
    """The same queries; only indentation is gone, since a ConfigMap holds one MiB."""
    configs = of_kind(objects(packed, "small"), "ConfigMap")
    for file in (CHECKOUT / "grafana" / "generated").glob("*.json"):
        assert json.loads(configs["grafana-generated"]["data"][file.name]) == json.loads(file.read_text())
    for file in (CHECKOUT / "prometheus" / "rules").glob("*.yml"):
        assert configs["prometheus-prometheus"]["data"][f"rules..{file.name}"] == file.read_text(encoding="utf-8")
    assert configs["grafana-docs"]["data"]["runbooks.html"] == (CHECKOUT / "docs" / "runbooks.html").read_text()
    for name, each in configs.items():
        assert len(json.dumps(each["data"])) < 1_000_000, name


def test_grafana_is_sent_nowhere_where_nothing_is() -> None:
    """Where no logs come to the cluster's Grafana, it has no source and no link for them."""
    text = watching.datasources()
    assert "loki" not in text.lower()
    assert "tracesToLogs" not in text
    assert {source["uid"] for source in yaml.safe_load(text)["datasources"]} == {"prometheus", "jaeger"}


def test_the_step_for_mongodb_finds_its_modules(packed: Path, tmp_path: Path) -> None:
    """Its image holds no file of deploy/: what it imports is in its ConfigMap."""
    for key, text in of_kind(objects(packed, "small"), "ConfigMap")["mongo-users-deploy"]["data"].items():
        path = tmp_path / "deploy" / key.replace("..", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-P", "-c", "import deploy.containers.mongo_user"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_secret_is_packed() -> None:
    """Only placeholders: whoever packs has no secret to give away."""
    text = json.dumps(credentials.files())
    assert "BEGIN" not in text
    assert credentials.sources()["payment-service"]["card_key"] == {"kind": "value", "value": "card_key"}
    assert set(credentials.values()) >= {"card_key", "token_key.pem", "gateway.key", "grafana_password"}


def test_whoever_renders_the_checkout_itself_is_told(tmp_path: Path) -> None:
    """The templates alone are no chart that could be installed."""
    assert "python -m deploy.kubernetes.pack" in (CHART / "templates" / "_table.tpl").read_text(encoding="utf-8")
