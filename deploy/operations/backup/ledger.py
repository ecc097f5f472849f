"""The provider's ledger: a SQLite file, copied by SQLite itself as it is at one moment, and compressed.

A real card processor keeps its own books, and a restore would not touch them. This one is part of the platform.
"""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

from deploy.operations.backup.reach import Reach, Source

FILE = "ledger.sqlite.gz"
_PLAIN = "ledger.sqlite"


def copy(reach: Source, folder: Path) -> int:
    """Copy it to the folder; how many charges it has."""
    plain = folder / _PLAIN
    plain.unlink(missing_ok=True)  # of an earlier try
    reach.copy_ledger(plain)
    return _count(plain)


def compress(folder: Path) -> None:
    """Compress what was copied."""
    with (folder / _PLAIN).open("rb") as plain, gzip.open(folder / FILE, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(plain, packed)
    (folder / _PLAIN).unlink()


def load(reach: Reach, source: IO[bytes], folder: Path) -> int:
    """Make what was copied the ledger, by way of the folder; how many charges it has.

    What is still to be told is told to this installation: the address that a charge has may be another's.
    """
    plain = folder / _PLAIN
    with gzip.open(source, "rb") as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file)
    with closing(sqlite3.connect(plain)) as connection, connection:
        connection.execute("UPDATE charges SET callback_url = ?", (reach.callback_url,))
    charges = _count(plain)
    reach.replace_ledger(plain)
    return charges


def count(reach: Source, folder: Path) -> int:
    """How many charges the ledger has now."""
    try:
        return copy(reach, folder)
    finally:
        (folder / _PLAIN).unlink(missing_ok=True)


def _count(plain: Path) -> int:
    with closing(sqlite3.connect(f"{plain.as_uri()}?immutable=1", uri=True)) as connection:
        (charges,) = connection.execute("SELECT count(*) FROM charges").fetchone()
    return int(charges)
