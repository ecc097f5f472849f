"""What panels draw, and what is marked on them, from the answers of a Prometheus."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from console import alerts, marks, series
from console.marks import stretches
from console.prometheus import Window
from console.series import dots
from console.settings import Settings

TRACE = "0af7651916cd43dd8448eb211c80319c"
WINDOW = Window(100, 200, 5)
ANSWERS: dict[str, object] = {
    "over": {
        "result": [
            {"metric": {}, "values": [[100, "0"]]},
            {"metric": {"job": "a"}, "values": [[105, "1"], [115, "2.5"], [200, "NaN"]]},
            {"metric": {"job": "empty"}, "values": [[105, "NaN"]]},
        ]
    },
    "now": {"result": [{"metric": {}, "value": [200, "7"]}]},
    "told": [{"exemplars": [{"labels": {"trace_id": TRACE}, "value": "0.5", "timestamp": 150.5}]}],
    "bad": None,
    "alerts": {
        "alerts": [
            {
                "state": state,
                "activeAt": "2026-11-26T12:00:00Z",
                "value": "1",
                "labels": {"alertname": name, "service": "a"},
            }
            for state, name in (("pending", "Slow"), ("firing", "Down"))
        ]
    },
}


class Prometheus(BaseHTTPRequestHandler):
    """Answers by the words of a query, and keeps what it was asked."""

    asked: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        """What the query names; 400 for `bad`."""
        path, query = urlsplit(self.path)[2:4]
        given = {name: values[-1] for name, values in parse_qs(query).items()}
        self.asked.append(given)
        name = given.get("query", "alerts")
        name = "told" if path.endswith("exemplars") else "over" if "over" in name else name
        body = json.dumps({"status": "success", "data": ANSWERS[name]}).encode()
        self.send_response(400 if name == "bad" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Of a console with such a Prometheus."""
    Prometheus.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Prometheus) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield Settings("127.0.0.1", 0, url, url, url, {})
        server.shutdown()


def asked(what: str, of: list[dict[str, Any]], begin: float = 100, end: float = 200) -> str:
    """The query of an address."""
    return urlencode({what: json.dumps(of), "from": begin, "to": end, "step": 5})


def test_a_panel_has_named_series_and_dots(settings: Settings) -> None:
    """Values at every step; without labels only where nothing has any; without a value nothing."""
    targets = [
        {"expr": "over", "legendFormat": "{{job}} now", "exemplar": True},
        {"expr": "now", "legendFormat": "", "instant": True},
    ]
    status, _, body = series.answer(settings, asked("targets", targets))
    found = json.loads(body)
    assert status == 200
    course, moment = found["series"]
    assert (course["name"], course["value"], moment["value"]) == ("a now", 2.5, 7)
    assert course["values"][:4] == [None, 1, None, 2.5]
    assert len(course["values"]) == 21
    assert found["dots"] == [{"trace": TRACE, "value": 0.5, "time": 150.5}]


@pytest.mark.parametrize(
    ("asked_for", "names"), [("", ["Down", "Slow"]), ('{alertname="Slow"}', ["Slow"]), ('{service="b"}', [])]
)
def test_a_list_of_alerts_shows_those_of_its_filter(settings: Settings, asked_for: str, names: list[str]) -> None:
    """What fires comes first; Alertmanager is not asked."""
    status, _, body = alerts.answer(settings, urlencode({"filter": asked_for}))
    assert status == 200
    assert [line["name"] for line in json.loads(body)["lines"]] == names


def test_what_prometheus_refuses_is_refused(settings: Settings) -> None:
    """With its words; and what no Prometheus should be asked, too."""
    assert series.answer(settings, asked("targets", [{"expr": "bad"}]))[0] == 400
    for query in (
        "targets=[",
        "targets=[]&from=1&to=2",
        asked("targets", [], end=1e9),
        asked("targets", [], end=9),
    ):
        assert series.answer(settings, query)[0] == 400


def test_of_the_exemplars_of_one_time_the_slowest_is_shown() -> None:
    """And only real traces."""

    def told(value: str, time: float, trace: str = TRACE) -> dict[str, Any]:
        return {"labels": {"trace_id": trace}, "value": value, "timestamp": time}

    every = [told("1", 100), told("2", 104), told("9", 104, "javascript:alert(1)"), told("NaN", 105)]
    assert dots(every, WINDOW) == [{"trace": TRACE, "value": 2, "time": 104}]


def test_marks_last_as_long_as_their_values(settings: Settings) -> None:
    """With the name and the colour of the annotation, and a step of its own."""
    annotation = {"expr": "over", "step": "5s", "titleFormat": "{{job}} fell", "iconColor": "#d64545"}
    status, _, body = marks.answer(settings, asked("annotations", [annotation]))
    assert status == 200
    found = json.loads(body)["marks"]
    assert {"name": "a fell", "colour": "#d64545", "from": 105, "to": 105} in found
    assert stretches([None, 1, 1, None, 1]) == [(1, 2), (4, 4)]


def test_nothing_is_missed_over_a_long_time(settings: Settings) -> None:
    """A start is true for 15 s: over a week the steps are longer, and each looks at what lies between."""
    week = urlencode({"annotations": '[{"expr": "over", "step": "15s"}]', "from": 0, "to": 604_800, "step": 2100})
    assert marks.answer(settings, week)[0] == 200
    (question,) = Prometheus.asked
    assert (question["query"], question["step"]) == ("last_over_time((over)[61s:15s])", "61")
