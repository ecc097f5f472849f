"""The file: a tar of a manifest and a file for each store. It has its name only once it is whole and on the disk.

The files in it are compressed each by itself, so that every one can be read as a stream.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from deploy.installation.errors import ShopError, UsageError, reason

FORMAT = 1
_MANIFEST, _SUM = "manifest.json", "manifest.sha256"
_LONGEST_MANIFEST = 1_000_000  # bytes


@dataclass(frozen=True)
class Manifest:
    """What is in a backup.

    created: the moment of the cut, RFC 3339; postgresql: its major version; revisions: of the migrations, by
    database; counts: rows or documents, by their kind; files: by name, the size in bytes and the SHA-256.
    """

    created: str
    pause_seconds: float
    postgresql: int
    revisions: Mapping[str, str]
    counts: Mapping[str, int]
    files: Mapping[str, tuple[int, str]]
    format: int = FORMAT


def must_be_free(target: Path) -> None:
    """Raises UsageError when there is something of that name already."""
    if target.exists():
        raise UsageError(f"{target} exists.", "A backup never replaces a file. Give another name.")


@contextmanager
def staging_folder(target: Path) -> Iterator[Path]:
    """A folder beside the file to be, for its parts; only its owner can look into it, and it is gone at the end.

    Raises UsageError when there is such a file already.
    """
    must_be_free(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))  # mode 0700
    except OSError as error:
        raise ShopError(f"No backup can be written there: {reason(error)}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def describe(folder: Path) -> dict[str, tuple[int, str]]:
    """Each file of a folder, by its path in it: size and SHA-256."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path.relative_to(folder))] = (path.stat().st_size, digest)
    return found


def write(target: Path, folder: Path, manifest: Manifest) -> None:
    """Put the files that the manifest names together. Until the last step there is no file of that name."""
    unfinished = folder / ".tar"
    with unfinished.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        with tarfile.open(fileobj=file, mode="w") as tar:
            text = json.dumps(asdict(manifest), indent=2).encode()
            for name, content in ((_MANIFEST, text), (_SUM, _sum(text))):
                tar.addfile(_entry(name, len(content)), io.BytesIO(content))
            for name, (size, _) in manifest.files.items():
                with (folder / name).open("rb") as part:
                    tar.addfile(_entry(name, size), part)
                (folder / name).unlink()  # its room is wanted
        file.flush()
        os.fsync(file.fileno())
    os.link(unfinished, target)  # unlike a rename, it replaces nothing
    directory = os.open(target.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def verify(source: Path) -> Manifest:
    """Read the whole file; its manifest. Raises ShopError unless it is a backup, and what was written."""
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(tar)
            found = {entry.name: _digest(tar, entry) for entry in tar if entry.name not in (_MANIFEST, _SUM)}
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ShopError(
            f"{source} is not a complete backup: {reason(error)}", "Nothing was changed. Use another file."
        ) from error
    if found != dict(manifest.files):
        names = sorted(n for n in {*found, *manifest.files} if found.get(n) != manifest.files.get(n))
        raise ShopError(
            f"{source} is damaged: {', '.join(names)} differs from what was written.",
            "Nothing was changed. Use another file.",
        )
    return manifest


@contextmanager
def opened(source: Path, name: str) -> Iterator[IO[bytes]]:
    """One file of a verified backup, as a stream."""
    with tarfile.open(source, "r:") as tar:
        file = tar.extractfile(name)
        assert file is not None  # verified
        yield file


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _manifest(tar: tarfile.TarFile) -> Manifest:
    text = _next(tar, _MANIFEST)
    values = json.loads(text)
    if values["format"] != FORMAT:
        raise ValueError(f"its format is {values['format']}, not {FORMAT}")
    if _next(tar, _SUM) != _sum(text):
        raise ValueError("its manifest is not what was written")
    files = {name: (int(size), str(digest)) for name, (size, digest) in values.pop("files").items()}
    return Manifest(**values, files=files)


def _next(tar: tarfile.TarFile, name: str) -> bytes:
    entry = tar.next()
    if entry is None or entry.name != name or entry.size > _LONGEST_MANIFEST:
        raise ValueError(f"{name} is not where it should be")
    file = tar.extractfile(entry)
    if file is None:
        raise ValueError(f"{name} is no plain file")
    return file.read()


def _sum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()


def _digest(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> tuple[int, str]:
    file = tar.extractfile(entry)
    if file is None:
        raise ValueError(f"{entry.name} is no plain file")
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return entry.size, digest.hexdigest()
