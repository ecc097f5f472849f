"""What a program of the native run is: how it is started, where it listens, when it is ready."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.installation.readiness import Ready


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    ready: Ready
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = Path("/")
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    # Files and folders whose change means that a running process is out of date.
    watch: tuple[Path, ...] = ()
    # False for a program that writes its logs to the files by itself.
    capture_stdout: bool = True


def digest(paths: Iterable[Path]) -> str:
    """A short fingerprint of what the files and folders contain."""
    total = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(str(file).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:16]
