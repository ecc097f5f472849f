"""./shop load beside a test, as a user would start it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from deploy.installation.layout import Layout
from loadtests import faults
from tests.waiting import wait_for


class Load:
    """A scenario that runs inside the block, and ends with it (or by itself); then it says what came of it."""

    code: int  # its exit code

    def __init__(self, platform: Layout, scenario: str, *options: str) -> None:
        self._folder = platform.run / "load"
        self._log = platform.logs / f"load-{scenario}.txt"
        self._command = [sys.executable, "-m", "deploy.cli", "load", scenario, "--no-reconcile", *options]
        self._environment = {
            **os.environ,
            "SHOP_RUN_DIR": str(platform.run),
            "SHOP_PORT_OFFSET": str(platform.offset),
        }
        self._platform = platform

    def __enter__(self) -> Self:
        (self._folder / "results.json").unlink(missing_ok=True)
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._platform.checkout,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that all of it can be killed if it does not end
            )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self.code = self._process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self.code = self._process.wait()

    def until_busy(self) -> None:
        """Wait for its first line of progress."""
        wait_for("the load to begin", lambda: "users, " in self.output or self._process.poll() is not None)
        assert self._process.poll() is None, self.output

    def fault(self) -> AbstractContextManager[None]:
        """What fails inside the block is no failure of the load."""
        return faults.announced(self._folder / "fault.json")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self._log.read_text(encoding="utf-8")

    @property
    def results(self) -> dict[str, Any]:
        """Its numbers so far."""
        found: dict[str, Any] = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))
        return found

    def has_done(self, journeys: Iterable[str]) -> bool:
        """Whether each of the journeys came to its end at least once."""
        return set(journeys) <= set(self.results["outcomes"])
