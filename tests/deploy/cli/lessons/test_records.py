"""Answers that are in log lines: a folder with lines of the test's own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.cli.lessons.records import Log
from deploy.cli.lessons.truth import NotYetError
from deploy.installation.layout import Layout

WAY = Log(answer="remote_addr", where={"service": "gateway", "event": "http.request", "status": "429"})


def line(address: str, status: int = 429, minutes: int = 0) -> str:
    """One of the gateway's."""
    when = datetime.now(UTC) - timedelta(minutes=minutes)
    return json.dumps(
        {
            "timestamp": when.isoformat(),
            "level": "info",
            "service": "gateway",
            "event": "http.request",
            "status": status,
            "remote_addr": address,
        },
        separators=(",", ":"),
    )


def layout(folder: Path, *lines: str) -> Layout:
    """An installation whose gateway has written these."""
    found = Layout.at(folder)
    found.logs.mkdir(parents=True)
    (found.logs / "gateway.log").write_text("".join(f"{one}\n" for one in lines))
    return found


def test_what_is_said_most_often_is_right(tmp_path: Path) -> None:
    """Of the lines that have all the values, and are not older than ten minutes."""
    old, other = [line("3", minutes=11)] * 9, [line("4", status=200)] * 9
    found = WAY.find(layout(tmp_path, line("1"), line("2"), line("2"), *old, *other))
    assert found.answers == ("2",)
    assert "2 log lines" in found.source


def test_without_such_a_line_nothing_can_be_told(tmp_path: Path) -> None:
    """And it is said what such a line has."""
    with pytest.raises(NotYetError, match="status=429"):
        WAY.find(layout(tmp_path, line("1", status=200)))


def test_the_program_is_the_one_that_wrote_the_line(tmp_path: Path) -> None:
    """It stands in no field, but is the name of the file."""
    way = Log(answer="program", where={"event": "http.request"})
    assert way.find(layout(tmp_path, line("1"))).answers == ("gateway",)
