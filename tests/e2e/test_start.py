"""A first start of everything at once is no failure, and nothing says that it was one."""

import json
import sqlite3
from datetime import datetime

import pytest

from deploy.installation import services
from deploy.installation.layout import Layout
from deploy.native import jaeger

SERVICES = tuple(service.name for service in services.SERVICES)


def test_no_service_logs_an_error_while_it_starts(platform: Layout, up_at: datetime) -> None:
    """Each waits in peace for whoever starts later: a database, the broker, another service's queues."""
    lines = [
        json.loads(line)
        for path in sorted(platform.logs.iterdir())
        if path.name.startswith(SERVICES) and ".err." not in path.name
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    of_the_start = [line for line in lines if datetime.fromisoformat(line["timestamp"]) < up_at]
    assert {line["service"] for line in of_the_start} >= set(SERVICES)
    assert [line for line in of_the_start if line["level"] in ("error", "critical")] == []


@pytest.mark.skipif(jaeger.BINARY is not None, reason="the real Jaeger's store cannot be read as a whole")
def test_no_span_of_the_start_failed(platform: Layout, up_at: datetime) -> None:
    """What was not tried yet has no span."""
    store = platform.data / "tracebox" / "traces.sqlite"
    database = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    failed = database.execute(
        "SELECT service, name, count(*) FROM span JOIN origin ON origin.id = span.origin "
        "WHERE error AND start < ? GROUP BY 1, 2",
        (int(up_at.timestamp() * 1e9),),
    ).fetchall()
    database.close()
    assert failed == []
