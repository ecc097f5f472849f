"""supervisord: its configuration, its start, and its XML-RPC interface over a Unix socket."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.subprocesses import bare_environment
from deploy.native import processes
from deploy.native.programs import Program, digest


@dataclass(frozen=True)
class State:
    """What supervisord says of one program; `name` in its words: RUNNING, STARTING, BACKOFF, FATAL..."""

    name: str
    pid: int
    since: int
    error: str

    @property
    def is_started(self) -> bool:
        return self.name in ("STARTING", "RUNNING", "BACKOFF")


class Supervisor:
    """The supervisord of one installation."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._config = layout.conf / "supervisord.conf"

    def is_running(self) -> bool:
        try:
            self._call("getState")
        except OSError:
            return False
        return True

    def pid(self) -> int:
        pid: int = self._call("getPID")
        return pid

    def states(self) -> dict[str, State]:
        """The state of every program, by its name."""
        return {
            info["name"]: State(info["statename"], info["pid"], info["start"], info["spawnerr"])
            for info in self._call("getAllProcessInfo")
        }

    def apply(self, programs: Iterable[Program]) -> None:
        """Make these the programs: what is new is added, but not started; what changed or went is ended."""
        write_private(self._config, render(self._layout, programs))
        if not self.is_running():
            self._start()
            return
        ((added, changed, removed),) = self._call("reloadConfig")
        self.stop([*changed, *removed])
        for name in (*changed, *removed):
            self._call("removeProcessGroup", name)
        for name in (*changed, *added):
            self._call("addProcessGroup", name)

    def read_libraries(self) -> None:
        """Let what begins from now on begin sooner; see nursery.py."""
        with suppress(Fault):  # one that an older version started has no nursery
            self._call("read_libraries", namespace="nursery")

    def start(self, name: str) -> None:
        try:
            self._call("startProcess", name, False)
        except Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise

    def stop(self, names: Iterable[str]) -> None:
        """Stop the programs together and wait until they have ended."""
        waiting = set(names)
        for name in waiting:
            try:
                self._call("stopProcess", name, False)
            except Fault as fault:
                if fault.faultCode not in (Faults.NOT_RUNNING, Faults.BAD_NAME):
                    raise
        # supervisord itself kills what does not end within its stopwaitsecs.
        while any(state.name == "STOPPING" for name, state in self.states().items() if name in waiting):
            time.sleep(0.1)

    def shutdown(self) -> None:
        """End supervisord and with it everything it supervises."""
        pid = self.pid()
        self._call("shutdown")
        processes.end([pid], patience=60)  # it ends by itself; a zombie that nobody reaps counts as ended

    def _start(self) -> None:
        environment = {
            **bare_environment(),
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(CHECKOUT),  # for nursery.py, which takes it away
            processes.MARKER: str(self._layout.run),
        }
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config)],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + 10
        while done.returncode == 0 and time.monotonic() < deadline:
            if self.is_running():
                return
            time.sleep(0.05)
        raise ShopError(
            f"supervisord did not start. {(done.stderr or done.stdout).strip()}",
            f"Its log: {self._layout.logs / 'supervisord.log'}",
        )

    def _call(self, method: str, *arguments: Any, namespace: str = "supervisor") -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._layout.socket}")
        with ServerProxy("http://127.0.0.1", transport) as proxy:
            return getattr(getattr(proxy, namespace), method)(*arguments)


def render(layout: Layout, programs: Iterable[Program]) -> str:
    """supervisord's configuration for the programs."""
    lines = [
        "[unix_http_server]",
        f"file = {_escape(str(layout.socket))}",
        "chmod = 0700",
        "",
        "[supervisord]",
        f"logfile = {_escape(str(layout.logs / 'supervisord.log'))}",
        "logfile_maxbytes = 10MB",
        "logfile_backups = 1",
        f"pidfile = {_escape(str(layout.run / 'supervisord.pid'))}",
        "minfds = 4096",
        "umask = 077",  # of every program too: what it writes is nobody else's to read
        *(["user = root"] if os.geteuid() == 0 else []),
        "",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
        "",
        "[rpcinterface:nursery]",
        "supervisor.rpcinterface_factory = deploy.native.nursery:make",
    ]
    for program in programs:
        lines += ["", *_program(layout, program)]
    return "\n".join(lines) + "\n"


def _program(layout: Layout, program: Program) -> list[str]:
    # Not read by anybody: a changed digest makes supervisord see a changed program.
    environment = {**program.environment, "GLASSHOUSE_DIGEST": digest(program.watch)}
    output = layout.logs / f"{program.name}.log"
    return [
        f"[program:{program.name}]",
        f"command = {_escape(shlex.join(program.command))}",
        f"environment = {','.join(_assignment(*item) for item in environment.items())}",
        f"directory = {_escape(str(program.directory))}",
        *([f"user = {program.user}"] if program.user else []),
        "autostart = false",
        "autorestart = true",
        "startsecs = 3",
        "startretries = 30",
        f"stopsignal = {program.stop_signal}",
        f"stopwaitsecs = {program.stop_seconds}",
        "killasgroup = true",
        f"stdout_logfile = {_escape(str(output)) if program.capture_stdout else 'NONE'}",
        f"stderr_logfile = {_escape(str(output.with_suffix('.err.log')))}",
        "stdout_logfile_maxbytes = 50MB",
        "stdout_logfile_backups = 1",
        "stderr_logfile_maxbytes = 10MB",
        "stderr_logfile_backups = 1",
    ]


def _assignment(name: str, value: str) -> str:
    if '"' in value or "\n" in value:
        raise ShopError(f"The setting {name} contains a quote or a line break.", "Remove it.")
    return f'{name}="{_escape(value)}"'


def _escape(text: str) -> str:
    """Keep supervisord from reading a percent sign as an expansion."""
    return text.replace("%", "%%")
