"""The three ways to run: which one an installation has, and which one a new one gets. No other command asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deploy.containers.installation import InContainers
from deploy.containers.stack import Containers, engine_answers
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.installation import InCluster
from deploy.native import postgres
from deploy.native.installation import Native
from deploy.native.supervisor import Supervisor
from deploy.operations.installation import Installation

__all__ = ["choose", "cluster", "current", "of"]


def of(layout: Layout) -> Installation:
    """The installation that has this layout."""
    return InContainers(layout) if isinstance(layout, Containers) else Native(layout)


def current() -> Installation:
    """The installation that the environment names, in containers or not."""
    layout = Layout.from_environment()
    return of(Containers.remembered(layout) or layout)


def cluster() -> InCluster:
    """The installation in the cluster that kubectl speaks to. Raises `ShopError`."""
    return InCluster(Cluster.beside(Layout.from_environment()))


def choose(
    layout: Layout, *, docker: bool, native: bool, profile: str | None = None, values: Sequence[Path] = ()
) -> Installation:
    """What was asked for; else what is here; else containers where an engine answers. Raises `ShopError`.

    profile, values: of values, for a cluster.
    """
    if isinstance(layout, Cluster):
        return InCluster(layout, profile, values)
    in_containers = isinstance(layout, Containers)
    runs_natively = Supervisor(layout).is_running()
    is_native = not in_containers and postgres.has_data(layout)
    if (native and in_containers) or (docker and runs_natively):
        raise ShopError(
            f"The platform already runs {'in containers' if in_containers else 'as processes of this machine'}.",
            "Stop it first: ./shop down",
        )
    if docker and is_native:
        raise ShopError(
            "This folder has data of the native run, and containers would replace the secrets of those data.",
            "Give the containers their own directory: SHOP_RUN_DIR=<path>. Or delete the data: ./shop down --wipe",
        )
    if docker and not engine_answers():
        raise ShopError("No Docker Engine with Compose answers.", "./shop up --native needs none.")
    if in_containers or docker:
        return InContainers(Containers.planned(layout))
    if native or runs_natively or is_native or not engine_answers():
        return Native(layout)
    return InContainers(Containers.planned(layout))
