"""How a command of ./shop ends that somebody else ends."""

import os
import signal
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.cli.command import Command, go_on

ENDING = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """What pytest makes of these signals comes back after the test."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("in_cluster", [False, True])
@pytest.mark.parametrize(("is_ignored", "code"), [(False, 130), (True, 0)])
@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_whoever_ends_a_command_ends_it_like_ctrl_c(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    is_ignored: bool,
    code: int,
    in_cluster: bool,
) -> None:
    """It puts back what it changed; under nohup, which ignores a closed terminal, it goes on."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path / "run"))
    signal.signal(number, signal.SIG_IGN if is_ignored else lambda *_: None)
    put_back = []

    def run(*_: object) -> int:
        try:
            os.kill(os.getpid(), number)
        finally:
            put_back.append(signal.getsignal(number))
        return 0

    command = Command(name="x", group="run", usage="x", summary="x", run=run, without_platform=go_on)
    assert main._run(command, Namespace(kubernetes=in_cluster), []) == code
    assert put_back == [signal.SIG_IGN if is_ignored else main._interrupt]
