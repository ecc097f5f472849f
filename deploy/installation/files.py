"""Writing files that hold secrets, and filling templates."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.installation.errors import ShopError

_PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def write_private(path: Path, text: str) -> None:
    """Replace the file at once; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: another process may write the same file.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object that we wrote there; empty when there is none. Raises `ShopError` when it is damaged."""
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        found = error
    if not isinstance(found, dict):
        raise ShopError(f"The file {path} is damaged.", "Delete it; ./shop up writes it again.")
    return found


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace each ${NAME}; any other dollar sign is left alone. An unknown name is a KeyError."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)
