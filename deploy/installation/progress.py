"""Showing what is under way, and keeping two commands from doing it at once."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from deploy.installation.layout import Layout


@contextmanager
def step(console: Console, text: str) -> Iterator[None]:
    """Show that something is under way, then that it is done and how long it took."""
    began = time.monotonic()
    with console.status(text):
        yield
    console.print(f"[green]✓[/] {text}  [dim]{time.monotonic() - began:.1f} s[/]")


def telling(console: Console) -> Callable[[str], None]:
    """What prints each thing as it begins, with the seconds since the first."""
    began = time.monotonic()
    return lambda text: console.print(f"  {time.monotonic() - began:5.1f} s  {text}", soft_wrap=True)


@contextmanager
def command_lock(layout: Layout, console: Console | None = None) -> Iterator[None]:
    """Let one `up` or `down` of an installation run at a time; the second waits."""
    (layout.run / "lock").touch(mode=0o600)
    with locked(layout.run / "lock", console):
        yield


@contextmanager
def locked(path: Path, console: Console | None = None) -> Iterator[None]:
    """Let one process at a time hold the file `path`, which is not changed; the second waits."""
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with (console or Console(quiet=True)).status("Waiting for another ./shop that is at work here"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
