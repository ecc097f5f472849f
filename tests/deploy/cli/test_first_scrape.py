"""`./shop buy` and `load` wait until Prometheus has measured everything once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli.first_scrape import wait_for_first_scrape
from deploy.installation.layout import PORTS, Layout


@contextmanager
def prometheus(folder: Path, answers: list[list[str]]) -> Iterator[Layout]:
    """An installation whose Prometheus gives these answers, the last of them for ever: healths of its targets."""

    class Targets(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            healths = answers.pop(0) if len(answers) > 1 else answers[0]
            body = json.dumps({"data": {"activeTargets": [{"health": health} for health in healths]}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Targets) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Layout(checkout=folder, run=folder, data=folder, offset=server.server_port - PORTS["prometheus"])
        finally:
            server.shutdown()
            thread.join()


def test_it_waits_for_every_target(tmp_path: Path) -> None:
    """One that was not scraped yet is unknown; one that is down was scraped too. No target at all is no answer."""
    answers = [[], ["up", "unknown"], ["up", "down"]]
    with prometheus(tmp_path, answers) as layout:
        assert wait_for_first_scrape(layout, Console(quiet=True), limit=30)
    assert answers == [["up", "down"]]


@pytest.mark.parametrize("healths", [[], ["up", "unknown"]])
def test_it_does_not_wait_for_ever(tmp_path: Path, healths: list[str]) -> None:
    """A platform that is not measured still runs."""
    with prometheus(tmp_path, [healths]) as layout:
        assert not wait_for_first_scrape(layout, Console(quiet=True), limit=0)


def test_without_prometheus_nobody_waits(tmp_path: Path) -> None:
    """Who does not answer measures nothing; a purchase is made all the same."""
    with prometheus(tmp_path, [[]]) as layout:
        pass
    assert not wait_for_first_scrape(layout, Console(quiet=True), limit=30)
