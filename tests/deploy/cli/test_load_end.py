"""What a load comes to when it is over: its exit code, and what Prometheus is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from rich.console import Console

from deploy.cli.load_end import finish
from deploy.cli.load_metrics import Asking
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations.installation import Installation
from loadtests import scenario
from loadtests.objectives import Asked

CHECKOUT = scenario.read("checkout")
HELD = {"objective": "p95", "found": "9 ms", "held": True}


class Here:
    """An installation of which only the folder is needed."""

    def __init__(self, run: Path) -> None:
        self.layout = Layout.at(run)

    def links(self) -> dict[str, tuple[bool, str]]:
        """There are dashboards."""
        return {"grafana": (True, "")}


def judged(run: Path, code: int, failures: list[str]) -> tuple[int, str]:
    """The exit code, and what was printed, for a run of which Locust said this."""
    (run / "load").mkdir()
    results = {
        **{"scenario": "checkout", "seed": 1, "began": 0.0, "ended": 60.0, "requests": {}, "outcomes": {}},
        **{"verdicts": [HELD], "failures": failures, "moments": [], "slowest": [], "steps": []},
    }
    (run / "load" / "results.json").write_text(json.dumps(results))
    console = Console(file=StringIO(), width=200)
    there = cast(Installation, Here(run))
    found = finish(there, console, CHECKOUT, code, asks_stores=False, report=True)
    return found, cast(StringIO, console.file).getvalue()


def test_a_run_that_reached_everything_is_a_success(tmp_path: Path) -> None:
    """Each objective is told, the machine is kept, and the report is written."""
    code, output = judged(tmp_path, 0, [])
    assert code == 0
    assert "p95: 9 ms" in output
    assert "passed" in (tmp_path / "load" / "checkout.html").read_text()
    assert "processors" in json.loads((tmp_path / "load" / "results.json").read_text())["machine"]


def test_a_run_that_failed_is_a_failure(tmp_path: Path) -> None:
    """Also when Locust's own exit code says nothing of it."""
    code, _ = judged(tmp_path, 0, ["slow"])
    assert code == 1
    assert "failed" in (tmp_path / "load" / "checkout.html").read_text()


def test_a_run_without_results_is_a_failure(tmp_path: Path) -> None:
    """Locust did not even begin, or a signal has ended it."""
    there, console = cast(Installation, Here(tmp_path)), Console(file=StringIO())
    assert finish(there, console, CHECKOUT, 0, asks_stores=True, report=False) == 1
    assert finish(there, console, CHECKOUT, -15, asks_stores=True, report=False) == 1


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[tuple[Layout, dict[str, Any]]]:
    """Answers each query with the value that stands under a part of it, and keeps what it was asked."""
    values: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)["query"][0]
            found = [{"metric": {}, "value": [0, str(one)]} for part, one in values.items() if part in query]
            answer: dict[str, Any] = {"error": "no"} if "refused" in query else {"data": {"result": found}}
            self.send_response(400 if "error" in answer else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        layout = Layout.at(tmp_path)
        yield Layout.at(tmp_path, server.server_port - layout.port("prometheus")), values
        server.shutdown()


def test_an_answer_is_at_most_what_it_may_be(prometheus: tuple[Layout, dict[str, Any]]) -> None:
    """The largest value counts, over the time of the run."""
    layout, values = prometheus
    asking = Asking(layout, 0.0, 100.0)
    values["increase(a[105s])"] = 5
    values["increase(a["] = 7
    held = [asking.answer(Asked("a", "increase(a[{window}])", at_most)).held for at_most in (6.9, 7.0)]
    assert held == [False, True]
    with pytest.raises(ShopError, match="refused"):
        asking.answer(Asked("c", "refused", 0))


def test_what_was_not_measured_is_not_held(prometheus: tuple[Layout, dict[str, Any]]) -> None:
    """A series that was renamed, or whose target was away, proves nothing."""
    layout, _ = prometheus
    verdict = Asking(layout, 0.0, 100.0).answer(Asked("b", "increase(b[{half}])", 0))
    assert (verdict.held, verdict.found) == (False, "Prometheus has no series for it")


def test_a_budget_is_judged_by_the_promise_that_lost_most(prometheus: tuple[Layout, dict[str, Any]]) -> None:
    """Bad events beside those that were allowed; some few say nothing."""
    layout, values = prometheus
    asking = Asking(layout, 0.0, 100.0)
    assert (asking.budget(1.0).held, asking.budget(1.0).found) == (False, "Prometheus has no events")
    values['sum(increase(shop_payment_duration_seconds_count{job="payment-service"}'] = 1000
    values['sum(increase(shop_payment_duration_seconds_bucket{job="payment-service"'] = 985
    verdict = asking.budget(1.0)
    assert (verdict.held, verdict.found) == (False, "payment-is-decided: 1.50")
    assert asking.budget(1.5).held
    values['sum(increase(shop_payment_duration_seconds_bucket{job="payment-service"'] = 991
    assert asking.budget(0.0).held
