"""Services as copies of supervisord, with a real one."""

import json
import os
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.installation import readiness
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native import nursery, processes
from deploy.native.programs import Program
from deploy.native.starting import start, wait
from deploy.native.supervisor import Supervisor
from tests.free_ports import free_port

NAME = "payment-provider"  # it needs no other part


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    """An installation with a supervisord, which is ended afterwards."""
    layout = Layout.at(tmp_path / "run")
    layout.make_directories()
    yield layout
    supervisor = Supervisor(layout)
    if supervisor.is_running():
        supervisor.shutdown()


def _provider(layout: Layout, port: int, **settings: str) -> Program:
    return Program(
        name=NAME,
        command=(sys.executable, "-m", "services.provider.main"),
        ports=(port,),
        ready=readiness.http(f"http://127.0.0.1:{port}/health/ready"),
        environment={"PORT": str(port), "PROVIDER_KEY": "k" * 16, "WEBHOOK_SECRET": "s" * 16, **settings},
        directory=CHECKOUT,
    )


def _command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


@pytest.mark.parametrize("read", [True, False], ids=["a copy", "a program of its own"])
def test_a_service_runs_the_same_in_both_ways(layout: Layout, read: bool) -> None:
    """It answers, logs, has its own name and settings, and ends in good order; only its beginning differs."""
    supervisor, port = Supervisor(layout), free_port()
    program = _provider(layout, port, DATABASE_URL=f"sqlite:///{layout.run}/ledger.sqlite")
    supervisor.apply([program])
    if read:
        supervisor.read_libraries()
    start(supervisor, [program])
    wait(layout, supervisor, [program])
    pid = supervisor.states()[NAME].pid
    assert ("supervisord" in _command_of(pid)) is read
    assert ("services.provider.main" in _command_of(pid)) is not read
    assert pid in processes.belonging_to(layout)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert json.load(answer) == {"status": "ok"}
    supervisor.stop([NAME])
    lines = [json.loads(line) for line in (layout.logs / f"{NAME}.log").read_text().splitlines()]
    assert {"Application startup complete.", "Application shutdown complete."} <= {line["event"] for line in lines}
    assert f"stopped: {NAME} (exit status 0)" in (layout.logs / "supervisord.log").read_text()
    assert (layout.logs / f"{NAME}.err.log").read_text() == ""


def test_a_copy_that_fails_ends_with_its_own_exit_code(layout: Layout) -> None:
    """What is wrong is in its log; no second supervisord goes on in its place."""
    supervisor, port = Supervisor(layout), free_port()
    program = _provider(layout, port)  # no DATABASE_URL
    supervisor.apply([program])
    supervisor.read_libraries()
    start(supervisor, [program])
    with pytest.raises(Exception, match="ended at its start"):
        wait(layout, supervisor, [program])
    assert "settings.invalid" in (layout.logs / f"{NAME}.log").read_text()
    assert f"exited: {NAME} (exit status 2" in (layout.logs / "supervisord.log").read_text()
    others = set(processes.belonging_to(layout)) - {supervisor.pid()}
    assert not others


def _nothing(_: Path) -> None:
    pass


def _one_more(installed: Path) -> None:
    (installed / "locust-2.dist-info").mkdir()


def _another_version(installed: Path) -> None:
    (installed / "fastapi-1.dist-info").rename(installed / "fastapi-2.dist-info")


def _the_same_again(installed: Path) -> None:
    os.utime(installed / "fastapi-1.dist-info", (1, 1))


@pytest.mark.parametrize(
    ("happens", "is_copy"),
    [(_nothing, True), (_one_more, True), (_another_version, False), (_the_same_again, False)],
)
def test_a_service_is_a_copy_while_what_was_read_is_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Path], None], is_copy: bool
) -> None:
    """`./shop load` installs libraries of its own, and services that begin after that still share theirs."""
    (tmp_path / "fastapi-1.dist-info").mkdir()
    began: list[str] = []
    options = SimpleNamespace(execve=lambda *_: began.append("a program of its own"))
    monkeypatch.setattr(nursery, "_LIBRARIES", ())
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(nursery, "_become", lambda *_: began.append("a copy"))
    made = nursery.Nursery(SimpleNamespace(options=options))
    made.read_libraries()
    happens(tmp_path)
    options.execve(sys.executable, [sys.executable, "-m", "services.provider.main"], {})
    assert began[0] == ("a copy" if is_copy else "a program of its own")
