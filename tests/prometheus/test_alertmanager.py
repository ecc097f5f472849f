"""prometheus/alertmanager.yml, in a real Alertmanager: who hears of what."""

import itertools
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.installation import configuration, readiness
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.ports import is_free
from deploy.native import alertmanager
from tests.ending import end
from tests.waiting import wait_for

Notes = list[dict[str, Any]]


@pytest.fixture
def notes() -> Iterator[tuple[str, Notes]]:
    """A webhook receiver: its address, and the alerts it was told of, each with the number of its message."""
    seen: Notes = []
    messages = itertools.count()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = next(messages)
            seen.extend({**alert, "message": number} for alert in message["alerts"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", seen
        server.shutdown()
        thread.join()


@pytest.fixture
def manager(tmp_path: Path, notes: tuple[str, Notes], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Alertmanager's address; it tells the receiver at once instead of after 5 s."""
    offset = next(o for o in range(5500, 7000) if is_free(Layout.at(tmp_path, o).port("alertmanager")))
    layout = Layout(checkout=CHECKOUT, run=tmp_path, data=tmp_path / "data", offset=offset)
    monkeypatch.setenv("ALERT_WEBHOOK_URL", notes[0])
    layout.make_directories()
    alertmanager.prepare(layout)
    config = layout.conf / "alertmanager.yml"
    config.write_text(config.read_text().replace("group_wait: 5s", "group_wait: 1s"))
    program = alertmanager.program(layout)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(program.command, stdout=log, stderr=log)
        try:
            wait_for(
                "Alertmanager", readiness.http(f"{layout.url('alertmanager')}/-/ready"), lambda why: why is None
            )
            yield layout.url("alertmanager")
        finally:
            end(process, 10)


def send(manager: str, *alerts: dict[str, str]) -> None:
    """Tell of alerts, as Prometheus does."""
    answer = httpx.post(f"{manager}/api/v2/alerts", json=[{"labels": labels} for labels in alerts])
    assert answer.status_code == 200, answer.text


def active(manager: str) -> list[str]:
    """The alerts that nothing explains."""
    answer = httpx.get(f"{manager}/api/v2/alerts", params={"inhibited": "false"})
    return sorted(alert["labels"]["alertname"] for alert in answer.json())


def alert(name: str, severity: str = "page", **labels: str) -> dict[str, str]:
    """The labels of an alert."""
    return {"alertname": name, "severity": severity, **labels}


def consequences(service: str) -> list[dict[str, str]]:
    """What a service without its database sets off."""
    return [
        alert(name, service=service, job=service)
        for name in ("ErrorSpike", "ServiceNotReady", "GatewayUpstreamErrors", "OutboxStuck", "SLOBurn1h")
    ] + [alert("BreakerOpen", "ticket", service=service, job=service, breaker="order-service")]


def test_a_dead_database_pages_once(manager: str, notes: tuple[str, Notes]) -> None:
    """PostgreSQL is told; its dozen consequences are not. Another fault at the same time still is."""
    send(manager, alert("PostgreSQLDown", service="postgres"))
    send(
        manager,
        *consequences("order-service"),
        *consequences("user-service"),
        alert("CheckoutStalled", service="order-service"),
        alert("BreakerOpen", "ticket", service="payment-provider", breaker="callback"),
        alert("TargetDown", "ticket", service="postgres", job="postgres"),
        alert("DeadLetters", "ticket", service="order-service", queue="order.stock.dead"),
        alert("ErrorSpike", service="product-service", job="product-service"),
    )
    wait_for("inhibition", lambda: active(manager), lambda names: len(names) == 3)
    assert active(manager) == ["DeadLetters", "ErrorSpike", "PostgreSQLDown"]
    told = wait_for(
        "notes", lambda: {note["labels"]["alertname"] for note in notes[1]}, lambda names: len(names) >= 3
    )
    assert told == {"DeadLetters", "ErrorSpike", "PostgreSQLDown"}


@pytest.mark.parametrize(
    ("cause", "silent", "told"),
    [
        (
            alert("RedisDown", service="redis"),
            [alert("BreakerOpen", "ticket", service="product-service", breaker="redis-cache")],
            [alert("ErrorSpike", service="product-service")],
        ),
        (
            alert("MongoDBFailing", service="mongodb"),
            [*consequences("product-service")[:-1], alert("BreakerOpen", "ticket", breaker="product-service")],
            [alert("ErrorSpike", service="user-service")],
        ),
        (
            alert("BrokerDown", service="rabbitmq"),
            [
                alert("OutboxStuck", service="order-service"),
                alert("BreakerOpen", "ticket", service="order-service", breaker="broker"),
                alert("TargetDown", "ticket", service="rabbitmq"),
                alert("CheckoutStalled", service="order-service"),
            ],
            [alert("ErrorSpike", service="order-service")],
        ),
        (
            alert("ServiceDown", service="user-service"),
            [
                alert("TargetDown", "ticket", service="user-service"),
                alert("ServiceNotReady", service="user-service"),
            ],
            [alert("TargetDown", "ticket", service="order-service")],
        ),
        (
            alert("SLOBurn1h", service="order-service", slo="order-latency"),
            [alert("SLOBurn3d", "ticket", service="order-service", slo="order-latency")],
            [alert("SLOBurn3d", "ticket", service="order-service", slo="order-availability")],
        ),
    ],
    ids=lambda value: value["alertname"] if isinstance(value, dict) else "",
)
def test_a_cause_silences_its_consequences_only(
    manager: str, cause: dict[str, str], silent: list[dict[str, str]], told: list[dict[str, str]]
) -> None:
    """What the cause explains is silent, everything else is not."""
    send(manager, cause, *silent, *told)
    expected = sorted(labels["alertname"] for labels in (cause, *told))
    assert wait_for("inhibition", lambda: active(manager), lambda names: names == expected) == expected


def test_alerts_of_one_kind_and_service_are_one_message(manager: str, notes: tuple[str, Notes]) -> None:
    """Two replicas make one message, another service another; what is only worth knowing makes none."""
    send(
        manager,
        alert("StockExhausted", "info", service="product-service"),
        alert("TargetDown", "ticket", service="order-service", instance="order-service-1"),
        alert("TargetDown", "ticket", service="order-service", instance="order-service-2"),
        alert("TargetDown", "ticket", service="jaeger", instance="jaeger"),
    )
    told = wait_for("notes", lambda: list(notes[1]), lambda told: len(told) >= 3)
    messages = {note["labels"]["instance"]: note["message"] for note in told}
    assert messages["order-service-1"] == messages["order-service-2"] != messages["jaeger"]
    assert {note["labels"]["alertname"] for note in told} == {"TargetDown"}


def test_without_an_address_nobody_is_told() -> None:
    """The default sends nothing anywhere."""
    assert "receiver: nobody" in configuration.alertmanager("").split("routes:")[0]
    assert "receiver: webhook" in configuration.alertmanager("http://127.0.0.1:5001/").split("routes:")[0]
