"""`./shop up --kubernetes`: the chart is packed, and Helm installs or upgrades it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.progress import step
from deploy.kubernetes.cluster import RELEASE, Cluster, need
from deploy.kubernetes.pack import CHART, pack

__all__ = ["PROFILES", "up", "upgrade"]

PROFILES: Mapping[str, tuple[str, ...]] = {
    "small": ("values-small.yaml",),
    "local": ("values-small.yaml", "values-local.yaml"),
    "production": ("values-production.yaml",),
}
_PATIENCE = 600  # seconds until everything must be ready; a first installation pulls images
_SLACK = 60.0  # seconds that Helm may take besides waiting
_RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def up(cluster: Cluster, console: Console, profile: str | None, values: Sequence[Path]) -> None:
    """Install or upgrade, and wait until every pod is ready. Raises ShopError.

    profile: one of PROFILES; None: `small` at the installation, later what was given then.
    values: files with more of them.
    """
    need("kubectl", "helm")
    _make_namespace(cluster)
    release = cluster.release()
    if release and release["status"].startswith("pending"):
        command = "uninstall" if release["status"] == "pending-install" else "rollback"
        raise ShopError(
            f"The release {RELEASE} is {release['status']}: another command is at work, or died.",
            f"If it died: helm --namespace {cluster.namespace} {command} {RELEASE}, then try again.",
        )
    chosen = profile or ("" if release else "small")
    files = [*(CHART / name for name in PROFILES.get(chosen, ())), *values]
    with step(console, f"Installing into the namespace {cluster.namespace}, until every pod is ready"):
        upgrade(cluster, *(f"--values={file}" for file in files), seconds=_PATIENCE)


def upgrade(cluster: Cluster, *options: str, seconds: float) -> None:
    """Helm's upgrade to the chart of this checkout, with the values that the release has. Raises ShopError.

    options: values that change. seconds: until the Job that migrates must be complete, and then every pod ready.
    """
    chart = pack(cluster.run / "chart")
    cluster.helm(
        *("upgrade", "--install", RELEASE, str(chart), "--reset-then-reuse-values", *options),
        *("--wait", "--wait-for-jobs", f"--timeout={seconds:.0f}s"),
        seconds=3 * seconds + _SLACK,  # Helm counts each wait anew; killed, it leaves a release under way for ever
    )


def _make_namespace(cluster: Cluster) -> None:
    name = cluster.namespace
    if not cluster.kubectl("get", f"namespace/{name}", "--ignore-not-found", "--output=name").strip():
        namespace = {"name": name, "labels": _RESTRICTED}
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": namespace}
        cluster.kubectl("create", "--filename=-", given=json.dumps(made))
