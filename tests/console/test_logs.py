"""The search in log files: what it finds, in which order, and where it stops."""

import json
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console import logs
from console.answers import RefusedError
from console.log_files import Budget
from console.log_question import Question

NOON = 1_795_694_400.0  # 2026-11-26 12:00 UTC
TRACE = "0af7651916cd43dd8448eb211c80319c"


def line(seconds: float, event: str, **fields: object) -> str:
    """A line as our services write it, so many seconds after noon."""
    when = datetime.fromtimestamp(NOON + seconds, UTC).isoformat()
    return json.dumps({"event": event, "level": "info", "timestamp": when, "service": "order-service", **fields})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Logs of three programs: rotated, as text, and with a line that is still being written."""
    files = {
        "order-service-1.log": [
            line(30, "order.created", order_id="o-1", trace_id=TRACE),
            line(40, "order.failed", level="error", order_id="o-2", retried=True, status=503),
            '{"event": "half a li',
        ],
        "order-service-1.log.2": [line(5, "oldest")],
        "order-service-1.log.1": [line(10, "rotated"), line(20, "Größe geändert", trace_id=TRACE)],
        "postgres.err.log": ["2026-11-26 12:00:35.5 UTC [7] ERROR:  deadlock", "\tDETAIL: of two", "HINT: none"],
        "gateway.log": [line(25, "http.request", service="gateway", path="/<script>", level="warning")],
    }
    for name, content in files.items():
        (tmp_path / name).write_text("\n".join(content) + ("" if "half" in content[-1] else "\n"))
    (tmp_path / "notes.txt").write_text("no log")
    return tmp_path


def ask(folder: Path, **parameters: str) -> dict[str, Any]:
    """The answer for the hour after noon."""
    given = {"from": str(NOON), "to": str(NOON + 3600), **parameters}
    return logs.search(folder, Question.read(given, NOON + 3600))


def events(answer: dict[str, Any]) -> list[str]:
    """What the lines say."""
    return [one["fields"]["event"] for one in answer["lines"]]


def test_lines_of_every_file_come_newest_first(folder: Path) -> None:
    """Rotated ones too; text lines belong to the one before them; what is unfinished is left out."""
    assert events(ask(folder)) == [
        "order.failed",
        "HINT: none",
        "\tDETAIL: of two",
        "2026-11-26 12:00:35.5 UTC [7] ERROR:  deadlock",
        "order.created",
        "http.request",
        "Größe geändert",
        "rotated",
        "oldest",
    ]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"q": "ORDER."}, ["order.failed", "order.created"]),
        ({"q": "größe"}, ["Größe geändert"]),
        ({"q": '"of two"'}, ["\tDETAIL: of two"]),
        ({"q": f"trace_id={TRACE}"}, ["order.created", "Größe geändert"]),
        ({"q": TRACE[:9]}, ["order.created", "Größe geändert"]),
        ({"q": "retried=true status=503"}, ["order.failed"]),
        ({"q": "order_id=o-"}, []),
        ({"q": "path=/<script>"}, ["http.request"]),
        ({"level": "warning", "service": "gateway"}, ["http.request"]),
        ({"level": "error", "service": "order-service"}, ["order.failed"]),
        ({"service": "order-service-1", "q": "oldest"}, ["oldest"]),
        ({"service": "order"}, []),
        ({"service": "postgres", "level": "error"}, ["2026-11-26 12:00:35.5 UTC [7] ERROR:  deadlock"]),
        ({"from": str(NOON + 29), "to": str(NOON + 31)}, ["order.created"]),
        ({"count": "2"}, ["order.failed", "HINT: none"]),
    ],
)
def test_a_question_has_words_fields_and_a_time(
    folder: Path, parameters: dict[str, str], found: list[str]
) -> None:
    """All of it must hold."""
    assert events(ask(folder, **parameters)) == found


def test_bars_tell_how_many_lines_there_are_by_level(folder: Path) -> None:
    """All of them, though few are shown; errors are lowest, and others on top of them."""
    answer = ask(folder, count="1", service="order-service")
    assert answer["total"] == 5
    assert answer["step"] == 60
    assert [(bar["time"] - NOON, bar["level"], bar["from"], bar["lines"]) for bar in answer["bars"]] == [
        (0, "error", 0, 1),
        (0, "info", 1, 4),
    ]
    assert answer["services"] == ["gateway", "order-service", "postgres"]


def test_a_large_file_is_read_from_its_end_and_within_bounds(tmp_path: Path) -> None:
    """20 MB: the newest minute costs no more than its lines; all of it, no more memory than some blocks."""
    with (tmp_path / "busy.log").open("w") as file:
        file.writelines(
            line(number / 100, "tick", number=number, pad="x" * 100) + "\n" for number in range(90_000)
        )
    budget = Budget()
    newest = logs.search(tmp_path, Question(NOON + 890, NOON + 901, count=5), budget)
    assert [one["fields"]["number"] for one in newest["lines"]] == [89_999, 89_998, 89_997, 89_996, 89_995]
    assert newest["total"] == 1000
    assert Budget().bytes - budget.bytes < 2_000_000
    middle = Budget()
    assert logs.search(tmp_path, Question(NOON + 300, NOON + 301), middle)["total"] == 101
    assert Budget().bytes - middle.bytes < 2_000_000
    tracemalloc.start()
    missing = logs.search(tmp_path, Question(NOON, NOON + 3600, words=("nowhere",)), Budget(seconds=60))
    assert (missing["total"], missing["reached"]) == (0, NOON)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_a_search_that_is_too_large_says_how_far_it_came(tmp_path: Path) -> None:
    """All files are read back to the same time, and what was found until then is shown."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_text(
            "".join(line(number, "tick", pad="x" * 1000) + "\n" for number in range(1000))
        )
    answer = logs.search(tmp_path, Question(NOON, NOON + 1000, count=1000), Budget(bytes=700_000))
    assert NOON + 300 < answer["reached"] < NOON + 900
    assert {one["program"] for one in answer["lines"]} == {"a", "b"}
    assert min(one["time"] for one in answer["lines"]) >= answer["reached"]


def test_no_line_is_too_long_or_too_strange(tmp_path: Path) -> None:
    """A line of 3 MB is left out or cut; bytes that are no text, and numbers that are no time, do no harm."""
    content = [line(1, "first"), "x" * 3_000_000, '{"timestamp": 7, "event": ["a"]}', '{"level": {}}', "[" * 9000]
    data = "\n".join([*content, line(2, "long", pad="y" * 50_000), line(3, "last")]).encode() + b"\n\xff\xfe\x00\n"
    (tmp_path / "odd.log").write_bytes(data)
    answer = ask(tmp_path)
    assert {"first", "last"} <= {str(one["fields"]["event"]) for one in answer["lines"]}
    assert max(len(json.dumps(one)) for one in answer["lines"]) < 100_000


def test_a_file_that_was_not_written_to_since_is_not_opened(folder: Path) -> None:
    """It holds nothing of that time."""
    old = folder / "order-service-1.log.1"
    os.utime(old, (NOON - 60, NOON - 60))
    old.chmod(0)
    assert "rotated" not in events(ask(folder))


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "5", "to": "4"},
        {"to": "1e400"},
        {"from": "yesterday"},
        {"level": "loud"},
        {"count": "0"},
        {"count": "9999"},
        {"q": "a " * 30},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(tmp_path: Path, parameters: dict[str, str]) -> None:
    """With a text that says what is wrong."""
    with pytest.raises(RefusedError, match="`"):
        Question.read(parameters, NOON)
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    status, _, body = logs.answer(tmp_path, query)
    assert status == 400
    assert "`" in json.loads(body)["error"]


def test_lines_of_redis_have_their_times_and_levels(tmp_path: Path) -> None:
    """It writes the clock time of this machine's zone, and a sign: `#` is a warning, `*` a notice."""
    noon = datetime.fromtimestamp(NOON).astimezone()
    lines = [
        f"7:M {noon:%d %b %Y %H:%M:%S}.250 {sign} {text}" for sign, text in (("*", "Ready"), ("#", "Slow disk"))
    ]
    (tmp_path / "redis.log").write_text("\n".join([*lines, "  a picture", ""]))
    found = logs.search(tmp_path, Question(NOON, NOON + 1))["lines"]
    assert {(one["time"], one["level"], one["fields"]["event"][-5:]) for one in found} == {
        (NOON + 0.25, "info", "Ready"),
        (NOON + 0.25, "warning", " disk"),
        (NOON + 0.25, "", "cture"),
    }


def test_of_rotated_files_one_is_read_at_a_time(tmp_path: Path) -> None:
    """Of twenty, memory holds some blocks; what is newer than the question costs nearly nothing."""
    for age in range(20):
        begin = (19 - age) * 60
        content = "".join(line(begin + number / 10, "tick", pad="x" * 100) + "\n" for number in range(600))
        (tmp_path / (f"busy.log.{age}" if age else "busy.log")).write_text(content)
    tracemalloc.start()
    every = logs.search(tmp_path, Question(NOON, NOON + 1200), Budget(seconds=60))
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert every["total"] == 20 * 600
    assert [one["time"] for one in every["lines"]] == sorted((one["time"] for one in every["lines"]), reverse=True)
    budget = Budget(seconds=60)
    assert logs.search(tmp_path, Question(NOON, NOON + 59), budget)["total"] == 59 * 10 + 1
    assert Budget().bytes - budget.bytes < 400_000


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        ({}, ["broken", "order.created"]),
        ({"service": "console"}, ["broken", "http.request"]),
        ({"service": "gateway"}, ["http.request"]),
        ({"q": "health"}, ["http.request"]),
        ({"level": "error"}, ["broken"]),
    ],
)
def test_what_a_quiet_platform_does_is_in_nobodys_way(
    tmp_path: Path, chosen: dict[str, str], seen: list[str]
) -> None:
    """Checks of health and the console's own requests are found by whoever chooses them."""
    content = {
        "order-service-1": [line(1, "order.created")],
        "gateway": [line(2, "http.request", service="gateway", path="/health/order")],
        "console": [
            line(3, "http.request", service="console", route="/api/series"),
            line(4, "broken", service="console", level="error"),
        ],
    }
    for program, lines in content.items():
        (tmp_path / f"{program}.log").write_text("\n".join(lines) + "\n")
    assert events(ask(tmp_path, **chosen)) == seen


def test_two_searches_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks: a third one waits, and is told so when that takes too long."""
    monkeypatch.setattr("console.answers._PATIENCE", 0.01)
    with logs._two.place(), logs._two.place():
        status, _, content = logs.answer(folder, "q=rotated")
        assert (status, json.loads(content)) == (503, {"error": "other searches of logs are under way"})
        with pytest.raises(RefusedError):
            logs.search(folder, Question(NOON, NOON + 1))
    assert logs.answer(folder, "q=rotated")[0] == 200
