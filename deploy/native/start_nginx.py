"""Become Nginx, after ending the workers of a master that was killed.

They do not notice its death: they would keep the ports, and the old configuration, for ever.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.native import processes


def main(command: list[str]) -> None:
    processes.end(processes.nginx_in(Path.cwd()), patience=1.0)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
