"""Numbers and names on a command line, each a `type` of argparse. What makes no sense is refused in words."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

__all__ = ["decimal", "matching", "port_number", "positive"]


def matching(pattern: str, otherwise: str) -> Callable[[str], str]:
    """A text that has the form of a regular expression. otherwise: what is said of one that has not."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} {otherwise}")
        return text

    return check


def positive(text: str) -> int:
    """A whole number above 0, and below 10^9."""
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def decimal(text: str) -> float:
    """A number above 0, and below 10^6."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or not float(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0, such as 2 or 0.5")
    return float(text)


def port_number(text: str) -> int:
    """A port of TCP."""
    if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 1 to 65535")
    return int(text)
