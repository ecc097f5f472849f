"""The baseline, on telemetry that is made up."""

import json
from pathlib import Path

import pytest

from deploy.cli.incidents.__main__ import main
from deploy.cli.incidents.baseline import suspects
from tests.deploy.cli.incidents.made_up import BREAKS, container, data_set, line, steady

Rows = list[tuple[object, ...]]
KPIS, MESH = "metric/metric_container.csv", "metric/metric_mesh.csv"


def first(folder: Path, kpis: Rows, mesh: Rows = [], logs: Rows = []) -> list[tuple[str, str]]:  # noqa: B006
    """Whom it suspects of these series."""
    data_set(folder / "set", "redis-down", {KPIS: kpis, MESH: mesh, "log/log_service.csv": logs})
    return [(one.part, one.reason) for one in suspects(folder / "set")]


def test_where_nothing_changes_nobody_is_suspected(tmp_path: Path) -> None:
    """A series that was always so, and one that is as restless as before."""
    restless = container("x", "cpu_cores", lambda at: 0.9 if at % 10 else 0.1)
    assert first(tmp_path, [*container("redis", "store_up", steady(0)), *restless]) == []


def test_a_store_that_is_down_explains_who_needs_it(tmp_path: Path) -> None:
    """Errors of the services are symptoms, also when they came first."""
    kpis = container("postgres", "store_up", lambda at: float(not BREAKS + 10 <= at < BREAKS + 50))
    for name in ("order-service-1", "order-service-2"):
        kpis += container(name, "http_errors_per_second", steady(0, 5))
    mesh = container("order-service-1.source.order-service.postgresql", "db_errors_per_second", steady(0, 5))
    assert first(tmp_path, kpis, mesh)[0] == ("postgres", "process stopped")


def test_one_moment_is_chance(tmp_path: Path) -> None:
    """A single scrape that failed."""
    assert first(tmp_path, container("redis", "store_up", lambda at: float(at != BREAKS))) == []


@pytest.mark.parametrize(("down", "part"), [((2,), "order-service-2"), ((1, 2), "order-service")])
def test_a_service_is_suspected_when_all_its_replicas_are(
    tmp_path: Path, down: tuple[int, ...], part: str
) -> None:
    """Else the replica is."""
    kpis: Rows = []
    for number in (1, 2):
        kpis += container(f"order-service-{number}", "up", steady(1, 0) if number in down else steady(1))
    assert first(tmp_path, kpis) == [(part, "process stopped")]


def test_who_hangs_is_told_from_who_is_gone(tmp_path: Path) -> None:
    """By how long a scrape waits."""
    kpis = container("redis", "store_up", steady(1, 0)) + container("redis", "scrape_seconds", steady(0.01, 2.0))
    assert first(tmp_path, kpis) == [("redis", "process frozen")]


def test_symptoms_are_led_back_to_who_is_needed(tmp_path: Path) -> None:
    """The order service fails because the product service does, which it needs."""
    kpis = container("order-service-1", "http_errors_per_second", steady(0, 9))
    kpis += container("product-service-1", "http_errors_per_second", steady(0, 1))
    assert [part for part, _ in first(tmp_path, kpis)] == ["product-service-1", "order-service-1"]


def test_shares_tell_what_rates_do_not(tmp_path: Path) -> None:
    """A cache that always misses; a cheap order; queries for each row; webhooks that come twice."""
    kpis = container("product-service-1", "cache_per_second.hit", steady(5, 0))
    kpis += container("product-service-1", "cache_per_second.miss", steady(1, 6))
    assert first(tmp_path / "a", kpis) == [("product-service-1", "cache misses")]
    kpis = container("order-service-1", "orders_per_second.paid", steady(1))
    kpis += container("order-service-1", "order_value_cents_per_second", steady(9000, 900))
    assert first(tmp_path / "b", kpis) == [("product-service", "wrong data")]
    kpis = container("product-service-1", "http_requests_per_second", steady(4))
    mesh = container("product-service-1.source.product-service.mongodb", "db_calls_per_second", steady(4, 90))
    assert first(tmp_path / "c", kpis, mesh) == [("product-service-1", "too many queries")]
    kpis = container("payment-provider", "callbacks_per_second.delivered", steady(1))
    kpis += container("payment-service-1", "webhooks_per_second.applied", steady(1))
    kpis += container("payment-service-1", "webhooks_per_second.duplicate", steady(0, 1))
    assert first(tmp_path / "d", kpis) == [("payment-provider", "webhooks doubled")]
    kpis = container("payment-service-1", "payments_per_second.succeeded", steady(1))
    kpis += container("payment-service-1", "webhooks_per_second.applied", steady(1, 0))
    assert first(tmp_path / "e", kpis) == [("payment-provider", "webhooks lost")]


@pytest.mark.parametrize(
    ("cmdb", "kpi", "values", "found"),
    [
        ("payment-service-1", "payments_per_second.failed", (0.1, 2), ("payment-provider", "payments declined")),
        ("order-service-1", "pool_used_share.orders", (0.1, 1), ("order-service-1", "connections exhausted")),
        ("gateway", "certificate_days_left", (825, 10), ("gateway", "certificate near expiry")),
    ],
)
def test_a_series_of_its_own_names_a_cause(
    tmp_path: Path, cmdb: str, kpi: str, values: tuple[float, float], found: tuple[str, str]
) -> None:
    """One that nothing else moves so far."""
    assert first(tmp_path, container(cmdb, kpi, steady(*values))) == [found]


def test_a_pool_of_one_that_is_at_work_is_no_cause(tmp_path: Path) -> None:
    """The provider's ledger has one connection: two looks that found it at work say nothing."""
    assert first(tmp_path, container("payment-provider", "pool_used_share.ledger", steady(0, 1))) == []


def test_a_slow_network_is_seen_by_who_uses_it(tmp_path: Path) -> None:
    """The store itself notices nothing."""
    mesh = container("user-service-1.source.user-service.redis", "db_mean_seconds", steady(0.002, 0.05))
    assert first(tmp_path, [], mesh) == [("redis", "network slow")]


def test_a_flood_comes_from_outside(tmp_path: Path) -> None:
    """The gateway only sees it."""
    kpis = container("gateway", "http_limited_per_second.user-service", steady(0, 20))
    assert first(tmp_path, kpis) == [("client", "too many requests")]


def test_where_there_are_only_logs_they_count(tmp_path: Path) -> None:
    """Errors that were not there before."""
    logs = [line(number, "user-service-1", BREAKS + number // 2, "error") for number in range(40)]
    logs += [line(100 + number, "user-service-1", BREAKS - 60 + number) for number in range(60)]
    assert first(tmp_path, [], [], logs) == [("user-service-1", "requests fail")]


@pytest.mark.parametrize(
    ("field", "text", "part", "reason"),
    [
        ("error", "NetworkTimeout('127.0.0.1:1: timed out')", "mongo", "process frozen"),
        ("error", "ServerSelectionTimeoutError('no')", "mongo", "process stopped"),
        ("error", 'DatabaseUnavailableError("full")', "postgres", "network cut"),
        ("error", 'DatabaseUnavailableError("LockNotAvailableError: no")', "postgres", "lock held"),
        ("event", "Application startup complete.", "product-service-1", "crash loop"),
        ("event", "webhook.rejected", "payment-provider", "clock skew"),
        ("event", 'Connection "amqp" was blocked by: low on disk', "rabbitmq", "disk full"),
    ],
)
def test_programs_name_what_they_miss(tmp_path: Path, field: str, text: str, part: str, reason: str) -> None:
    """In their warnings, by the error of its driver or by an event; and that they start again and again."""
    value = json.dumps({"level": "warning", field: text}, separators=(",", ":"))
    logs: Rows = [(number, BREAKS + number, "product-service-1", "log", value) for number in range(8)]
    kpis = container("product-service-1", "up", steady(1))
    assert first(tmp_path, kpis, [], logs)[0] == (part, reason)


def test_messages_that_nobody_handles_lead_to_their_consumer(tmp_path: Path) -> None:
    """By the name of the queue; those of the dead are another matter."""
    kpis = container("rabbitmq", "queue_messages.product.orders", steady(0, 30))
    assert first(tmp_path / "a", kpis) == [("product-service", "consumer stopped")]
    kpis = container("rabbitmq", "queue_messages.product.orders.dead", steady(0, 30))
    assert first(tmp_path / "b", kpis) == [("rabbitmq", "unreadable messages")]


def test_scores_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One right, one wrong; they are written as docs/incidents.py reads them."""
    found = {KPIS: container("redis", "store_up", steady(1, 0))}
    data_set(tmp_path / "sets" / "right", "redis-down", found)
    data_set(tmp_path / "sets" / "wrong", "memory-leak", found)
    assert main(["score", str(tmp_path / "sets"), "--write", str(tmp_path / "scores.json")]) == 0
    said = capsys.readouterr().out
    assert "2 data sets: the part is first in 1, among the first three in 1; the reason is right in 1." in said
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert [(one["fault"], one["rank"], one["reason_is_right"]) for one in scores] == [
        ("redis-down", 1, True),
        ("memory-leak", 0, False),
    ]
    assert main(["score", str(tmp_path / "nothing")]) == 1
    assert "There is no data set in" in capsys.readouterr().out
