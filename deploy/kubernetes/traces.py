"""Tail sampling for many spans: a trace goes whole to one sampler, which keeps it or not, and Jaeger stores it.

Both are the Collector of the logs with another configuration, made of jaeger/: the balancer has the pipelines of
config.yaml and so counts every span, the sampler has the policies of tail-sampling.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT

VALUE = "tracing.tailSampling"
BALANCER, SAMPLER = "trace-balancer", "trace-sampler"
_FOLDER = CHECKOUT / "jaeger"
_STORE = "jaeger_storage_exporter"
# Memory, Go's bound below it, and in between the one at which spans are refused, in MiB.
_MEMORY = {BALANCER: (192, 144, 160), SAMPLER: (336, 260, 290)}


def services(collector: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Both as docker-compose.yml would have them."""
    return {
        name: {
            **collector,
            "command": [f"--config=/etc/jaeger/{name}.yaml"],
            "environment": {"GOMEMLIMIT": f"{bound}MiB", "JAEGER_MEMORY_MIB": f"{refused}"},
            "ports": [],
            "volumes": ["./jaeger:/etc/jaeger:ro"],
            "mem_limit": f"{memory}m",
            "cpus": 1,
            "healthcheck": {"test": ["CMD", "wget", "http://127.0.0.1:8888/metrics"]},
        }
        for name, (memory, bound, refused) in _MEMORY.items()
    }


def config(name: str) -> str:
    """The configuration of one of both."""
    found = _load("config.yaml")
    del found["extensions"], found["service"]["extensions"]
    found["service"]["telemetry"]["resource"]["attributes"] = [{"name": "service.name", "value": name}]
    (_sampler if name == SAMPLER else _balancer)(found)
    return yaml.safe_dump(found, sort_keys=False, width=1000)


def store() -> str:
    """Jaeger's own, behind a sampler: what it would count is not all there was."""
    found = _load("config.yaml")
    pipelines = found["service"]["pipelines"]
    for name in [name for name in pipelines if name not in ("traces/store", "traces/browser")]:
        del pipelines[name]
    del found["connectors"]["span_metrics"], found["exporters"]["prometheus"]
    return yaml.safe_dump(found, sort_keys=False, width=1000)


def _balancer(found: dict[str, Any]) -> None:
    del found["exporters"][_STORE]
    # Spans wait and are sent again before a sampler is chosen, and not behind that choice: when one is gone, what
    # could not be sent to it goes to another one.
    found["exporters"]["load_balancing"] = {
        "routing_key": "traceID",
        "protocol": {
            "otlp": {
                **{"timeout": "5s", "tls": {"insecure": True}},
                **{"sending_queue": {"enabled": False}, "retry_on_failure": {"enabled": False}},
            }
        },
        "sending_queue": {"enabled": True},
        "retry_on_failure": {"enabled": True, "initial_interval": "1s", "max_interval": "5s"},
        "resolver": {"dns": {"hostname": f"{SAMPLER}-pods", "port": "4317", "interval": "5s"}},
    }
    found["service"]["pipelines"]["traces/store"]["exporters"] = ["load_balancing"]


def _sampler(found: dict[str, Any]) -> None:
    found["receivers"] = {"otlp": {"protocols": {"grpc": found["receivers"]["otlp"]["protocols"]["grpc"]}}}
    overlay = _load("tail-sampling.yaml")
    found["processors"] = {
        name: found["processors"][name] for name in ("memory_limiter", "attributes/gateway", "batch")
    }
    found["processors"] |= overlay["processors"]
    del found["connectors"]
    found["exporters"] = {"otlp_grpc": {"endpoint": "jaeger:4317", "tls": {"insecure": True}}}
    stored = {"receivers": ["otlp"], **overlay["service"]["pipelines"]["traces/store"]}
    found["service"]["pipelines"] = {"traces/store": {**stored, "exporters": ["otlp_grpc"]}}


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return found
