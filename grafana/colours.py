"""The colours of services, of meanings and of everything else: grafana/colours.toml as Python."""

import tomllib
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["MEANINGS", "OUTCOMES", "PALETTE", "PARTS", "SERVICES", "VALUES", "of_service"]

_DATA = tomllib.loads((Path(__file__).parent / "colours.toml").read_text())
SERVICES: Mapping[str, str] = _DATA["services"]
PARTS: Mapping[str, str] = _DATA["parts"]
MEANINGS: Mapping[str, str] = _DATA["meanings"]
OUTCOMES: Mapping[str, str] = {
    name: MEANINGS[meaning] for meaning in _DATA["outcomes"] for name in _DATA["outcomes"][meaning]
}
PALETTE: Sequence[str] = _DATA["palette"]["colours"]  # for what is neither a service nor has a meaning
VALUES: Mapping[str, Sequence[str]] = _DATA["palette"]["values"]  # of labels, in the order of the palette
_OTHERS = tuple(dict.fromkeys(SERVICES.values()))


def of_service(name: str) -> str:
    """The colour of a service as #rrggbb; one that is not in the list gets another's, always the same."""
    return SERVICES.get(name) or _OTHERS[zlib.crc32(name.encode("utf-8", "replace")) % len(_OTHERS)]
