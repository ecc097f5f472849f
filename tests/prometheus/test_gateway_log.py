"""prometheus/gateway.mtail: what is counted for a line of the gateway's access log."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.native import packages
from tests.prometheus.rules import PROMETHEUS


def line(**changed: Any) -> str:
    """A line as Nginx writes it (gateway/log.conf.template)."""
    fields = {
        "timestamp": "2026-01-01T00:00:00.000+00:00",
        "level": "info",
        "service": "gateway",
        "event": "http.request",
        "logger": "nginx",
        "request_id": "4676922a59c089c3",
        "trace_id": "",
        "span_id": "",
        "trace_flags": "",
        "method": "GET",
        "path": "/api/products/1",
        "status": 200,
        "duration_ms": 12,
        "upstream": "127.0.0.1:18011",
        "upstream_status": "200",
        "upstream_duration": "0.011",
        "preference": "",
        "limit": "PASSED",
        "limit_conn": "PASSED",
        "bytes": 600,
        "remote_addr": "127.0.0.1",
        "scheme": "http",
        "protocol": "HTTP/1.1",
        "user_agent": "curl",
        **changed,
    }
    return json.dumps(fields, separators=(",", ":"))


def counted(tmp_path: Path, *lines: str) -> dict[tuple[str, ...], float]:
    """The metrics after these lines: name and label values, buckets left out."""
    log = tmp_path / "gateway.log"
    log.write_text("".join(f"{text}\n" for text in lines))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "gateway.mtail").write_text((PROMETHEUS / "gateway.mtail").read_text())
    done = subprocess.run(
        [
            *(packages.program("mtail"), "-one_shot", "-one_shot_format=prometheus", "-emit_prog_label=false"),
            *("-progs", str(programs), "-logs", str(log), "-logtostderr"),
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(done.stdout)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_a_request_is_counted_for_its_service(tmp_path: Path) -> None:
    """By method and status, with its duration and the upstream's."""
    found = counted(tmp_path, line(), line(method="POST", path="/api/orders", status=201, duration_ms=250))
    assert found["shop_gateway_http_requests_total", "GET", "200", "product-service"] == 1
    assert found["shop_gateway_http_requests_total", "POST", "201", "order-service"] == 1
    assert found["shop_gateway_http_request_duration_seconds_sum", "order-service"] == 0.25
    assert found["shop_gateway_upstream_duration_seconds_sum", "product-service"] == 0.011
    assert found["shop_gateway_response_bytes_total", "product-service"] == 600


def test_failed_attempts_and_second_tries_are_counted(tmp_path: Path) -> None:
    """The first replica broke off, the second one answered; or neither of two did."""
    tried_twice = line(upstream="a, b", upstream_status="502, 200", upstream_duration="1.000, 0.020")
    in_vain = line(status=502, upstream="a, b", upstream_status="502, 502", upstream_duration="0.001, 0.001")
    too_slow = line(status=504, upstream_status="504", upstream_duration="15.000")
    found = counted(tmp_path, tried_twice, in_vain, too_slow)
    assert found["shop_gateway_upstream_retries_total", "product-service"] == 2
    assert found["shop_gateway_upstream_errors_total", "502", "product-service"] == 3
    assert found["shop_gateway_upstream_errors_total", "504", "product-service"] == 1


def test_limits_are_told_apart(tmp_path: Path) -> None:
    """Too many requests, or too many connections."""
    nobody = {"status": 429, "upstream": "", "upstream_status": "", "upstream_duration": ""}
    found = counted(tmp_path, line(**nobody, limit="REJECTED"), line(**nobody, limit_conn="REJECTED"))
    assert found["shop_gateway_limited_total", "rate", "product-service"] == 1
    assert found["shop_gateway_limited_total", "connections", "product-service"] == 1
    assert found["shop_gateway_http_requests_total", "GET", "429", "product-service"] == 2


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", "frontend"),
        ("/products/1", "frontend"),
        ("/assets/index-4f2a9c01.js", "frontend"),
        ("/images/products/1.svg", "frontend"),
        ("/apiary", "frontend"),
        ("/.well-known/jwks.json", "user-service"),
        ("/api/orders", "order-service"),
        ("/api/orders/1/events", "order-service"),
        ("/api/orderings", "other"),
        ("/health/order-service", "health"),
        ("/otlp/v1/traces", "otlp"),
        ("/api/nothing", "other"),
        ("/metrics", "other"),
    ],
)
def test_every_path_has_its_part(tmp_path: Path, path: str, part: str) -> None:
    """The shop's own files, refused spans, and what does not exist."""
    assert counted(tmp_path, line(path=path))["shop_gateway_http_requests_total", "GET", "200", part] == 1


def test_clients_cannot_make_labels(tmp_path: Path) -> None:
    """Whatever they send as method ends in `_OTHER`, as path in a known part; an agent is never a field."""
    found = counted(
        tmp_path,
        *(line(method=f"X{number}", path=f"/{number}", status=405) for number in range(5)),
        line(method="", path="", status=400, user_agent='"limit":"REJECTED","path":"/api/users"'),
    )
    assert found["shop_gateway_http_requests_total", "_OTHER", "405", "frontend"] == 5
    assert found["shop_gateway_http_requests_total", "_OTHER", "400", "other"] == 1
    assert not any(name[0] == "shop_gateway_limited_total" for name in found)


def test_a_request_that_waited_for_news_is_not_slow(tmp_path: Path) -> None:
    """It is counted, but its time is in no histogram: the client asked for it."""
    waited = line(path="/api/orders/1", duration_ms=8900, upstream_duration="8.899", preference="wait=9")
    found = counted(tmp_path, waited, line(path="/api/orders/1"))
    assert found["shop_gateway_http_requests_total", "GET", "200", "order-service"] == 2
    assert found["shop_gateway_http_request_duration_seconds_sum", "order-service"] == 0.012
    assert found["shop_gateway_upstream_duration_seconds_sum", "order-service"] == 0.011
