"""observability.redis, against a real Redis where there is one."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry.trace import SpanKind
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ResponseError

from observability.redis import ObservedRedis
from observability.testing import CapturedSpans, MetricDelta

COUNT = "db_client_operation_duration_seconds_count"
pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ObservedRedis]:
    """A client of a Redis that listens on a socket in `tmp_path`."""
    socket = tmp_path / "redis.sock"
    process = subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time; a test needs no more
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    retry = Retry(ConstantBackoff(0.02), 200)
    found = ObservedRedis(unix_socket_path=str(socket), retry=retry, retry_on_error=[OSError])
    await found.ping()
    yield found
    await found.aclose()
    process.terminate()
    process.wait()


async def test_commands_are_traced_and_measured(client: ObservedRedis, captured_spans: CapturedSpans) -> None:
    """One span and one observation a command, also one that fails; values are not in the span."""
    counted = {
        name: MetricDelta(COUNT, db_system_name="redis", db_operation_name=name)
        for name in ("SET", "GET", "INCRBY")
    }
    failed = MetricDelta(
        COUNT,
        db_operation_name="INCRBY",
        error_type="redis.exceptions.ResponseError",
        db_namespace="0",
        db_response_status_code="ERR",
    )
    await client.set("session", "hunter2")
    assert await client.get("session") == b"hunter2"
    with pytest.raises(ResponseError):
        await client.incr("session")
    assert {name: delta.value for name, delta in counted.items()} == {"SET": 1, "GET": 1, "INCRBY": 1}
    assert failed.value == 1
    assert [(span.name, span.kind) for span in captured_spans.all if not span.name.startswith("PING")] == [
        (name, SpanKind.CLIENT) for name in ("SET", "GET", "INCRBY")
    ]
    *_, incr = captured_spans.all
    attributes = dict(incr.attributes or {})
    assert str(attributes.pop("server.address")).endswith("redis.sock")
    assert attributes == {
        "db.system.name": "redis",
        "db.operation.name": "INCRBY",
        "db.namespace": "0",
        "db.response.status_code": "ERR",
        "error.type": "redis.exceptions.ResponseError",
    }
    assert "not an integer" in str(incr.status.description)
    with pytest.raises(ResponseError):
        await client.lpop("session")
    assert (captured_spans.all[-1].attributes or {})["db.response.status_code"] == "WRONGTYPE"
    assert "hunter2" not in str([dict(span.attributes or {}) for span in captured_spans.all])
