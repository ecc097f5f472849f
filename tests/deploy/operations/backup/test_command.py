"""What `./shop backup` says when it fails."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from rich.console import Console

from deploy.cli import backup, ways
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations.asking import CouldNotAskError


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), CouldNotAskError("Redis is silent")])
def test_a_failure_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """That there is no backup, and why."""
    layout = Layout.at(tmp_path)
    layout.make_directories()
    monkeypatch.setattr(backup, "take", Mock(side_effect=error))
    monkeypatch.setattr("signal.signal", Mock())
    with pytest.raises(ShopError, match=r"No backup was written: .*(no space|silent)"):
        backup.run(ways.of(layout), Console(quiet=True), file=str(tmp_path / "a.backup"))
