"""./shop test"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.markup import escape

from deploy.containers.stack import engine_answers
from deploy.installation import subprocesses
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.progress import step
from deploy.native import packages

_TESTS = CHECKOUT / "tests"
_FAILED, _NO_TESTS = 1, 5  # pytest's exit codes
_FEW = 10  # failures; more are no accident
# Tests mostly wait, so more of them run at once than there are processors: two begin with the tests of the whole
# platform, which are the longest by far, and beside them runs one folder after another (tests/side_by_side.py).
_SIDE_BY_SIDE = 3
# Drills mostly watch what happens on a platform of their own. Nothing else runs then, since each alert counts.
_DRILLS = 4


def run(layout: Layout, console: Console, *, full: bool, docker: bool, arguments: list[str]) -> int:
    """Everything that has to hold, each check to its end; the exit code is 0 only if all do."""
    if docker:
        return _in_containers(console, layout, full=full, arguments=arguments)
    _install(layout, console)
    apart = full and "-n" in pytest(arguments)  # drills come last, and by themselves
    selection = ["-m", "not full"] if not full else ["-m", "not drill and not brief"] if apart else []
    checks = {"lint": ["ruff", "check", "."], "format": ["ruff", "format", "--check", "."]}
    results = {name: _check(console, layout, name, command) for name, command in checks.items()}
    with ThreadPoolExecutor(1) as pool:
        types = pool.submit(_beside, layout, ["mypy", "."])  # tests mostly wait, and leave it a processor
        results["tests"] = _tests(layout, console, [*selection, *arguments])
        results["types"], output = types.result()
    if apart:
        code, seconds = _tests(layout, console, ["-m", "drill", *arguments], at_once=_DRILLS)
        results["drills"] = (0 if code == _NO_TESTS else code, seconds)
    console.rule("types: mypy .")
    print(output, end="")
    console.rule("Summary")
    for name, (code, seconds) in results.items():
        outcome = "[green]passed[/]" if code == 0 else f"[bold red]failed[/] (exit code {code})"
        console.print(f"  {name:8} {outcome}  [dim]{seconds:.0f} s[/]")
    return 0 if all(code == 0 for code, _ in results.values()) else 1


def _in_containers(console: Console, layout: Layout, *, full: bool, arguments: list[str]) -> int:
    """The tests of a whole platform, on one in containers."""
    if not engine_answers():
        raise ShopError("No Docker Engine with Compose answers.", "./shop test needs none.")
    _install(layout, console)  # ab, and promtool
    marker = "not native" if full else "not native and not full"
    command = [
        "pytest",
        "-m",
        marker,
        *(arguments or ["tests/e2e"]),
    ]
    return _check(console, layout, "tests", command, {"SHOP_TEST_DOCKER": "1"})[0]


def _tests(
    layout: Layout, console: Console, arguments: list[str], *, at_once: int = _SIDE_BY_SIDE
) -> tuple[int, float]:
    """Exit code and seconds of the tests. The few that fail beside others run once more, alone.

    Those that pass then are named: they, or what they test, cannot stand a busy machine.
    """
    command = pytest(arguments, at_once=at_once)
    if "-n" not in command:
        return _check(console, layout, "tests", command)
    code, seconds = _check(console, layout, "tests", [*command, "--cache-clear"])
    failed = _failed(layout)
    if code != _FAILED or not 0 < len(failed) <= _FEW:
        return code, seconds
    code, more = _check(console, layout, "what failed, alone", ["pytest", "--last-failed", *arguments])
    for name in sorted(failed - _failed(layout)):
        console.print(f"[yellow]unsteady[/]: it failed beside others, and passed alone: {escape(name)}")
    return code, seconds + more


def _failed(layout: Layout) -> set[str]:
    """The names of the tests that failed when they ran last."""
    file = layout.checkout / ".pytest_cache/v/cache/lastfailed"
    return set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()


def pytest(arguments: list[str], *, at_once: int = _SIDE_BY_SIDE) -> list[str]:
    """The command for all tests, several at a time; for chosen files or folders, one after the other."""
    paths = [CHECKOUT / argument.partition("::")[0] for argument in arguments]
    chosen = any(_TESTS in path.resolve().parents and path.exists() for path in paths)
    if chosen:
        return ["pytest", *arguments]
    return ["pytest", "-n", str(at_once), "--dist", "loadgroup", "--no-loadscope-reorder", *arguments]


def _check(
    console: Console, layout: Layout, name: str, command: list[str], environment: dict[str, str] | None = None
) -> tuple[int, float]:
    console.rule(f"{name}: {shlex.join(command)}")
    began = time.monotonic()
    sys.stdout.flush()
    inherited = {**os.environ, **(environment or {})}
    code = subprocesses.run([sys.executable, "-m", *command], cwd=layout.checkout, env=inherited)
    return code, time.monotonic() - began


def _beside(layout: Layout, command: list[str]) -> tuple[tuple[int, float], str]:
    """The check's exit code and seconds, and what it said: for one that runs beside another."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=layout.checkout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return (done.returncode, time.monotonic() - began), done.stdout.decode()


def _install(layout: Layout, console: Console) -> None:
    if wanted := packages.missing([*packages.SERVERS, *packages.TOOLS]):
        layout.make_directories()
        with step(console, f"Installing {', '.join(package.name for package in wanted)}"):
            packages.ensure(wanted, layout.logs / "apt.log")
