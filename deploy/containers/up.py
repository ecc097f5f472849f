"""Bringing the platform up and down in containers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from deploy.containers.outdated import outdated
from deploy.containers.stack import Containers
from deploy.installation.errors import ShopError
from deploy.installation.progress import command_lock, step

_PATIENCE = 600  # seconds for everything to become healthy; a first start pulls images


def up(stack: Containers, console: Console, *, replicas: Mapping[str, int] | None = None) -> Containers:
    """Build, start, wait until everything is healthy; harmless when it already is. Raises `ShopError`."""
    stack.make_directories()
    with command_lock(stack, console):
        stack.check_pages()
        with step(console, "Building images (some minutes, the first time)"):
            stack.compose("build", "--quiet", log=_log(stack))
        remembered = stack.remember()  # first: ./shop down finds what a start that failed has left
        with step(console, "Starting containers and waiting until they are healthy"):
            start(stack, replicas or {}, "--remove-orphans")
        stack.compose("cp", "secrets:/run/secrets/all/.", str(stack.secrets))
        return remembered


def start(stack: Containers, replicas: Mapping[str, int], *options: str) -> None:
    """Start what does not run or has an old configuration, and wait until everything is healthy.

    options: of `docker compose up`.
    """
    log = _log(stack)
    up = ("up", "--detach", "--wait", "--wait-timeout", str(_PATIENCE))
    scale = {name: f"--scale={name}={number}" for name, number in replicas.items()}
    # Its exit code is no reliable witness: steps that ended well count as failures. We see for ourselves.
    stack.compose(*up, *options, *scale.values(), log=log, check=False)
    if old := outdated(stack):
        more = (scale[name] for name in old if name in scale)  # Compose refuses those that it does not start
        stack.compose(*up, "--no-deps", "--force-recreate", *more, *old, log=log, check=False)
    if trouble := _trouble(stack):
        said = "".join(f"\n  {line[:300]}" for line in log.read_text().splitlines()[-3:])
        raise ShopError(
            f"Not everything is well:{trouble}{said}",
            f"The whole output is in {log}. Mend the cause, then ./shop up again.",
        )


def down(stack: Containers, *, wipe: bool = False) -> None:
    """Stop and remove every container; with `wipe` also all data and secrets."""
    with command_lock(stack):
        # Without a profile's name Compose leaves its containers alone, and says nothing of a volume that they use.
        stack.compose("--profile=*", "down", "--remove-orphans", *(["--volumes"] if wipe else []))
        if wipe and (left := stack.volumes()):
            raise ShopError(
                f"A container still uses what should be deleted: {', '.join(left)}.",
                f"docker ps --all --filter volume={left[0]} shows it. Remove it, then ./shop down --wipe again.",
            )
        stack.forget()
        if wipe:
            shutil.rmtree(stack.run)


def _log(stack: Containers) -> Path:
    return stack.logs / "compose.log"


def _trouble(stack: Containers) -> str:
    """Each container that failed, is not healthy or was never started, with its last lines."""
    report = ""
    wanted = stack.services()  # not Locust's, which ends with an exit code of its own
    for row in (row for row in stack.containers() if row["Service"] in wanted):
        done = row["State"] == "exited" and row["ExitCode"] == 0
        well = row["State"] == "running" and row["Health"] in ("healthy", "")
        if not (done or well):
            lines = stack.compose("logs", "--no-color", "--no-log-prefix", "--tail=5", row["Service"]).splitlines()
            report += f"\n  {row['Service']}: {row['Status']}" + "".join(f"\n    {line[:300]}" for line in lines)
    return report
