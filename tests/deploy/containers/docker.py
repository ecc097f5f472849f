"""A program in Docker's place."""

from pathlib import Path

import pytest


def pretend(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Make this shell script be `docker`."""
    program = folder / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
