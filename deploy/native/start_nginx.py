"""How an Nginx of ours is started: it becomes Nginx after ending the workers of a master that was killed.

They do not notice its death: they would keep the ports, and the old configuration, for ever.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.installation.layout import CHECKOUT, reachable_by_all
from deploy.native import packages, processes


def command(directory: Path, configuration: Path, log: Path) -> tuple[str, ...]:
    """Start it in `directory`, in which no other Nginx runs; `log` is for errors at its start."""
    return (
        *(sys.executable, "-m", "deploy.native.start_nginx", packages.program("nginx")),
        *("-p", f"{directory}/", "-c", str(configuration), "-e", str(log)),
    )


def user_line() -> str:
    """The directive for the workers' user: they read the checkout, and under a closed home only root can."""
    if os.geteuid() != 0:
        return ""
    return "user www-data;" if reachable_by_all(CHECKOUT) else "user root;"


def main(command: list[str]) -> None:
    processes.end(processes.nginx_in(Path.cwd()), patience=1.0)
    for socket in Path.cwd().glob("*.sock"):  # left by one that was killed: Nginx would not listen there
        socket.unlink()
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
