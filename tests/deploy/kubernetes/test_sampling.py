"""With tail sampling: a trace goes whole to one sampler, every span is counted, and Jaeger gets what is kept."""

from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes.compose import PORTS
from deploy.kubernetes.traces import BALANCER, SAMPLER
from tests.deploy.kubernetes.chart import containers, objects, of_kind, pods

JAEGER = yaml.safe_load((CHECKOUT / "jaeger" / "config.yaml").read_text(encoding="utf-8"))
PROFILE = yaml.safe_load((CHECKOUT / "jaeger" / "tail-sampling.yaml").read_text(encoding="utf-8"))


def config(packed: Path, name: str, file: str) -> dict[str, Any]:
    """What one of them is given."""
    maps = of_kind(objects(packed, "sampled"), "ConfigMap")
    found: dict[str, Any] = yaml.safe_load(maps[f"{name}-jaeger"]["data"][file])
    return found


def test_pipelines_name_what_is_configured(packed: Path) -> None:
    """And nothing that is configured is used by none."""
    for name, file in ((BALANCER, f"{BALANCER}.yaml"), (SAMPLER, f"{SAMPLER}.yaml"), ("jaeger", "config.yaml")):
        found = config(packed, name, file)
        used: dict[str, set[str]] = {"receivers": set(), "processors": set(), "exporters": set()}
        for pipeline in found["service"]["pipelines"].values():
            for kind, names in used.items():
                names |= set(pipeline.get(kind, ()))
        connectors = set(found.get("connectors", ()))
        assert used["receivers"] & used["exporters"] == connectors, name
        for kind, names in used.items():
            assert names - connectors == set(found[kind]), (name, kind)


def test_the_balancer_does_what_jaeger_did_but_stores_nothing(packed: Path) -> None:
    """The same pipelines: spans of browsers are looked at, others are counted; each trace goes to one sampler."""
    ours = config(packed, BALANCER, f"{BALANCER}.yaml")
    pipelines = ours["service"]["pipelines"]
    theirs = JAEGER["service"]["pipelines"]
    out = pipelines["traces/store"].pop("exporters")
    assert theirs["traces/store"]["exporters"] == ["jaeger_storage_exporter"]
    assert pipelines == {**theirs, "traces/store": {**pipelines["traces/store"]}}
    for kind in ("receivers", "processors", "connectors"):
        assert ours[kind] == JAEGER[kind]
    (exporter,) = (ours["exporters"][name] for name in out)
    assert exporter["routing_key"] == "traceID"
    target = exporter["resolver"]["dns"]
    service = of_kind(objects(packed, "sampled"), "Service")[target["hostname"]]
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"]["app.kubernetes.io/name"] == SAMPLER
    assert target["port"] == str(PORTS[SAMPLER]["otlp-grpc"])  # the Collector takes no number


def test_spans_for_a_sampler_that_is_gone_go_to_another_one(packed: Path) -> None:
    """They wait before a sampler is chosen. Behind that choice they would be dropped with it."""
    exporter = config(packed, BALANCER, f"{BALANCER}.yaml")["exporters"]["load_balancing"]
    behind = exporter["protocol"]["otlp"]
    for kind in ("sending_queue", "retry_on_failure"):
        assert exporter[kind]["enabled"] is True
        assert behind[kind] == {"enabled": False}


def test_the_sampler_has_the_policies_of_the_profile(packed: Path) -> None:
    """And gives what it keeps to Jaeger."""
    ours = config(packed, SAMPLER, f"{SAMPLER}.yaml")
    assert ours["processors"]["tail_sampling"] == PROFILE["processors"]["tail_sampling"]
    (pipeline,) = ours["service"]["pipelines"].values()
    assert pipeline["processors"] == PROFILE["service"]["pipelines"]["traces/store"]["processors"]
    (exporter,) = (ours["exporters"][name] for name in pipeline["exporters"])
    assert exporter["endpoint"] == f"jaeger:{PORTS['jaeger']['otlp-grpc']}"


def test_jaeger_counts_nothing_then(packed: Path) -> None:
    """What it gets is a part. Without sampling it has the file as it is."""
    ours = config(packed, "jaeger", "config.yaml")
    assert set(ours["service"]["pipelines"]) == {"traces/store", "traces/browser"}
    assert {**ours["exporters"], **ours["connectors"]}.keys() == {"jaeger_storage_exporter", "forward"}
    before = of_kind(objects(packed, "small"), "ConfigMap")["jaeger-jaeger"]["data"]["config.yaml"]
    assert yaml.safe_load(before) == JAEGER


def test_prometheus_asks_jaeger_for_no_counts_then(packed: Path) -> None:
    """It finds pods by their ports: one at which nobody listens would be a target that is down for ever."""
    for way, has in (("sampled", False), ("small", True)):
        found = objects(packed, way)
        (container,) = containers(pods(found)["jaeger"]).values()
        service = of_kind(found, "Service")["jaeger"]["spec"]
        for ports in (container["ports"], service["ports"]):
            assert ("span-metrics" in {port["name"] for port in ports}) is has


def test_everybody_sends_spans_to_the_balancer(packed: Path) -> None:
    """Services, steps and the gateway; its limits leave room below the memory of the pod."""
    found = pods(objects(packed, "sampled"))
    told = [
        each["value"]
        for pod in found.values()
        for container in containers(pod).values()
        for each in container.get("env", ())
        if each["name"] == "OTEL_EXPORTER_OTLP_ENDPOINT"
    ]
    assert set(told) == {f"http://{BALANCER}:{PORTS[BALANCER]['otlp-http']}"}
    (gateway,) = (c for name, c in containers(found["gateway"]).items() if name == "gateway")
    assert {"name": "TRACES", "value": BALANCER} in gateway["env"]
    for name in (BALANCER, SAMPLER):
        (container,) = containers(found[name]).values()
        env = {each["name"]: each["value"] for each in container["env"]}
        memory = int(container["resources"]["limits"]["memory"].removesuffix("Mi"))
        assert int(env["GOMEMLIMIT"].removesuffix("MiB")) < int(env["JAEGER_MEMORY_MIB"]) < memory


def test_prometheus_asks_each_of_their_pods(packed: Path) -> None:
    """The spans that are counted have the job that they always have."""
    text = of_kind(objects(packed, "sampled"), "ConfigMap")["prometheus-prometheus"]["data"]["kubernetes.yml"]
    (job,) = (each for each in yaml.safe_load(text)["scrape_configs"] if each["job_name"] == "jaeger")
    regex = job["relabel_configs"][0]["regex"].split("|")
    assert {f"{BALANCER}:8889", f"{BALANCER}:8888", f"{SAMPLER}:8888"} < set(regex)
