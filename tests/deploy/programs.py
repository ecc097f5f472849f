"""Programs that tests put on a machine."""

from pathlib import Path


def put(path: Path, script: str) -> Path:
    """A program that is this script of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
