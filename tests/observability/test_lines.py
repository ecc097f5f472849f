"""observability.lines: however lines leave, all of them do, in their order."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from observability.lines import render
from observability.logging import RequestLog, get_logger
from tests.observability.programs import run

SETUP = """
import asyncio, logging, os, signal, sys, threading, time
from observability.logging import RequestLog, get_logger, setup_logging
setup_logging("toy", sys.argv[1])
log = get_logger("own")
fast = RequestLog("http")
CONTEXT = dict.fromkeys(("request_id", "trace_id", "span_id", "trace_flags"), "")
"""

MIXED = """
async def main():
    for turn in range(3):
        log.info("own", n=0)
        fast.info("fast", **CONTEXT, n=1)
        logging.getLogger("library").info("library")
        thread = threading.Thread(target=lambda: log.info("thread", n=3))
        thread.start(); thread.join()
        log.error("error", n=4)
        fast.info("last", **CONTEXT, n=5)
        await asyncio.sleep(0)
    log.info("waiting")
    end()

def end():
    if sys.argv[2] == "crash":
        raise RuntimeError("hunter2" if False else "end")
    if sys.argv[2] == "exit":
        sys.exit(3)

for _ in range(2):  # a second loop takes up where the first one ended
    asyncio.run(main())
"""


@pytest.mark.parametrize("end", ["ends", "exit", "crash"])
def test_order_and_completeness(end: str) -> None:
    """Structlog's lines, the fast ones, a library's, another thread's and errors: as they were told."""
    _, lines = run(SETUP + MIXED, "info", end)
    told = [line["event"].split()[0] for line in lines]
    once = [*(["own", "fast", "library", "thread", "error", "last"] * 3), "waiting"]
    assert told == {"ends": once * 2, "exit": once, "crash": [*once, "process.crashed"]}[end]


SERVER = """
async def main():
    logging.getLogger("uvicorn.error").info("Finished server process")
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_the_last_words_of_a_server_are_kept() -> None:
    """uvicorn ends its process by the signal that it got, after which nothing runs."""
    _, lines = run(SETUP + SERVER, "info", "")
    assert [line["event"] for line in lines] == ["Finished server process"]


TURN = """
async def main():
    fast.info("one", **CONTEXT)
    log.info("two")
    print_now("three" if sys.argv[2] == "error" else None)
    os.kill(os.getpid(), signal.SIGKILL)

def print_now(event):
    if event:
        log.error(event)

asyncio.run(main())
"""


@pytest.mark.parametrize(("what", "kept"), [("error", 3), ("nothing", 0)])
def test_a_process_that_is_killed_within_a_turn(what: str, kept: int) -> None:
    """Only the lines of that turn are lost, and only those after its last error."""
    code, lines = run(SETUP + TURN, "info", what)
    assert (code, len(lines)) == (-signal.SIGKILL, kept)


def test_the_level_holds_for_fast_lines_too() -> None:
    """Nothing below it is written."""
    assert run(SETUP + 'fast.info("quiet", **CONTEXT)', "warning", "")[1] == []
    assert len(run(SETUP + 'fast.info("told", **CONTEXT)', "info", "")[1]) == 1


def test_a_turn_is_one_system_call() -> None:
    """That is what it is for: a reader gets the lines of a turn together."""
    source = SETUP + "async def main():\n for n in range(50): log.info('line', n=n)\nasyncio.run(main())"
    reader, writer = os.pipe()
    process = subprocess.Popen([sys.executable, "-c", source, "info"], stdout=writer)
    os.close(writer)
    assert process.wait(30) == 0
    assert os.read(reader, 1 << 16).count(b"\n") == 50
    os.close(reader)


@pytest.mark.parametrize("value", ["\ud800", 2**70, {1: "a"}, {"deep": ["grüße"]}])
def test_what_json_of_c_refuses_is_a_line_all_the_same(value: Any) -> None:
    """Lone surrogates, long numbers and keys that are no text."""
    assert b'"event"' in render(None, "info", {"event": "x", "value": value})


def test_a_fast_line_holds_any_text(captured_logs: list[dict[str, Any]]) -> None:
    """Half of a surrogate pair is no reason to lose a line."""
    RequestLog("http").info("http.request", path="/\ud800")
    [line] = captured_logs
    assert line["event"] == "http.request"


def test_a_fast_line_has_what_every_line_has(captured_logs: list[dict[str, Any]]) -> None:
    """The keys of the contract, in the same forms."""
    context = {"request_id": "r", "trace_id": "t", "span_id": "s", "trace_flags": "01"}
    RequestLog("http").info("http.request", **context, n=1)
    get_logger("http").info("http.request", **context, n=1)
    fast, usual = captured_logs
    assert fast.pop("timestamp").endswith("Z")
    assert usual.pop("timestamp").endswith("Z")
    assert fast == usual
