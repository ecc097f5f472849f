"""`./shop load`: what it refuses, and what it tells Locust."""

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.cli import load
from deploy.cli.load import Options
from deploy.cli.main import main
from deploy.installation.layout import Layout
from loadtests import scenario
from tests.platform.ports import unused_offset

MIXED = scenario.read("mixed")
AS_IT_IS = Options()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of which nothing runs."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(unused_offset()))


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            [],
            ["nothing"],
            ["mixed", "--users", "0"],
            ["mixed", "--users", "many"],
            ["mixed", "--spawn-rate", "-1"],
        ),
        *(
            ["mixed", "--run-time", "soon"],
            ["mixed", "--run-time", ""],
            ["mixed", "--workers", "0"],
            ["mixed", "--workers", "17"],
            ["flash_sale", "--workers", "2"],
        ),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wrong, what may have been meant, and exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(["load", *arguments])
    assert caught.value.code == 2
    assert "./shop load" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["checkout", "--users", "3"],
        ["checkout", "--spawn-rate", "3"],
        ["mixed", "--rate", "2"],
        ["mixed", "--record", "file"],
        ["ramp", "--rate", "2"],
        ["ramp", "--run-time", "2m"],
        ["checkout", "--replay", "file", "--seed", "1"],
    ],
)
def test_what_a_scenario_does_not_have_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """How people come is the scenario's: as users or as arrivals. A replay has everything already."""
    with pytest.raises(SystemExit) as caught:
        main(["load", *arguments])
    assert caught.value.code == 2
    assert f"./shop load takes no {arguments[-2]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mixed", "--users", "10001"], "./shop load takes --users up to 10000."),
        (["checkout", "--rate", "10000.5"], "./shop load takes --rate up to 10000."),
        (["checkout", "--record", "/nowhere/at/all"], "No file can be written at /nowhere/at/all."),
        (["checkout", "--record", "/"], "No file can be written at /."),
    ],
)
def test_what_cannot_be_done_is_refused_before_the_load(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not after it."""
    with pytest.raises(SystemExit) as caught:
        main(["load", *arguments])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("rate", "said"), [(1.0, "Up to 1 person comes"), (2.5, "Up to 2.5 people come")])
def test_the_plan_counts_people_as_one_speaks(rate: float, said: str) -> None:
    """One comes, and others come."""
    layout = Layout.from_environment()
    assert said in load._plan(layout, scenario.read("checkout"), Options(rate=rate))


def test_a_record_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, and not as the number of an error."""
    missing = tmp_path / "missing"
    assert main(["load", "checkout", "--replay", str(missing), "--host", "http://127.0.0.1:9"]) == 2
    assert f"✗ There is no file {missing}." in capsys.readouterr().err


def test_a_file_that_is_no_record_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent."""
    (tmp_path / "record").write_text("no JSON")
    host = ["--host", "http://127.0.0.1:9"]
    assert main(["load", "checkout", "--replay", str(tmp_path / "record"), *host]) == 2
    error = capsys.readouterr().err
    assert f"✗ {tmp_path / 'record'} is no record of arrivals: " in error
    assert "--record" in error


def test_another_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent."""
    with pytest.raises(SystemExit) as caught:
        main(["load", "mixed", "--host", "http://example.com"])
    assert caught.value.code == 2
    assert "no address of this machine" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["abc", "80 80", ""])
def test_an_address_that_is_none_is_said(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And one where something answers that is no HTTP; no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_greet, args=(server,), daemon=True)
        thread.start()
        assert main(["load", "mixed", "--host", f"http://127.0.0.1:{port or server.getsockname()[1]}"]) == 1
    assert "The shop does not answer" in capsys.readouterr().err


def _greet(server: socket.socket) -> None:
    with suppress(OSError), server.accept()[0] as connection:
        connection.sendall(b"-ERR this is no HTTP\r\n\r\n")


def test_a_shop_that_does_not_run_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do."""
    assert main(["load", "mixed"]) == 1
    error = capsys.readouterr().err
    assert "The shop does not answer" in error
    assert "./shop up" in error


def test_a_busy_page_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The port of Locust's page and who has it."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    layout = Layout.from_environment()
    with HTTPServer(("127.0.0.1", layout.port("locust")), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        assert main(["load", "mixed", "--ui", "--host", layout.url("locust")]) == 1
        server.shutdown()
        thread.join()
    assert f"Port {layout.port('locust')}, wanted by Locust's page, is in use" in capsys.readouterr().err


def test_the_scenario_says_who_comes_not_locusts_options(tmp_path: Path) -> None:
    """Only a page may ask for something else, and workers are asked for by their number."""
    layout = Layout.at(tmp_path)
    staged = load.command(layout, AS_IT_IS, "http://127.0.0.1")
    asked = load.command(layout, Options(users=50, run_time=300), "http://127.0.0.1")
    page = load.command(layout, Options(ui=True), "http://127.0.0.1")
    crew = load.command(layout, Options(workers=3), "http://127.0.0.1")

    assert not {"--users", "--run-time", "--processes"} & set(staged)
    assert asked == staged
    assert _after(page, "--web-host", "--web-port") == ["127.0.0.1", "8089"]
    assert "--headless" in staged
    assert "--headless" not in page
    assert _after(crew, "--processes", "--master-bind-host", "--master-port") == ["3", "127.0.0.1", "25557"]


def _after(command: list[str], *options: str) -> list[str]:
    return [command[command.index(option) + 1] for option in options]
