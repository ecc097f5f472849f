"""Whether a page of ours is asked by a name of ours: a stranger's name may lead here too (DNS rebinding)."""

from __future__ import annotations

from collections.abc import Collection


def is_own(host: str, names: Collection[str]) -> bool:
    """Whether a Host header is an address, which is nobody's to give away, or one of the names, or missing."""
    name, _, port = host.rpartition(":")
    name = name if port.isdecimal() and name else host
    if not name or name.startswith("[") or name.replace(".", "").isdecimal():
        return True
    return name.lower().rstrip(".") in names
