"""The file of a backup: whole, or not taken for one."""

import io
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.installation.errors import ShopError, UsageError
from deploy.operations.backup import archive
from deploy.operations.backup.archive import Manifest

PARTS = {"orders.dump": b"o" * 70_000, "secrets/card_key": b"key", "messages.jsonl": b""}


def write(target: Path, form: int = archive.FORMAT) -> Manifest:
    """A backup of PARTS."""
    with archive.staging_folder(target) as folder:
        for name, content in PARTS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        manifest = Manifest(
            created="2026-11-25T10:00:00+00:00",
            pause_seconds=0.5,
            postgresql=15,
            revisions={"orders": "0001"},
            counts={"orders": 3},
            files=archive.describe(folder),
            format=form,
        )
        archive.write(target, folder, manifest)
    return manifest


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """The manifest and each part; only the owner may read the file, and nothing else is left in the folder."""
    target = tmp_path / "new" / "a.backup"
    written = write(target)
    assert archive.verify(target) == written
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(target.parent.iterdir()) == [target]
    for name, content in PARTS.items():
        with archive.opened(target, name) as file:
            assert file.read() == content


def test_a_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    """Wherever it ends, even between two parts."""
    whole = tmp_path / "a.backup"
    write(whole)
    content = whole.read_bytes().rstrip(b"\0")
    cut = tmp_path / "cut"
    for length in (*range(0, len(content), 512), len(content) - 1):
        cut.write_bytes(content[:length])
        with pytest.raises(ShopError, match=r"not a complete backup|damaged"):
            archive.verify(cut)


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    """And the part that it is in is named."""
    target = tmp_path / "a.backup"
    write(target)
    content = target.read_bytes()
    target.write_bytes(content.replace(b"ooo", b"oxo", 1))
    with pytest.raises(ShopError, match=r"orders\.dump"):
        archive.verify(target)


def test_a_change_anywhere_is_noticed(tmp_path: Path) -> None:
    """In the manifest too; only what fills the blocks may be anything."""
    target = tmp_path / "a.backup"
    written = write(target)
    content = bytearray(target.read_bytes().rstrip(b"\0"))
    for position in (*range(0, 3_000, 13), *range(3_000, len(content), 9_973)):
        before = content[position]
        content[position] ^= 1
        target.write_bytes(content)
        content[position] = before
        if before:
            with pytest.raises(ShopError, match=r"not a complete backup|damaged"):
                archive.verify(target)
        else:
            with suppress(ShopError):
                assert archive.verify(target) == written


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A text, and a tar of something else."""
    other = tmp_path / "other"
    other.write_text("not a backup at all")
    with pytest.raises(ShopError, match="not a complete backup"):
        archive.verify(other)
    with tarfile.open(other, "w") as tar:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = 2
        tar.addfile(entry, io.BytesIO(b"{}"))
    with pytest.raises(ShopError, match="not a complete backup"):
        archive.verify(other)


def test_a_format_to_come_is_refused(tmp_path: Path) -> None:
    """It may say what this version does not know of."""
    target = tmp_path / "a.backup"
    write(target, archive.FORMAT + 1)
    with pytest.raises(ShopError, match="format"):
        archive.verify(target)


def test_no_file_is_replaced(tmp_path: Path) -> None:
    """An older backup stays what it is."""
    target = tmp_path / "a.backup"
    target.write_text("precious")
    with pytest.raises(UsageError, match="exists"):
        write(target)
    assert target.read_text() == "precious"


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    """Neither the file nor its parts, which have secrets among them."""

    def fail() -> None:
        with archive.staging_folder(tmp_path / "a.backup") as folder:
            (folder / "card_key").write_text("secret")
            raise OSError("no room on the disk")

    with pytest.raises(OSError, match="disk"):
        fail()
    assert list(tmp_path.iterdir()) == []
