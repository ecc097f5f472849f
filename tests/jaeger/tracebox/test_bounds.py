"""Tracebox stays small, loses nothing at a restart, and speaks JSON to the end."""

import json
import signal
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from jaeger.tracebox import receiver, schema
from jaeger.tracebox.room import FullError, Hold, Room
from jaeger.tracebox.writer import Writer
from tests.jaeger.tracebox.process import Tracebox, launch, running
from tests.waiting import wait_for

START = 1_790_000_000_000_000_000
KEYS = {"timestamp", "level", "service", "event", "logger", "request_id", "trace_id", "span_id", "trace_flags"}


def request(first: int, traces: int, spans: int = 1) -> bytes:
    """An export request of traces that are numbered from `first`."""
    message = ExportTraceServiceRequest()
    scope = message.resource_spans.add().scope_spans.add()
    for number in range(first, first + traces):
        for position in range(spans):
            span = scope.spans.add(name=f"operation {number}", start_time_unix_nano=START + number)
            span.trace_id = (number + 1).to_bytes(16, "big")
            span.span_id = (number * spans + position + 1).to_bytes(8, "big")
            span.attributes.add(key="shop.request.id").value.string_value = f"request-{number}"
    body: bytes = message.SerializeToString()
    return body


def has(box: Tracebox, number: int) -> bool:
    return box.get(f"/api/v3/traces/{number + 1:x}").status_code == 200


def test_the_oldest_traces_are_dropped_over_the_limit(tmp_path: Path) -> None:
    """Whole traces go, oldest first, with their attributes and operations; the rest stays."""
    with running(tmp_path, TRACEBOX_MAX_SPANS="100") as box:
        for first in range(0, 300, 20):
            assert box.post(request(first, 20, spans=2)).status_code == 200
        wait_for("all spans", lambda: box.metric("shop_tracebox_spans_received_total") == 600 and has(box, 299))
        stored = box.metric("shop_tracebox_spans")
        assert 80 <= stored <= 100
        assert box.metric('shop_tracebox_spans_dropped_total{reason="evicted"}') == 600 - stored
        assert [has(box, number) for number in (0, 200, 299)] == [False, False, True]
        service = "missing-service-name"
        assert len(box.get("/api/v3/operations", service=service).json()["operations"]) == stored / 2
    db = schema.open_for_writing(tmp_path / "data" / "spans.sqlite")
    assert db.execute("SELECT COUNT(*) FROM attribute").fetchone()[0] == stored
    db.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_keeps_what_was_stored(tmp_path: Path, number: signal.Signals) -> None:
    """Spans and their count survive a stop and a kill."""
    with running(tmp_path) as box:
        box.post(request(0, 10))
        wait_for("only what fits", lambda: box.metric("shop_tracebox_spans") == 10)
        assert box.stop(number) == (0 if number == signal.SIGTERM else -number)
    with running(tmp_path) as box:
        assert has(box, 0)
        assert box.metric("shop_tracebox_spans") == 10


def test_a_stop_writes_what_was_taken(tmp_path: Path) -> None:
    """Spans that were answered with 200 are stored before the process ends."""
    writer = Writer(schema.open_for_writing(tmp_path / "spans.sqlite"), 10_000)
    for first in range(0, 4000, 200):
        writer.put(ExportTraceServiceRequest.FromString(request(first, 200)), 0)
    writer.close()
    with schema.reading(tmp_path / "spans.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM span").fetchone()[0] == 4000


def test_every_line_of_stdout_is_json(tmp_path: Path) -> None:
    """Start, a crash because of a busy port, and stop: all in the shape of the platform's logs."""
    with running(tmp_path) as box:
        (tmp_path / "second").mkdir()
        second = launch(tmp_path / "second", QUERY_PORT=str(box.query_port))
        assert second.process.wait(10) == 1
        box.stop()
    for directory in (tmp_path, tmp_path / "second"):
        entries = [json.loads(line) for line in (directory / "stdout").read_text().splitlines()]
        assert entries
        assert all(entry.keys() >= KEYS and entry["service"] == "jaeger" for entry in entries)
        assert (directory / "stderr").read_text() == ""
    assert entries[-1]["event"] == "tracebox.port_busy"
    assert str(box.query_port) in entries[-1]["error"]


def test_a_crash_is_a_json_line(tmp_path: Path) -> None:
    """A file that is no database ends the process with its traceback in one record."""
    (tmp_path / "broken").write_text("no database " * 1000)
    box = launch(tmp_path, TRACEBOX_DB=str(tmp_path / "broken"))
    assert box.process.wait(10) == 1
    [entry] = [json.loads(line) for line in box.stdout.splitlines()]
    assert entry["event"] == "process.crashed"
    assert entry["exception.type"] == "sqlite3.DatabaseError"
    assert "DatabaseError" in entry["exception.stacktrace"]
    assert (tmp_path / "stderr").read_text() == ""


async def test_too_much_at_once_is_refused_with_503(tmp_path: Path) -> None:
    """A full room answers 503 with Retry-After; with room again it takes the same request."""
    writer = Writer(schema.open_for_writing(tmp_path / "spans.sqlite"), 1000)
    body, headers = request(0, 5), {"content-type": "application/x-protobuf"}
    other = Hold(writer.room)
    other.resize(16 * 1024 * 1024 - len(body) + 1)
    transport = httpx.ASGITransport(receiver.build(writer))
    async with httpx.AsyncClient(transport=transport, base_url="http://tracebox") as client:
        refused = await client.post("/v1/traces", content=body, headers=headers)
        other.resize(0)
        taken = await client.post("/v1/traces", content=body, headers=headers)
    writer.close()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert taken.status_code == 200
    assert writer.room.used == 0


def test_a_failed_write_does_not_end_the_writer(tmp_path: Path) -> None:
    """Spans that cannot be written are counted as lost, and give back their room."""
    db = schema.open_for_writing(tmp_path / "spans.sqlite")
    db.execute("ALTER TABLE span RENAME TO hidden")
    writer = Writer(db, 1000)
    for _ in range(2):
        writer.room.change(10)
        writer.put(ExportTraceServiceRequest.FromString(request(0, 1)), 10)
        wait_for("room", lambda: writer.room.used == 0)
    writer.close()


def test_a_room_never_holds_more_than_its_limit() -> None:
    """What does not fit changes nothing."""
    room = Room(100)
    with Hold(room) as hold:
        hold.resize(90)
        with pytest.raises(FullError):
            hold.resize(101)
        assert room.used == 90
    assert room.used == 0


def test_memory_stays_small(tmp_path: Path) -> None:
    """Under 55 MB PSS with spans stored and searched."""
    with running(tmp_path) as box:
        for first in range(0, 5000, 500):
            box.post(request(first, 500))
        wait_for("all spans", lambda: box.metric("shop_tracebox_spans") == 5000)
        assert box.search(searchDepth="1000")
        rollup = Path(f"/proc/{box.process.pid}/smaps_rollup").read_text().split()
        assert int(rollup[rollup.index("Pss:") + 1]) < 55_000
