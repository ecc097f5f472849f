"""loadtests.tax: every app answers, every span is counted, and what is taken out is out."""

import json
import os
from pathlib import Path

import pytest

from loadtests.tax import measure
from loadtests.tax.__main__ import main
from loadtests.tax.client import Request
from loadtests.tax.measure import Measured, Turn
from loadtests.tax.report import table
from loadtests.tax.subjects import KINDS


def test_every_app_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One short run of each."""
    monkeypatch.setattr(measure, "_FLUSH", 2.0)  # other tests use the same cores
    arguments = ["--endpoints", "ping", "--rounds", "1", "--seconds", "0.2", "--json", str(tmp_path / "tax.json")]
    cores = os.sched_getaffinity(0)
    assert main(arguments) == 0
    assert os.sched_getaffinity(0) == cores  # what is started later may run where it likes
    found = {one["kind"]: one["turns"][0] for one in json.loads((tmp_path / "tax.json").read_text())["ping"]}
    assert set(found) == set(KINDS)
    for kind, turn in found.items():
        assert turn["requests"] > 10
        assert turn["processor"] > 0
        if kind in ("bare", "ours without traces"):
            assert turn["spans"] == 0
        elif kind != "stock":  # its batches leave every 5 s
            assert turn["spans"] == turn["requests"]
    shown = capsys.readouterr().out
    assert all(f"| {kind} |" in shown for kind in KINDS)
    logs = {path.name: path.read_text() for path in (tmp_path / "tax").glob("*.log")}
    assert '"event":"http.request"' in logs["ours.log"]
    assert '"event":"http.request"' not in logs["ours-without-logs.log"]


def test_the_table_compares_with_the_first() -> None:
    """Ratios first, of medians."""
    bare = Measured("bare", (Turn(10, 50e-6, 0.001, 0.002, 5, 0), Turn(10, 70e-6, 0.001, 0.002, 5, 0)))
    ours = Measured("ours", (Turn(10, 120e-6, 0.001, 0.004, 5, 10),))
    assert "| ours | 0.50 | 120 µs | 1.0 ms | 4.0 ms | 2.0 | 5 | 1.00 |" in table([bare, ours])


def test_each_request_can_differ() -> None:
    """Numbers go into headers and body, and the length is right."""
    request = Request("POST", "/x", 201, (("Idempotency-Key", "key-{n}"),), '{"a": {n}}')
    sent = request.encoded(12)
    assert b"Idempotency-Key: key-12\r\n" in sent
    assert b"Content-Length: 9\r\n" in sent
    assert sent.endswith(b'\r\n\r\n{"a": 12}')
