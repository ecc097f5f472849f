"""Which containers began before a file that they read was changed. Compose looks into its own files only.

It covers what a container mounts from this folder, and its own folder of the volume `secrets`.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.containers.stack import Containers
from deploy.installation.errors import ShopError

# They read their secrets at the first start only.
_READ_ONCE = frozenset({"postgres", "mongo"})


def outdated(stack: Containers) -> list[str]:
    """The services of these containers."""
    services = stack.services()
    running = {row["ID"]: row["Service"] for row in stack.containers() if row["State"] == "running"}
    if not running:
        return []
    began: dict[str, float] = {}
    for details in json.loads(stack.docker("inspect", *running)):
        name = details["Config"]["Labels"]["com.docker.compose.service"]
        start = datetime.fromisoformat(details["State"]["StartedAt"]).timestamp()
        began[name] = min(start, began.get(name, start))
    written = _secrets_written(stack)
    return sorted(
        name
        for name, start in began.items()
        if start < max(_files_changed(services.get(name, {})), written.get(name, 0.0))
    )


def _files_changed(service: Mapping[str, Any]) -> float:
    """When the newest file that the service mounts was written, moved to its place, or taken away."""
    sources = [Path(mount["source"]) for mount in service.get("volumes", ()) if mount["type"] == "bind"]
    paths = (path for source in sources for path in (source, *source.rglob("*")))
    return max((path.lstat().st_ctime for path in paths if "__pycache__" not in path.parts), default=0.0)


def _secrets_written(stack: Containers) -> dict[str, float]:
    """When the newest secret of each container was written: `secrets` leaves alone what stays the same."""
    written: dict[str, float] = {}
    command = ["docker", "cp", f"{stack.container('secrets')}:/run/secrets", "-"]
    done = subprocess.run(command, env=stack.variables, capture_output=True)
    if done.returncode != 0:
        raise ShopError(
            f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')}"
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:  # only in memory: these are secrets
        for member in archive:
            if member.isfile():
                name = Path(member.name).parts[1]
                written[name] = max(float(member.mtime), written.get(name, 0.0))
    return {name: time for name, time in written.items() if name not in _READ_ONCE}
