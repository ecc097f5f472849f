"""Small programs, run as processes of their own, whose stdout must be JSON lines."""

import json
import os
import subprocess
import sys
from typing import Any

CONTRACT = {"timestamp", "level", "service", "event", "logger", "request_id", "trace_id", "span_id", "trace_flags"}


def run(source: str, *arguments: str, **environment: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the parsed lines of `source`; each line has the keys of the contract."""
    ended = subprocess.run(
        [sys.executable, "-c", source, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=30,
        check=False,
    )
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.stderr == b"", ended.stderr.decode()
    for line in lines:
        assert line.keys() >= CONTRACT, line
    return ended.returncode, lines
