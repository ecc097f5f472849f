"""Reads how long something lasts: 90s, 10m, 1h30m. Only the standard library, as for all that reads arguments."""

from __future__ import annotations

import argparse
import re

__all__ = ["seconds"]

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile("(?=[0-9])" + "".join(f"([0-9]{{1,6}}{unit})?" for unit in "dhm") + "([0-9]{1,6}s?)?")


def seconds(text: str) -> float:
    """How long in seconds, more than nothing. The last unit may be left out, and is seconds then.

    Raises ArgumentTypeError, which argparse shows.
    """
    found = _DURATION.fullmatch(text)
    parts = found.groups("0s") if found else ()
    total = sum(int(part.rstrip("dhms")) * _UNITS.get(part[-1], 1) for part in parts)
    if not total:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 10m or 1h30m")
    return float(total)
