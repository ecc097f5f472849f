"""The colours of services and of meanings: grafana/colours.toml as Python."""

import tomllib
import zlib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["MEANINGS", "SERVICES", "of_service"]

_DATA = tomllib.loads((Path(__file__).parent / "colours.toml").read_text())
SERVICES: Mapping[str, str] = _DATA["services"]
MEANINGS: Mapping[str, str] = _DATA["meanings"]
_OTHERS = tuple(dict.fromkeys(SERVICES.values()))


def of_service(name: str) -> str:
    """The colour of a service as #rrggbb; one that is not in the list gets another's, always the same."""
    return SERVICES.get(name) or _OTHERS[zlib.crc32(name.encode("utf-8", "replace")) % len(_OTHERS)]
