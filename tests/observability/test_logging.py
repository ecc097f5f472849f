"""observability.logging"""

import asyncio
import logging
from typing import Any

from opentelemetry import trace

from observability import request_id
from observability.logging import get_logger, log_loop_errors
from tests.observability.programs import CONTRACT, run

SETUP = "from observability.logging import setup_logging, get_logger; setup_logging('toy')\n"

EVERYTHING = """
import logging, sys, threading, warnings
get_logger("own").info("own.event", count=1, name="gr\\u00fc\\u00dfe \\ud800")
get_logger("own").debug("too.quiet")
get_logger("own").warning("careful")
get_logger("own").info("hidden", password="hunter2")
logging.getLogger("library").warning("old %s token=%s", "style", "hunter2")
logging.getLogger("httpx").info("chatty")
logging.getLogger("uvicorn.error").info("Started server process")
logging.getLogger("uvicorn.access").info("never")
warnings.warn("beware")
for log in (get_logger("own"), logging.getLogger("library")):
    try:
        raise ValueError("password='hunter2'")
    except ValueError:
        log.exception("failed")

class Bad:
    def __del__(self):
        raise ValueError("in __del__")
Bad()

def fall():
    raise RuntimeError("thread fell")
def leave():
    sys.exit(1)
for target in (fall, leave):
    thread = threading.Thread(target=target, name="worker")
    thread.start(); thread.join()

import asyncio
from observability.logging import log_loop_errors
async def main():
    log_loop_errors()
    async def lost():
        raise LookupError("nobody waits")
    task = asyncio.create_task(lost())
    await asyncio.wait([task])
    del task
    asyncio.get_running_loop().call_soon(fall)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main())
raise SystemError("the end, token=hunter2")
"""


def test_every_line_of_a_process_is_json() -> None:
    """Own lines, the standard library's, warnings, threads, lost tasks and a crash: one shape, no secret."""
    code, lines = run(SETUP + EVERYTHING, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert code == 1
    told = [(line["logger"], line["level"], line["event"].split(" ")[0]) for line in lines]
    assert told[:5] == [
        ("own", "info", "own.event"),
        ("own", "warning", "careful"),
        ("own", "info", "hidden"),
        ("library", "warning", "old"),
        ("uvicorn.error", "info", "Started"),
    ]
    assert told[5][:2] == ("py.warnings", "warning")
    assert told[6:] == [
        ("own", "error", "failed"),
        ("library", "error", "failed"),
        ("root", "error", "exception.unraisable"),
        ("root", "critical", "thread.crashed"),
        ("asyncio", "error", "loop.error"),
        ("asyncio", "error", "loop.error"),
        ("root", "critical", "process.crashed"),
    ]
    assert all(line["service"] == "toy" for line in lines)
    assert lines[0]["count"] == 1
    assert lines[0]["name"].startswith("grüße")
    assert "hunter2" not in str(lines)
    assert "LookupError: nobody waits" in str(lines)
    assert lines[-1]["exception.type"] == "SystemError"
    assert lines[-1]["exception.message"].startswith("the end")
    assert lines[-1]["exception.stacktrace"].startswith("Traceback")
    assert "SystemError: the end" in lines[-1]["exception.stacktrace"]
    assert not any("exception" in line for line in lines)


CARELESS = """
import logging, sys, threading
class Bad:
    def __str__(self):
        raise ValueError("hunter2")
    __repr__ = __str__
class BadError(Exception):
    __str__ = __repr__ = Bad.__str__
class Dying(Bad):
    def __call__(self):
        pass
    def __del__(self):
        raise BadError
logging.info("number %d", "x")
logging.info("two %s %s", "one")
logging.info("none", "one")
logging.info("named %(a)s", {"b": 1})
logging.info("shown %s", Bad())
logging.info(Bad())
get_logger("own").info("own", value=Bad(), pairs={Bad(): [Bad()]})
try:
    raise BadError
except BadError:
    logging.exception("caught %d", "x")
thread = threading.Thread(target=lambda: logging.info("thread %d", "x"))
thread.start(); thread.join()
def fall():
    raise BadError
thread = threading.Thread(target=fall)
thread.start(); thread.join()
Dying()
raise BadError
"""


def test_a_careless_line_is_one_line() -> None:
    """Wrong arguments and values that cannot be shown: one JSON line each, and nothing raw on stderr."""
    code, lines = run(SETUP + CARELESS)
    events = [line["event"] for line in lines]
    assert [event.split()[0] for event in events] == [
        "number", "two", "none", "named", "shown", "<Bad>", "own",
        "caught", "thread", "thread.crashed", "exception.unraisable", "process.crashed",
    ]  # fmt: skip
    assert events[0] == "number %d (not formatted: TypeError; given: x)"
    assert lines[7]["exception.type"] == "__main__.BadError"
    assert lines[7]["exception.message"] == "<BadError>"
    assert "BadError" in lines[7]["exception.stacktrace"]
    assert "hunter2" not in str(lines)
    assert code == 1


COLLECTED = """
import ast, gc, json, pathlib
class Dying:
    def __del__(self):
        json.loads("[")  # fails in a file, whose lines a traceback shows
gc.set_threshold(50)
source = pathlib.Path(ast.__file__).read_text()
for _ in range(20):
    dying = Dying()
    dying.itself = dying
    del dying
    ast.parse(source)
"""


def test_what_is_collected_while_python_parses_does_no_harm() -> None:
    """The garbage collector runs at any moment, and what it finds is logged at once."""
    code, lines = run(SETUP + COLLECTED)
    assert code == 0
    assert {line["event"] for line in lines} == {"exception.unraisable"}
    assert "raise JSONDecodeError" in lines[0]["exception.stacktrace"]
    assert "JSONDecodeError: Expecting value" in lines[0]["exception.stacktrace"]


def test_level_is_the_lowest_written() -> None:
    """The level holds for own loggers and for libraries, and can be changed by a second call."""
    source = """
log = get_logger("own")
log.info("first")
setup_logging("other", "error")
log.error("second")
log.warning("quiet")
get_logger("own").warning("quiet")
late = get_logger("late")
late.warning("quiet")
import logging
logging.getLogger("library").warning("quiet")
logging.getLogger("library").error("third")
setup_logging("other")
late.info("fourth")
"""
    _, lines = run(SETUP + source)
    assert [(line["service"], line["event"]) for line in lines] == [
        ("toy", "first"),
        ("other", "second"),  # the logger was used before: it follows all the same
        ("other", "third"),
        ("other", "fourth"),  # it was used first when only errors were written
    ]


def test_a_reader_that_is_gone_is_no_error() -> None:
    """When nobody reads stdout any more, work goes on."""
    code, lines = run(SETUP + "import sys, os; sys.stdout.close(); get_logger('own').info('lost'); os._exit(7)")
    assert (code, lines) == (7, [])


def test_lines_name_request_and_span(captured_logs: list[dict[str, Any]]) -> None:
    """Inside of a request or message each line carries its ids, also a library's."""
    with request_id.bound("req-12345678"), trace.get_tracer("t").start_as_current_span("work") as span:
        get_logger("own").info("inside")
        logging.getLogger("library").info("inside too")
    get_logger("own").info("outside")
    context = span.get_span_context()
    for line in captured_logs[:2]:
        assert line.keys() >= CONTRACT
        assert line["request_id"] == "req-12345678"
        assert line["trace_id"] == f"{context.trace_id:032x}"
        assert line["span_id"] == f"{context.span_id:016x}"
        assert line["trace_flags"] == f"{context.trace_flags:02x}"
    assert {captured_logs[2][key] for key in ("request_id", "trace_id", "span_id", "trace_flags")} == {""}


async def test_loop_errors_without_an_exception(captured_logs: list[dict[str, Any]]) -> None:
    """The loop's own complaints become lines too."""
    log_loop_errors()
    asyncio.get_running_loop().call_exception_handler({"message": "unclosed transport"})
    assert [(line["event"], line["message"]) for line in captured_logs if line["logger"] == "asyncio"] == [
        ("loop.error", "unclosed transport")
    ]
