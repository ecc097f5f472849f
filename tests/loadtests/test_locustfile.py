"""Locust with our people, against a server that answers what it is told: no failure is swallowed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.installation import readiness
from loadtests import faults
from loadtests.arrivals import Arrival, write
from observability.testing import CapturedSpans
from tests.free_ports import free_port
from tests.observability.apps import client, make
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]


class Shop(ThreadingHTTPServer):
    """Answers what is read with `status` and a list, and has no place for users; keeps who asked."""

    def __init__(self) -> None:
        shop = self
        self.status = 200
        self.delay = 0.0  # seconds before each answer
        self.asks_to_wait = 0  # so many of the next reads
        self.seen: set[tuple[str, str]] = set()  # source address, traceparent
        self.agents: set[str] = set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                shop.seen.add((self.client_address[0], self.headers.get("traceparent", "")))
                shop.agents.add(self.headers.get("User-Agent", ""))
                time.sleep(shop.delay)  # it is slow: nothing is waited for
                if shop.asks_to_wait:
                    shop.asks_to_wait -= 1
                    self.send_response(503)
                    self.send_header("Retry-After", "0")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                items = [{"id": str(number), "name": f"A lamp {number}", "stock": 50} for number in range(9)]
                body = json.dumps({"items": items}).encode()
                self.send_response(404 if self.path.endswith("/gone") and shop.status == 200 else shop.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A server that listens."""
    with Shop() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.shutdown()


_STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """A test that fails in between leaves no load behind, nor its workers."""
    yield
    while _STARTED:
        process = _STARTED.pop()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def start(
    folder: Path,
    host: str,
    run_time: str = "1s",
    kind: str = "Visitor",
    options: str = "",
    **more: str,
) -> subprocess.Popen[str]:
    """Locust with two people of a kind. options: others of Locust. more: of the environment."""
    (folder / "admin_password").write_text("admin")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LOAD_SCENARIO": "calm",
        "LOAD_FOLDER": str(folder),
        "LOAD_ADMIN_PASSWORD_FILE": str(folder / "admin_password"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        **more,
    }
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py"), "--host", host]
    command += [] if "--web-port" in options else ["--headless"]
    command += ["--users", "2", "--spawn-rate", "2", "--run-time", run_time, "--loglevel", "WARNING"]
    command += [
        "--json-file",
        str(folder / "locust"),
        "--only-summary",
        "--stop-timeout",
        "20",
        *options.split(),
        kind,
    ]
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    _STARTED.append(process)
    return process


def end(process: subprocess.Popen[str], folder: Path) -> tuple[int, str, dict[str, Any]]:
    """Wait for it: exit code, output, results."""
    try:
        output, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    results: dict[str, Any] = json.loads((folder / "results.json").read_text())
    return process.returncode, output, results


def locust(folder: Path, host: str) -> tuple[int, str, dict[str, Any]]:
    """A second of it."""
    return end(start(folder, host), folder)


def test_what_goes_well_is_counted(shop: Shop, tmp_path: Path) -> None:
    """Exit code 0; each user has an address of their own, each journey a trace of its own; lost spans are told."""
    code, output, results = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert code == 0, output
    assert {address for address, _ in shop.seen} == {"127.16.0.1", "127.16.0.2"}
    journeys = {name: n for name, n in results["outcomes"].items() if name != "root span lost"}
    assert len({trace for _, trace in shop.seen}) == sum(journeys.values())
    assert results["outcomes"]["root span lost"] == sum(journeys.values())
    assert all(call["p99"] >= call["p50"] > 0 for call in results["requests"].values())


def test_the_line_of_progress_counts_requests(shop: Shop, tmp_path: Path) -> None:
    """And not the journeys that are made of them."""
    process = start(tmp_path, f"http://127.0.0.1:{shop.server_port}", run_time="6s")
    _, output, results = end(process, tmp_path)
    calls = sum(n["requests"] for name, n in results["requests"].items() if not name.startswith("JOURNEY "))
    progress = re.search(r"^2 users, (\d+) requests, ", output, re.MULTILINE)
    assert progress, output
    assert 0 < int(progress[1]) <= calls


def test_a_journey_that_is_cut_off_is_counted(shop: Shop, tmp_path: Path) -> None:
    """A run that waits for nobody ends in the first request of both; their root spans are sent all the same."""
    shop.delay = 3.0
    process = start(tmp_path, f"http://127.0.0.1:{shop.server_port}", options="--stop-timeout 0")
    _, output, results = end(process, tmp_path)
    lost = results["outcomes"].pop("root span lost")
    assert all(name.endswith(": cut off") for name in results["outcomes"]), output
    assert lost == sum(results["outcomes"].values()) == 2, output


def test_spans_are_counted_whose_loss_is_known_after_the_end(shop: Shop, tmp_path: Path) -> None:
    """The trace store keeps the first batch for four seconds, takes nothing, and is gone for the others."""
    with socket.create_server(("127.0.0.1", 0)) as store:

        def hang_up() -> None:
            with suppress(OSError):  # the test is over
                connection, _ = store.accept()
                store.close()
                connection.settimeout(4)
                with connection, suppress(TimeoutError):
                    while connection.recv(65536):
                        pass

        threading.Thread(target=hang_up).start()
        nobody = f"http://127.0.0.1:{store.getsockname()[1]}"
        host = f"http://127.0.0.1:{shop.server_port}"
        process = start(tmp_path, host, run_time="3s", OTEL_EXPORTER_OTLP_ENDPOINT=nobody)
        _, output, results = end(process, tmp_path)
    lost = results["outcomes"].pop("root span lost")
    assert lost == sum(results["outcomes"].values()), output


@pytest.mark.parametrize("status", [503, 429])
def test_an_unexpected_status_fails_the_run(shop: Shop, tmp_path: Path, status: int) -> None:
    """Exit code 1, and the failures are named. Being limited is a success for nobody here."""
    shop.status = status
    code, output, results = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert code == 1, output
    assert any(f": {status} instead of" in failure for failure in results["failures"])


def test_a_503_that_asks_to_wait_is_waited_for(shop: Shop, tmp_path: Path) -> None:
    """The request is sent again and the journey goes on; the answer is counted, and no failure."""
    shop.asks_to_wait = 1
    _, output, results = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert results["outcomes"]["asked to wait: 503 with Retry-After"] == 1
    assert not any("given up" in outcome for outcome in results["outcomes"]), output


def test_too_many_that_ask_to_wait_fail_the_run(shop: Shop, tmp_path: Path) -> None:
    """A shop that is never there is no success, however politely it says so."""
    shop.asks_to_wait = 10_000
    code, output, results = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert code == 1, output
    assert any("were asked to wait" in failure for failure in results["failures"])


def test_an_announced_fault_excuses_what_it_explains(shop: Shop, tmp_path: Path) -> None:
    """Calls that get a 503 while it lasts are counted, and are no failures."""
    shop.status = 503
    with faults.announced(tmp_path / "fault.json"):
        code, output, results = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert code == 0, output
    assert any(outcome.endswith(": 503 (a fault was announced)") for outcome in results["outcomes"])


def test_who_cannot_log_in_does_not_go_on(shop: Shop, tmp_path: Path) -> None:
    """While the fault lasts that keeps one out: a 401 for want of a token would be no part of it."""
    shop.status = 401
    with faults.announced(tmp_path / "fault.json"):
        host = f"http://127.0.0.1:{shop.server_port}"
        code, output, results = end(start(tmp_path, host, kind="Buyer"), tmp_path)
    assert code == 0, output
    assert results["requests"].keys() == {"POST /api/users/register"}


def open_run(folder: Path, host: str, **more: str) -> tuple[int, str, dict[str, Any]]:
    """Locust with people who arrive: 40 in two seconds, unless a file says otherwise."""
    return end(start_open(folder, host, **more), folder)


def start_open(
    folder: Path, host: str, options: str = "", *, run_time: str = "1m", **more: str
) -> subprocess.Popen[str]:
    """The same, which goes on."""
    folder.mkdir()
    asked = {"LOAD_SCENARIO": "browse", "LOAD_RATE": "20", "LOAD_SECONDS": "2", **more}
    return start(folder, host, run_time, "Gate", options, **asked)


def start_crew(folder: Path, host: str, **more: str) -> subprocess.Popen[str]:
    """The same in three processes: a master and two workers."""
    return start_open(folder, host, processes(), LOAD_WORKERS="2", **more)


def processes() -> str:
    """What asks Locust for a master and two workers."""
    port = free_port()
    return f"--processes 2 --master-bind-host 127.0.0.1 --master-bind-port {port} --master-port {port}"


def assert_well(code: int, results: dict[str, Any], output: str) -> None:
    """Nothing failed. Calls may have taken longer than they should: a busy machine is no fault of the load."""
    assert code == bool(results["failures"]), output
    assert not [why for why in results["failures"] if not re.search(r"\(wanted: p\d\d of each call: ", why)], (
        output
    )


def test_two_replays_do_the_same_things(shop: Shop, tmp_path: Path) -> None:
    """What one run recorded, the next one does again: each person the same, in the same order."""
    host = f"http://127.0.0.1:{shop.server_port}"
    _, output, results = open_run(tmp_path / "first", host, LOAD_SEED="7")
    replayed = {"LOAD_REPLAY": str(tmp_path / "first" / "arrivals.jsonl")}
    _, output, again = open_run(tmp_path / "second", host, **replayed)
    did = [(tmp_path / run / "actions.jsonl").read_text() for run in ("first", "second")]
    assert did[0] == did[1], output
    actions = [json.loads(line) for line in did[0].splitlines()]
    assert len(actions) == results["arrivals"] == again["arrivals"] == 40
    assert all(actions)
    assert len({json.dumps(one) for one in actions}) > 10  # and not all of them the same


def test_two_workers_do_what_one_process_does(shop: Shop, tmp_path: Path) -> None:
    """Everybody of the plan comes once, some from each; nothing that was counted is missing."""
    host = f"http://127.0.0.1:{shop.server_port}"
    _, output, alone = open_run(tmp_path / "alone", host, LOAD_SEED="7")
    before, shop.seen = shop.seen, set()
    code, output, crew = end(start_crew(tmp_path / "crew", host, LOAD_SEED="7"), tmp_path / "crew")
    assert_well(code, crew, output)
    did = [(tmp_path / run / "actions.jsonl").read_text() for run in ("alone", "crew")]
    assert did[0] == did[1], output
    assert crew["outcomes"] == alone["outcomes"]
    counted = [{name: one["requests"] for name, one in run["requests"].items()} for run in (alone, crew)]
    assert counted[0] == counted[1]
    assert len(shop.seen) == len(before) == len({trace for _, trace in shop.seen})
    assert {int(address.rpartition(".")[2]) % 16 for address, _ in shop.seen} == {1, 2}
    calls = sum(number for name, number in counted[1].items() if name.split()[0] not in ("WAIT", "JOURNEY"))
    assert sum(moment["requests"] for moment in crew["moments"]) == calls
    assert len(crew["slowest"]) == 10


def test_workers_that_tell_late_are_waited_for(shop: Shop, tmp_path: Path) -> None:
    """The master knows of nobody at first: the run has not ended then, it has not begun."""
    host = f"http://127.0.0.1:{shop.server_port}"
    # as on a busy machine: no worker has told of its users when the master goes on
    late = {"LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP": "0"}
    code, output, results = end(start_crew(tmp_path / "crew", host, **late), tmp_path / "crew")
    assert_well(code, results, output)
    assert sum(n for outcome, n in results["outcomes"].items() if outcome != "root span lost") == 40


def test_workers_end_when_their_master_is_told_to(shop: Shop, tmp_path: Path) -> None:
    """Ctrl+C reaches all of them: everybody ends their journey, and all of it is counted."""
    host = f"http://127.0.0.1:{shop.server_port}"
    process = start_crew(tmp_path / "crew", host, LOAD_SECONDS="600")
    wait_for_report(tmp_path / "crew")
    for pid in (process.pid, *children(process.pid)):
        os.kill(pid, signal.SIGINT)
    code, output, results = end(process, tmp_path / "crew")
    assert_well(code, results, output)
    counted = {name: one["requests"] for name, one in results["requests"].items()}
    journeys = sum(number for name, number in counted.items() if name.startswith("JOURNEY "))
    assert journeys == len({trace for _, trace in shop.seen}) > 0


def test_a_worker_that_is_lost_fails_the_run(shop: Shop, tmp_path: Path) -> None:
    """What it had counted is missing, and that is said."""
    host = f"http://127.0.0.1:{shop.server_port}"
    process = start_crew(tmp_path / "crew", host, LOAD_SECONDS="600")
    wait_for_report(tmp_path / "crew")
    os.kill(children(process.pid)[0], signal.SIGKILL)
    process.send_signal(signal.SIGINT)
    code, output, results = end(process, tmp_path / "crew")
    assert code == 1, output
    assert "workers that were lost, with what they had counted: 1" in results["failures"], output


def test_a_worker_that_dies_before_its_first_report_fails_the_run(shop: Shop, tmp_path: Path) -> None:
    """Its master has never heard of it that it began, and still misses it."""
    process = start_crew(tmp_path / "crew", f"http://127.0.0.1:{shop.server_port}", LOAD_SECONDS="4")
    wait_for("the first person", lambda: shop.seen)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    code, output, results = end(process, tmp_path / "crew")
    assert code == 1, output
    assert "workers that were lost, with what they had counted: 1" in results["failures"], output


def test_a_run_ends_when_all_its_workers_are_lost(shop: Shop, tmp_path: Path) -> None:
    """Nobody is left who could let people in: it does not wait for them for ever."""
    host = f"http://127.0.0.1:{shop.server_port}"
    process = start_crew(tmp_path / "crew", host, run_time="10m", LOAD_SECONDS="600")
    wait_for_report(tmp_path / "crew")
    for worker in children(process.pid):
        os.kill(worker, signal.SIGKILL)
    code, output, results = end(process, tmp_path / "crew")
    assert code == 1, output
    assert "workers that were lost, with what they had counted: 2" in results["failures"], output


def wait_for_report(folder: Path) -> None:
    """Until a master knows what its workers have counted."""
    told = folder / "results.json"
    wait_for("a report", lambda: told.exists() and json.loads(told.read_text())["outcomes"])


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_slow_shop_is_asked_as_often(shop: Shop, tmp_path: Path) -> None:
    """People arrive whoever is still there, each from an address of their own."""
    shop.delay = 0.8
    code, output, results = open_run(tmp_path / "run", f"http://127.0.0.1:{shop.server_port}")
    assert code == 1, output  # slower than the objective
    assert any("p95 of each call: at most 500 ms" in failure for failure in results["failures"])
    journeys = {name: one["requests"] for name, one in results["requests"].items() if name.startswith("JOURNEY")}
    assert sum(journeys.values()) == results["arrivals"] == 40
    assert max(moment["people"] for moment in results["moments"]) > 5
    assert len({address for address, _ in shop.seen}) > 5
    assert all(re.fullmatch("[0-9a-f]{32}", one["trace"]) for one in results["slowest"])


def test_a_ramp_ends_when_two_steps_do_not_hold(shop: Shop, tmp_path: Path) -> None:
    """Nobody of a later step comes, the highest rate that holds is told, and the run has failed."""
    shop.status = 500
    people = [Arrival(number * 0.2, "Visitor", number, stage=number // 5) for number in range(20)]
    write(tmp_path / "record", people)
    asked = {"LOAD_SCENARIO": "ramp", "LOAD_REPLAY": str(tmp_path / "record")}
    process = start(tmp_path, f"http://127.0.0.1:{shop.server_port}", "1m", "Gate", **asked)
    code, output, results = end(process, tmp_path)
    assert code == 1, output
    assert results["failures"] == ["0 a second hold every objective (wanted: at least 1 arrivals a second hold)"]
    assert [step["rate"] for step in results["steps"]] == [1, 2]
    assert all("requests that fail" in step["broken"][0] for step in results["steps"])
    visits = {name: number for name, number in results["outcomes"].items() if name.endswith("given up")}
    assert sum(visits.values()) - visits["log in: given up"] == 10


def test_a_ramp_goes_on_in_workers_that_have_told_what_they_saw(shop: Shop, tmp_path: Path) -> None:
    """A step whose requests are with the master already is not one without a request. Workers tell every 3 s."""
    people = [Arrival(number * 0.3, "Visitor", number, stage=number // 12) for number in range(48)]
    write(tmp_path / "record", people)
    asked = {"LOAD_SCENARIO": "ramp", "LOAD_REPLAY": str(tmp_path / "record"), "LOAD_WORKERS": "2"}
    process = start(tmp_path, f"http://127.0.0.1:{shop.server_port}", "1m", "Gate", processes(), **asked)
    code, output, results = end(process, tmp_path)
    assert code == 0, output
    assert [step["rate"] for step in results["steps"]] == [1, 2, 3, 4]
    assert len((tmp_path / "actions.jsonl").read_text().splitlines()) == 48


def test_locust_itself_refuses_another_machine(tmp_path: Path) -> None:
    """Its web page lets one change the host: nothing is sent there, and it says why."""
    code, output, results = locust(tmp_path, "http://192.0.2.1")
    assert code == 1
    assert "only this machine may be loaded" in output
    assert results["requests"] == {}


async def test_what_load_causes_is_marked_as_a_test(
    shop: Shop, tmp_path: Path, captured_spans: CapturedSpans
) -> None:
    """The server span of every call has `user_agent.synthetic.type`, so that a search can leave it out."""
    code, output, _ = locust(tmp_path, f"http://127.0.0.1:{shop.server_port}")
    assert code == 0, output
    async with client(make()) as http:
        for agent in shop.agents:
            await http.get("/things/7", headers={"User-Agent": agent})
    kinds = [(span.attributes or {}).get("user_agent.synthetic.type") for span in captured_spans.all]
    assert kinds == ["test"] * len(shop.agents) != []


@pytest.mark.parametrize("sent", [(signal.SIGTERM,), (signal.SIGINT,), (signal.SIGINT, signal.SIGINT)])
def test_a_run_that_is_ended_early_says_what_was_done(
    shop: Shop, tmp_path: Path, sent: tuple[signal.Signals, ...]
) -> None:
    """Everybody ends their journey, the table is printed, and the exit code is about failures only."""
    process = start(tmp_path, f"http://127.0.0.1:{shop.server_port}", run_time="10m")
    wait_for("a first request", lambda: shop.seen)
    for one in sent:
        process.send_signal(one)
    code, output, results = end(process, tmp_path)
    assert code == 0, output
    assert "p99 ms" in output
    assert "KeyboardInterrupt" not in output
    assert results["outcomes"]


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_page(shop: Shop, tmp_path: Path, workers: int) -> None:
    """Whatever is at work then, what was done so far is told as usual."""
    host = f"http://127.0.0.1:{shop.server_port}"
    port = free_port()
    options = f"--web-host 127.0.0.1 --web-port {port} {processes() if workers > 1 else ''}"
    process = start(tmp_path, host, "10m", options=options, LOAD_WORKERS=str(workers))
    wait_for("the page", lambda: readiness.http(f"http://127.0.0.1:{port}")(), good=lambda problem: not problem)
    if workers > 1:
        known = f"http://127.0.0.1:{port}/stats/requests"
        wait_for("the workers", lambda: len(httpx.get(known, trust_env=False).json()["workers"]) == workers)
    people = {"user_count": "2", "spawn_rate": "2", "host": host}
    swarm = f"http://127.0.0.1:{port}/swarm"
    stranger = {"Origin": "https://stranger.example"}
    assert httpx.post(swarm, data=people, headers=stranger, trust_env=False).status_code == 403
    httpx.post(swarm, data=people, trust_env=False).raise_for_status()
    wait_for_report(tmp_path)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    code, output, results = end(process, tmp_path)
    assert code == 0, output
    assert "p99 ms" in output
    assert "KeyboardInterrupt" not in output
    assert results["outcomes"]


def start_staged(folder: Path, host: str, seconds: float, options: str = "", **more: str) -> subprocess.Popen[str]:
    """Two people of `calm` who come again and again, as `./shop load calm --users 2` lets them."""
    folder.mkdir()
    asked = {"LOAD_STAGED": "1", "LOAD_USERS": "2", "LOAD_SPAWN_RATE": "2", "LOAD_SECONDS": str(seconds), **more}
    return start(folder, host, "10m", "Visitor", options, **asked)


def test_a_run_ends_with_its_last_stage(shop: Shop, tmp_path: Path) -> None:
    """Whatever Locust's own limit is."""
    process = start_staged(tmp_path / "run", f"http://127.0.0.1:{shop.server_port}", 2)
    code, output, results = end(process, tmp_path / "run")
    assert code == 0, output
    assert 2 <= results["ended"] - results["began"] < 30
    assert results["outcomes"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_with_stages_can_be_ended_early(shop: Shop, tmp_path: Path, workers: int) -> None:
    """SIGTERM, as `./shop load` gives it: everybody ends their journey, and all of it is counted."""
    host = f"http://127.0.0.1:{shop.server_port}"
    more = {"LOAD_WORKERS": "2"} if workers > 1 else {}
    process = start_staged(tmp_path / "run", host, 600, processes() if workers > 1 else "", **more)
    wait_for_report(tmp_path / "run")
    process.terminate()
    code, output, results = end(process, tmp_path / "run")
    assert code == 0, output
    journeys = {name: n for name, n in results["outcomes"].items() if name != "root span lost"}
    cut_off = sum(n for name, n in journeys.items() if name.endswith(": cut off"))  # perhaps before it asked
    seen, all_of_them = len({trace for _, trace in shop.seen}), sum(journeys.values())
    assert 0 < all_of_them - cut_off <= seen <= all_of_them


def test_a_guesser_leaves_no_refused_address_to_others(shop: Shop, tmp_path: Path) -> None:
    """The next run gives the addresses from 127.16.0.1 on to people who log in."""
    host = f"http://127.0.0.1:{shop.server_port}"
    end(start(tmp_path, host, kind="Guesser", LOAD_SCENARIO="mixed"), tmp_path)
    addresses = {address for address, _ in shop.seen}
    assert len(addresses) == 1  # there is one guesser
    assert not any(address.startswith("127.16.") for address in addresses)
