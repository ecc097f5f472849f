"""`./shop logs`: which records it shows, in which order and form."""

import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.cli import ways
from deploy.cli.log_files import Follower, everything, newest
from deploy.cli.logs import Wanted, run
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.layout import Layout
from deploy.installation.log_names import log_files
from deploy.installation.log_records import records

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def line(second: float, event: str, level: str = "info", request: str = "", **fields: object) -> str:
    """One line of a service."""
    when = (NOON + timedelta(seconds=second)).isoformat()
    return json.dumps({"timestamp": when, "level": level, "event": event, "request_id": request, **fields})


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Logs of two replicas, the gateway, a store and a rotated file."""
    layout = Layout.at(tmp_path)
    layout.logs.mkdir()
    for name, lines in {
        "order-service-1.log.1": [line(0, "oldest", request="r-1")],
        "order-service-1.log": [line(2, "second", request="r-1"), line(4, "fourth", "error")],
        "order-service-2.log": [line(1, "first"), line(3, "third", "warning", trace_id="0a" * 16)],
        "order-service-2.err.log": ["Traceback: of no time"],
        "gateway.log": [
            line(2.5, "http.request", method="GET", path="/api/orders", status=200, duration_ms=7),
            line(2.6, "http.request", method="GET", path="/health/order", status=200, duration_ms=1),
        ],
        "postgres.err.log": [
            "2026-11-26 12:00:05.000 UTC [7] LOG:  ready",
            "2026-11-26 12:00:06 UTC [7] FATAL:  no",
        ],
    }.items():
        (layout.logs / name).write_text("".join(f"{text}\n" for text in lines))
    return layout


def shown(layout: Layout, capsys: pytest.CaptureFixture[str], wanted: Wanted) -> list[str]:
    """What is printed."""
    run(ways.of(layout), wanted, follow=False)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("number", ["", "-1"], ids=["native", "containers"])
def test_the_shop_is_known_in_both_ways_of_running(number: str) -> None:
    """Containers have a number behind their names; what exports the gateway's metrics is no part of the shop."""
    programs = ("gateway", "payment-provider", "gateway-log-exporter", "postgres")
    taken = {name for name in programs if Wanted().takes_program(f"{name}{number}")}
    assert taken == {"gateway", "payment-provider"}
    assert Wanted(service="gateway-log-exporter").takes_program(f"gateway-log-exporter{number}")


def test_all_programs_are_merged_in_order_of_time(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a record; infrastructure and probes of health only when everything is asked for."""
    lines = shown(layout, capsys, Wanted())
    words = [text.split()[-1] for text in lines if "http" not in text and "GET" not in text]
    assert words == ["time", "first", "second", "third", "fourth"]
    assert [text for text in lines if "GET" in text] == [
        "12:00:02.500  info    gateway           GET /api/orders 200 7 ms"
    ]
    everything = shown(layout, capsys, Wanted(everything=True))
    assert any("ready" in text for text in everything)
    assert any("/health/order" in text for text in everything)
    assert any("  critical postgres  " in text for text in everything)


@pytest.mark.parametrize(
    ("wanted", "events"),
    [
        (Wanted(level="warning"), ["third", "fourth"]),
        (Wanted(request="r-1"), ["oldest", "second"]),
        (Wanted(trace="0a" * 16), ["third"]),
        (Wanted(since=NOON + timedelta(seconds=3)), ["third", "fourth"]),
        (Wanted(text=re.compile("FOURTH|first", re.IGNORECASE)), ["first", "fourth"]),
        (Wanted(text=re.compile("order-service-2   third")), ["third"]),
        (Wanted(service="order-service", level="debug", lines=2), ["third", "fourth"]),
        (Wanted(service="order-service-2", level="info"), ["first", "third"]),
        (Wanted(service="postgres", level="error"), ["no"]),
    ],
)
def test_filters_search_all_lines(
    layout: Layout, capsys: pytest.CaptureFixture[str], wanted: Wanted, events: list[str]
) -> None:
    """Those of rotated files too; the newest of what is found are shown."""
    assert [text.split()[-1] for text in shown(layout, capsys, wanted) if "GET" not in text] == events


def test_the_raw_form_is_json(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line as it was written; text becomes a JSON object."""
    entries = [json.loads(text) for text in shown(layout, capsys, Wanted(as_json=True))]
    assert {"program": "order-service-2", "line": "Traceback: of no time"} in entries
    assert [entry["event"] for entry in entries if "event" in entry][-1] == "fourth"


def test_nothing_found_is_said(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 1."""
    assert run(ways.of(layout), Wanted(request="another"), follow=False) == 1
    assert capsys.readouterr().err.strip() == "No log line matches."
    with pytest.raises(UsageError, match="no log of 'nothing'"):
        run(ways.of(layout), Wanted(service="nothing"), follow=False)
    with pytest.raises(UsageError, match="Did you mean order-service"):
        run(ways.of(layout), Wanted(service="order"), follow=False)


def test_an_installation_that_never_started_has_no_logs(tmp_path: Path) -> None:
    """That is said, with what to do."""
    with pytest.raises(ShopError, match="no platform here") as caught:
        run(ways.of(Layout.at(tmp_path)), Wanted(), follow=False)
    assert caught.value.remedy == "Start it: ./shop up"


def test_following_gives_what_is_new(layout: Layout) -> None:
    """Complete lines only, new files and those that were rotated meanwhile too."""
    follower = Follower(log_files(layout.logs))
    log = layout.logs / "order-service-1.log"
    with log.open("a") as file:
        file.write(line(7, "seventh") + "\n" + line(8, "eighth")[:20])
    (layout.logs / "user-service-1.log").write_text(line(6, "sixth") + "\n")
    assert [record.entry["event"] for record in follower.read(log_files(layout.logs))] == ["sixth", "seventh"]
    log.write_text(line(9, "ninth") + "\n")  # it begins anew
    assert [record.entry["event"] for record in follower.read(log_files(layout.logs))] == ["ninth"]


def test_following_knows_a_renamed_file_again(layout: Layout) -> None:
    """A rotation gives the last lines of the old file and the first ones of the new one, and nothing twice."""
    log = layout.logs / "order-service-1.log"
    listed = log_files(layout.logs)
    follower = Follower(listed)
    for turn in ("one", "two"):
        with log.open("a") as file:
            file.write(line(7, f"last of {turn}") + "\n")
        for age in (2, 1):
            if (old := log.with_suffix(f".log.{age}")).exists():
                old.rename(log.with_suffix(f".log.{age + 1}"))
        log.rename(log.with_suffix(".log.1"))
        assert "order-service-1" in {file.program for file in listed}
        follower.read([file for file in listed if file.path == log])  # listed before, and gone: no error
        log.write_text(line(8, f"first after {turn}") + "\n")
        told = [record.entry["event"] for record in follower.read(log_files(layout.logs))]
        assert told == [f"last of {turn}", f"first after {turn}"]


def test_a_file_that_is_renamed_this_moment_is_no_error(layout: Layout) -> None:
    """Between the listing and the reading."""
    listed = log_files(layout.logs)
    for file in listed:
        file.path.unlink()
    assert [*everything(listed)] == [*newest(listed, bool, 1)] == Follower(listed).read(listed) == []


def test_follow_prints_until_it_is_interrupted(
    layout: Layout, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while it runs appears; Ctrl+C ends it quietly, with exit code 0."""
    written = threading.Event()

    def pause() -> None:
        if written.is_set():
            raise KeyboardInterrupt
        with (layout.logs / "order-service-1.log").open("a") as file:
            file.write(line(7, "while it runs") + "\n")
        written.set()

    monkeypatch.setattr("deploy.cli.logs.wait", pause)
    assert run(ways.of(layout), Wanted(), follow=True) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1].endswith("while it runs")
    assert shown.err == ""


def test_the_newest_lines_of_a_large_file_are_found_without_reading_it(tmp_path: Path) -> None:
    """Its end is read, in blocks."""
    log = tmp_path / "order-service-1.log"
    log.write_text("".join(line(n, f"event {n}") + "\n" for n in range(20_000)))
    began = time.process_time()
    assert [record.entry["event"] for record in newest(log_files(tmp_path), bool, 2)] == [
        "event 19998",
        "event 19999",
    ]
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize(
    "hostile", ["{", '{"a":' * 5_000, "[1]", "\x1b[31mred", '{"timestamp": 7, "level": [1]}', ""]
)
def test_any_line_becomes_a_record(hostile: str) -> None:
    """Whatever a program writes."""
    [record] = records("program", [hostile])
    assert record.line == hostile
    json.loads(record.raw)
