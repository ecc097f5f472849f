"""Jaeger's configuration: what can be known without Jaeger."""

import re
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import Layout
from deploy.native import jaeger
from deploy.native.prometheus import JOBS

FOLDER = Path(__file__).parents[2] / "jaeger"
SENDING = {"traces/metrics", "traces/store"}


def load(name: str) -> dict[str, Any]:
    """One of the two files."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def test_pipelines_name_what_is_configured() -> None:
    """With the profile laid over it, too."""
    base, overlay = load("config.yaml"), load("tail-sampling.yaml")
    known = {
        kind: set(base.get(kind, {})) | set(overlay.get(kind, {}))
        for kind in ("receivers", "processors", "exporters", "connectors")
    }
    for pipelines in (
        base["service"]["pipelines"],
        base["service"]["pipelines"] | overlay["service"]["pipelines"],
    ):
        for pipeline in pipelines.values():
            assert set(pipeline.get("receivers", [])) <= known["receivers"] | known["connectors"]
            assert set(pipeline.get("processors", [])) <= known["processors"]
            assert set(pipeline.get("exporters", [])) <= known["exporters"] | known["connectors"]


def test_spans_are_counted_before_any_is_dropped() -> None:
    """The profile touches only the pipeline that stores; both get what is received, and both are limited first."""
    base, overlay = load("config.yaml"), load("tail-sampling.yaml")
    pipelines = base["service"]["pipelines"]
    assert set(overlay["service"]["pipelines"]) == {"traces/store"}
    assert {name for name, pipeline in pipelines.items() if "otlp" in pipeline["receivers"]} == SENDING
    assert "span_metrics" in pipelines["traces/metrics"]["exporters"]
    assert "span_metrics" not in pipelines["traces/browser"]["exporters"]  # anybody may send those
    assert all(pipelines[name]["processors"][0] == "memory_limiter" for name in SENDING)
    assert overlay["service"]["pipelines"]["traces/store"]["processors"][:2] == ["memory_limiter", "tail_sampling"]


def test_names_of_span_metrics_are_those_that_the_monitor_tab_asks_for() -> None:
    """Normalised as Prometheus has them."""
    backend = load("config.yaml")["extensions"]["jaeger_storage"]["metric_backends"]["prometheus"]["prometheus"]
    assert backend["normalize_calls"] is True
    assert backend["normalize_duration"] is True


def test_every_address_has_a_default_and_a_native_value(tmp_path: Path) -> None:
    """Containers set nothing; the native run sets whatever could collide with another installation."""
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    variables = set(re.findall(r"\$\{env:(\w+):-[^}]+\}", text))
    assert len(variables) == len(set(re.findall(r"\$\{env:(\w+)", text)))
    native = jaeger.real(Layout.at(tmp_path, 1000), "/usr/bin/jaeger")
    assert variables - set(native.environment) == {"JAEGER_MEMORY_MIB", "JAEGER_DECISION_WAIT"}
    assert set(native.environment) - variables == {"GOMEMLIMIT"}
    assert len(native.ports) == len(set(native.ports)) == text.count("_PORT:-")
    assert all(Path(argument.partition("=")[2]).is_file() for argument in native.command[1:])


def test_prometheus_asks_whichever_store_runs() -> None:
    """The job has the stand-in's port, or Jaeger's own two."""
    assert set(JOBS["jaeger"]) in ({"jaeger"}, {"jaeger-metrics", "jaeger-span-metrics"})


def test_spans_of_the_gateway_have_the_names_of_today() -> None:
    """Nginx' module writes those of 2022; each of them goes, and what it says stays."""
    text = (FOLDER.parent / "docs" / "telemetry" / "conventions.json").read_text(encoding="utf-8")
    for name in ("config.yaml", "tail-sampling.yaml"):
        assert "attributes/gateway" in load(name)["service"]["pipelines"]["traces/store"]["processors"]
    processor = load("config.yaml")["processors"]["attributes/gateway"]
    assert processor["include"]["services"] == ["gateway"]  # a browser cannot be called so
    made = {each["from_attribute"]: each["key"] for each in processor["actions"] if each["action"] == "insert"}
    gone = {each["key"] for each in processor["actions"] if each["action"] == "delete"}
    assert made["http.status_code"] == "http.response.status_code"
    assert gone == {*made, "http.target"}
    assert not [name for name in made.values() if f'"{name}"' not in text]
