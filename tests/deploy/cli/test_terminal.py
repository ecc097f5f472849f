"""Nothing that a message, a span, a log line or a store holds can steer the terminal of who looks at it."""

import argparse
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.cli import dlq, logs, main, reconcile, status, ways
from deploy.cli.command import Command, go_on
from deploy.cli.logs import Wanted
from deploy.cli.terminal import ClusterConsole, clean, clean_lines, for_cluster, shown
from deploy.cli.waterfall import log_line, trace_lines
from deploy.installation import secrets
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.log_records import records
from deploy.native.installation import Native
from deploy.operations import dead_letters
from deploy.operations.dead_letters import Letter
from deploy.operations.facts import Disagreement
from deploy.operations.reconcile import Result
from jaeger.spans import read_spans

# A colour, a title of the window, C1's CSI, a carriage return, a right-to-left override, a line separator.
HOSTILE = (
    "\x1b[31m \x1b]0;owned\x07 \x9b2J over\rwritten \u202eevil \u2028 \x7f [red]plain[/] [/nothing] [link=x] \\"
)
EVIL = set("\x1b\x07\x9b\r\u202e\u2028\x7f\x00\n")


def console() -> Console:
    """As for a terminal: colours and markup are on."""
    return Console(file=io.StringIO(), force_terminal=True, color_system=None, highlight=False, width=5_000)


def printed(output: Console) -> str:
    """What a console printed."""
    assert isinstance(output.file, io.StringIO)
    return output.file.getvalue()


def assert_harmless(text: str, lines: int) -> None:
    """No evil character, the brackets as they were, and no line more than there should be."""
    whole = text.removesuffix("\n").split("\n")
    assert len(whole) == lines, whole
    assert not EVIL & set("".join(whole))
    assert "[red]plain[/] [/nothing] [link=x]" in text


def test_text_is_bounded_and_printable() -> None:
    """Letters of every script stay; what is long is cut, and says so."""
    assert (
        clean("Grüße, 東京, \u0645\u0631\u062d\u0628\u0627 🙂") == "Grüße, 東京, \u0645\u0631\u062d\u0628\u0627 🙂"
    )
    assert clean("x" * 100_000) == "x" * 2_000 + "..."
    assert clean_lines("a\x1bb\nc\rd") == "a?b\nc?d"
    assert shown("[red]x[/]").plain == "[red]x[/]"


def test_a_dead_letter_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Id, type, request, error and body of a message are the words of whoever sent it."""

    async def look(url: str, queue: str) -> Any:
        yield Letter(HOSTILE, HOSTILE, datetime.now(UTC), HOSTILE, 1, HOSTILE, HOSTILE * 500)

    monkeypatch.setattr(dead_letters, "look", look)
    layout = Layout.at(tmp_path)
    secrets.ensure(layout.secrets)
    output = console()
    dlq.run(ways.of(layout), output, action="show", queue="order.stock", identifier=None, yes=False)
    assert_harmless(printed(output), 4)
    assert max(map(len, printed(output).splitlines())) < 2_100


def test_log_lines_are_only_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In every field of a JSON line, in lines of text, and as JSON for other programs."""
    entry = {key: HOSTILE for key in ("event", "level", "service", "method", "status", "path", HOSTILE)}
    request = {**entry, "event": "http.request"}
    text = HOSTILE.replace("\r", "").replace("\u2028", "")
    layout = Layout.at(tmp_path)
    layout.logs.mkdir()
    lines = [json.dumps(entry, ensure_ascii=False), json.dumps(request, ensure_ascii=False), text]
    (layout.logs / "order-service-1.log").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    logs.run(ways.of(layout), Wanted(everything=True), follow=False)
    assert_harmless(capsys.readouterr().out, len(lines))

    logs.run(ways.of(layout), Wanted(everything=True, as_json=True), follow=False)
    as_json = capsys.readouterr().out
    assert not (EVIL - {"\n"}) & set(as_json)
    assert all(json.loads(line) for line in as_json.splitlines())
    for record in records("x", lines):
        assert_harmless(log_line(record).plain, 1)


def test_a_trace_is_only_read() -> None:
    """Names of services and spans, messages of failures, ids of links."""
    span = {
        "traceId": "a" * 32, "spanId": "b" * 16, "name": HOSTILE, "startTimeUnixNano": "1", "endTimeUnixNano": "2",
        "status": {"code": 2, "message": HOSTILE * 500},
    }  # fmt: skip
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": HOSTILE}}]}
    found = list(read_spans([{"resource": resource, "scopeSpans": [{"spans": [span]}]}]))
    [_, line] = trace_lines(found)
    assert_harmless(line.plain, 1)
    assert len(line.plain) < 7_000


def test_disagreements_are_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They quote ids and states as the stores have them."""

    found = Result(1, [Disagreement("order", HOSTILE, HOSTILE, HOSTILE)])
    monkeypatch.setattr(reconcile, "reconcile", lambda *_: found)
    assert reconcile.run(ways.of(Layout.at(tmp_path)), console(), settle=0) == 1
    assert_harmless(capsys.readouterr().out, 2)


def test_names_of_processes_are_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Docker and supervisord tell them."""
    row = {"name": HOSTILE, "state": HOSTILE, "pid": 1, "uptime": 1, "rss": 1, "pss": 1}
    row |= {"health": f"{HOSTILE}: {HOSTILE}", "ports": [1], "restarts": 0}
    monkeypatch.setattr(Native, "processes", lambda _: [row])
    output = console()
    monkeypatch.setattr(status, "firing", lambda _: [HOSTILE])
    status.run(Native(Layout.at(tmp_path)), output, as_json=False)
    assert_harmless(printed(output), 5)  # headings, the process, the sum, the trouble, the alert


def test_a_failure_is_only_read(capsys: pytest.CaptureFixture[str]) -> None:
    """What a store answered may stand in the message of a failure, and its lines stay apart."""

    def fail(*_: Any) -> int:
        raise ShopError(f"first line\n{HOSTILE.replace(chr(10), '')}", HOSTILE)

    command = Command(name="x", group="x", usage="x", summary="x", run=fail, without_platform=go_on)
    assert main._run(command, argparse.Namespace(kubernetes=False), []) == 1
    assert_harmless(capsys.readouterr().err, 3)


def test_in_a_cluster_hints_are_about_the_cluster() -> None:
    """A command without --kubernetes is about another installation; some have no such option."""
    said = "Is it up? ./shop status. Start it: ./shop up, ./shop logs --kubernetes -f, ./shop down, ./shop rollout"
    meant = said.replace("status", "status --kubernetes").replace("shop up", "shop up --kubernetes")
    assert for_cluster(said) == meant
    output = io.StringIO()
    ClusterConsole(file=output, highlight=False, width=500).print(
        "[bold]Start it[/]: ./shop up", shown("./shop up")
    )
    assert output.getvalue() == "Start it: ./shop up --kubernetes ./shop up\n"
