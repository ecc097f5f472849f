"""The files of this checkout, also while other tests make and remove folders in it."""

import os
from collections.abc import Iterator
from pathlib import Path

from deploy.installation.layout import CHECKOUT

_ELSEWHERE = {"node_modules", "dist"}


def ours(*suffixes: str, below: str = "") -> list[Path]:
    """Every file with one of the suffixes in the folder `below`; nothing that is hidden, installed or built."""
    return sorted(path for path in _files(CHECKOUT / below) if path.suffix in suffixes)


def _files(top: Path) -> Iterator[Path]:
    # `Path.rglob` goes into each folder, and raises when one vanishes meanwhile: npm and a platform make some.
    for folder, folders, names in os.walk(top):
        folders[:] = (name for name in folders if not (name.startswith(".") or name in _ELSEWHERE))
        yield from (Path(folder, name) for name in names)
