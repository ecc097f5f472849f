"""What the whole platform takes of a machine."""

import pytest

from deploy.cli import ways
from deploy.installation.layout import Layout

LIMIT = 1_400_000_000  # bytes


@pytest.mark.undisturbed
def test_all_processes_together_stay_small(platform: Layout) -> None:
    """Proportional set size of everything that `./shop status` lists, while it is new: caches fill up later."""
    rows = ways.of(platform).processes()

    assert len(rows) >= 15
    assert sum(row["pss"] or 0 for row in rows) < LIMIT, rows
