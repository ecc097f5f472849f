"""The way of a container's line to Loki: what the Collector, Loki, Compose and Grafana must agree about."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from observability.secrets import LOOKS
from tests.grafana.targets import documents
from tests.observability.test_redaction import CARD, JWT, STRIPE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "loki" / "collector.yaml").read_text(encoding="utf-8")
COLLECTOR: dict[str, Any] = yaml.safe_load(TEXT)
LOKI: dict[str, Any] = yaml.safe_load((ROOT / "loki" / "config.yaml").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
PATTERNS: list[str] = COLLECTOR["processors"]["redaction"]["blocked_values"]
SECRETS = {
    "card": (f"paid with {CARD} today", CARD),
    "web token": (f"bad token {JWT} given", JWT[:20]),
    "split token": (f"id={'f' * 22}.{'s' * 43}", "sss"),
    "API key": (f"the key {STRIPE} is not good", "51HxY"),
    "scheme": ("Bearer opaque-token-1", "opaque"),
    "password in a URL": ("postgresql+asyncpg://orders:s3cret@127.0.0.1:25432/orders", "s3cret"),
    "password hash": ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "aGFz"),
    "private key": ("-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----", "MC4C"),
    "header": (r'{"headers": "Set-Cookie: session=abc; Path=/"}', "abc"),
    "field": (r'{"text": "{\"password\": \"hunter2\"}"}', "hunter2"),
    "constraint": ("DETAIL:  Key (email)=(ann@example.com) already exists.", "ann@"),
    "refused input": ("String should be longer [input_value='hunter2', input_type=str]", "hunter2"),
}


def redact(text: str) -> str:
    """As the Collector does it: RE2 reads these patterns as Python does."""
    for pattern in PATTERNS:
        text = re.sub(pattern, "****", text)
    return text


def test_every_look_of_a_secret_is_in_the_collector_too() -> None:
    """By its name, which stands beside the pattern."""
    names = re.findall(r"^ {6}- '.*'  # (.+)$", TEXT, re.MULTILINE)
    assert names == [look.name for look in LOOKS] == list(SECRETS)
    assert len(names) == len(PATTERNS)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_hidden_once_more(name: str) -> None:
    """Whatever program wrote it."""
    text, secret = SECRETS[name]
    assert secret in text
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "line",
    [
        '{"event":"http.request","route":"/api/orders/{id}","status":200,"duration_ms":12.5,"trace_id":'
        '"42424242424242424242424242424242","request_id":"01993abc-4242-7424-8424-424242424242"}',
        '{"t":{"$date":"2026-11-26T10:00:00.000+00:00"},"s":"I","c":"NETWORK","msg":"Connection accepted"}',
        "1795466760123 LOG:  checkpoint complete: wrote 42 buffers (0.3%)",
        '{"token_type":"Bearer","event":"session.opened"}',
    ],
)
def test_ordinary_lines_stay(line: str) -> None:
    """Ids, numbers, routes and times."""
    assert redact(line) == line


def test_service_and_level_are_the_only_labels() -> None:
    """The Collector groups by them, and Loki indexes them and nothing else."""
    keys = COLLECTOR["processors"]["groupbyattrs"]["keys"]
    indexed = LOKI["limits_config"]["otlp_config"]["resource_attributes"]
    assert indexed["ignore_defaults"] is True
    (labels,) = indexed["attributes_config"]
    assert (
        labels
        == {"action": "index_label", "attributes": keys}
        == {**labels, "attributes": ["service.name", "level"]}
    )


def test_nothing_reaches_loki_before_it_was_redacted() -> None:
    """There is one way, and it leads through the redaction."""
    pipelines = COLLECTOR["service"]["pipelines"]
    assert pipelines.keys() == {"logs"}
    assert pipelines["logs"]["processors"] == [
        *("memory_limiter", "transform/line", "redaction", "groupbyattrs", "batch")
    ]


@pytest.mark.parametrize("name", COMPOSE)
def test_every_container_sends_its_lines_and_waits_for_nobody(name: str) -> None:
    """By Docker's driver, asynchronously, with a copy for `docker compose logs`. The carriers keep their own."""
    logging = COMPOSE[name]["logging"]
    if name in ("collector", "loki"):
        assert logging["driver"] == "json-file"
        return
    options = logging["options"]
    assert logging["driver"] == "fluentd"
    assert (options["fluentd-async"], options["mode"]) == ("true", "non-blocking")
    assert "cache-disabled" not in options
    assert not {"collector", "loki"} & set(COMPOSE[name].get("depends_on", ()))


def test_a_probe_that_succeeds_writes_no_line() -> None:
    """It would write seven, and that is nine lines a second in a shop where nothing happens."""
    assert "--log.prober=warn" in COMPOSE["blackbox-exporter"]["command"]


def test_the_names_of_a_container_are_those_that_the_collector_reads() -> None:
    """Docker's driver adds labels of Compose as fields, when it is told which."""
    labels = COMPOSE["gateway"]["logging"]["options"]["labels"].split(",")
    statements = yaml.safe_dump(COLLECTOR["processors"]["transform/line"])
    assert all(f'attributes["{label}"]' in statements.replace("\n", "") for label in labels)


def test_lines_and_traces_lead_into_each_other() -> None:
    """From a line to its trace by the field that the Collector sets, and back by the same id."""
    found = yaml.safe_load((ROOT / "grafana/provisioning/datasources/datasources.yml").read_text(encoding="utf-8"))
    sources = {source["uid"]: source for source in found["datasources"]}
    (to_trace,) = sources["loki"]["jsonData"]["derivedFields"]
    assert (to_trace["matcherType"], to_trace["matcherRegex"]) == ("label", "trace_id")
    assert (to_trace["datasourceUid"], to_trace["url"]) == ("jaeger", "$${__value.raw}")
    to_logs = sources["jaeger"]["jsonData"]["tracesToLogsV2"]
    assert to_logs["datasourceUid"] == "loki"
    assert "trace_id=`$${__trace.traceId}`" in to_logs["query"]


def test_the_dashboard_of_logs_asks_loki_alone_and_by_its_labels() -> None:
    """It is in a folder that only Grafana reads: the native run has no Loki."""
    (board,) = documents(ROOT / "grafana" / "generated" / "containers")
    assert board["uid"] not in {other["uid"] for other in documents()}
    asked = [target for panel in board["panels"] for target in panel.get("targets", ())]
    assert len(asked) >= 3
    for target in asked:
        assert target["datasource"] == {"type": "loki", "uid": "loki"}
        assert set(re.findall(r"(\w+)=~\"", target["expr"])) == {"service_name", "level"}
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    assert variables["service"]["includeAll"]
    assert variables["service"]["multi"]
    assert variables["search"]["type"] == "textbox"
