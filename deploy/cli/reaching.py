"""Which way an installation runs, for the commands that ask its stores."""

from __future__ import annotations

from deploy.containers.reach import ContainerReach
from deploy.containers.stack import Containers
from deploy.installation.layout import Layout
from deploy.native.reach import NativeReach
from deploy.operations.backup.reach import Reach


def reach(layout: Layout) -> Reach:
    """How the stores of an installation are reached."""
    return ContainerReach(layout) if isinstance(layout, Containers) else NativeReach(layout)
