"""What `./shop backup` says when it fails."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from rich.console import Console

from deploy.cli import backup, ways
from deploy.cli.parsing import parse
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


@pytest.mark.parametrize(
    "words",
    [
        ["backup", "s3://bucket/shop"],
        ["backup", "here.backup", "--recipient", "age1x"],
        ["backup", "--recipient", "age1x"],
        ["backup", "s3://bucket/shop", "--recipient", "age1x", "--keep", "0"],
        ["restore", "s3://bucket/shop"],
        ["restore", __file__, "--identity", "key"],
    ],
)
def test_what_leaves_the_machine_is_encrypted(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A place without a key, or a key for a file here, is a mistake."""
    with pytest.raises(SystemExit, match="2"):
        parse(words)
    assert "--keep is 1" in (said := capsys.readouterr().err) or "belong together" in said
