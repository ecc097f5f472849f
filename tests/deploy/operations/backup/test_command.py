"""What `./shop backup` says when it fails."""

import io
import os
import signal
import tempfile
from pathlib import Path
from unittest.mock import Mock

import pytest
from rich.console import Console

from deploy.cli import backup, restore, ways
from deploy.cli.parsing import parse
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.layout import Layout
from deploy.operations.asking import CouldNotAskError
from deploy.operations.backup import object_storage

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # of the examples of age


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), CouldNotAskError("Redis is silent")])
def test_a_failure_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """That there is no backup, and why."""
    layout = Layout.at(tmp_path)
    layout.make_directories()
    monkeypatch.setattr(backup, "take", Mock(side_effect=error))
    with pytest.raises(ShopError, match=r"No backup was written: .*(no space|silent)"):
        backup.run(ways.of(layout), Console(quiet=True), file=str(tmp_path / "a.backup"))


@pytest.mark.parametrize(
    "words",
    [
        ["backup", "s3://bucket/shop"],
        ["backup", "here.backup", "--recipient", "age1x"],
        ["backup", "--recipient", "age1x"],
        ["backup", "s3://bucket/shop", "--recipient", "age1x", "--keep", "0"],
        ["backup", "here.backup", "--keep", "3"],
        ["restore", "s3://bucket/shop"],
        ["restore", __file__, "--identity", "key"],
    ],
)
def test_what_leaves_the_machine_is_encrypted(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A place without a key, or a key for a file here, is a mistake."""
    with pytest.raises(SystemExit, match="2"):
        parse(words)
    said = capsys.readouterr().err
    assert any(part in said for part in ("not a whole number above 0", "belong together", "--keep is for a place"))


@pytest.mark.parametrize(
    ("place", "recipient", "said"),
    [
        ("s3://bucket/shop", "age1nonsense", "no public key"),
        ("memory:///shop", RECIPIENT, "no place for backups"),
        ("file:///no/such/folder", RECIPIENT, "no place for backups"),
    ],
)
def test_what_can_be_no_place_is_said_before_writes_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, recipient: str, said: str
) -> None:
    """Nobody waits for a backup that comes to nothing."""
    monkeypatch.setattr(backup, "take", take := Mock())
    with pytest.raises(UsageError, match=said):
        backup.run(ways.of(Layout.at(tmp_path)), Console(quiet=True), file=place, recipient=recipient)
    take.assert_not_called()


def test_it_is_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted, and nothing that can be read stays here."""
    (place := tmp_path / "place").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def take(_: object, target: Path, *, tell: object) -> Mock:
        target.write_bytes(b"secrets")
        return Mock(counts={"orders": 1}, created="now", pause_seconds=0.1)

    monkeypatch.setattr(backup, "take", take)
    console = Console(file=(output := io.StringIO()), width=200)
    layout = Layout.at(tmp_path / "run")
    assert backup.run(ways.of(layout), console, file=place.as_uri(), recipient=RECIPIENT, keep=1) == 0
    (file,) = place.iterdir()
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert f"Put away as {place.as_uri()}/{file.name}." in output.getvalue()
    assert list(tmp_path.iterdir()) == [place]


def test_a_restore_that_is_told_to_end_leaves_no_open_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has all secrets in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def fetch(address: str, _: Path, target: Path) -> str:
        target.write_text("secrets")
        os.kill(os.getpid(), signal.SIGTERM)
        return address

    monkeypatch.setattr(object_storage, "fetch", fetch)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as in every command
    layout = Layout.at(tmp_path / "run")
    try:
        with pytest.raises(KeyboardInterrupt):
            restore.run(ways.of(layout), Console(quiet=True), file="s3://a", replace=True, identity="key")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert list(tmp_path.iterdir()) == []
