"""What runs in containers, in the terms of `./shop status`."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from typing import Any

from deploy.containers.stack import Containers

_UNITS = {"B": 1, "kB": 10**3, "KiB": 2**10, "MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30}
_SIZE = re.compile(r"(?P<number>[\d.]+)(?P<unit>[A-Za-z]+)")


def collect(stack: Containers) -> list[dict[str, Any]]:
    """Every container that is meant to run, as `Installation.processes` has it; rss and pss: bytes in use."""
    ids = [row["ID"] for row in stack.containers() if row["State"] != "exited" or row["ExitCode"] != 0]
    if not ids:
        return []
    memory = _memory(stack, ids)
    return sorted(
        (_row(details, memory) for details in json.loads(stack.docker("inspect", *ids))),
        key=lambda row: str(row["name"]),
    )


def _row(details: dict[str, Any], memory: dict[str, int]) -> dict[str, Any]:
    state, labels = details["State"], details["Config"]["Labels"]
    started = datetime.fromisoformat(state["StartedAt"][:19] + "+00:00").timestamp()
    used = memory.get(details["Id"], 0)
    ports = details.get("NetworkSettings", {}).get("Ports") or {}
    return {
        "name": f"{labels['com.docker.compose.service']}-{labels['com.docker.compose.container-number']}",
        "state": state.get("Health", {}).get("Status") or state["Status"],
        "health": state.get("Health", {}).get("Status"),
        "ports": sorted({int(bound["HostPort"]) for all_bound in ports.values() for bound in all_bound or ()}),
        "restarts": details.get("RestartCount", 0),
        "pid": state["Pid"] or None,
        "uptime": round(max(0.0, time.time() - started), 1) if state["Running"] else 0,
        "rss": used,
        "pss": used,
    }


def _memory(stack: Containers, ids: list[str]) -> dict[str, int]:
    output = stack.docker("stats", "--no-stream", "--no-trunc", "--format", "{{json .}}", *ids)
    return {row["ID"]: size(row["MemUsage"].partition("/")[0]) for row in map(json.loads, output.splitlines())}


def size(text: str) -> int:
    """Bytes of what `docker stats` prints, such as 72.4MiB; 0 for a container that does not run."""
    found = _SIZE.search(text)
    return round(float(found["number"]) * _UNITS[found["unit"]]) if found else 0
