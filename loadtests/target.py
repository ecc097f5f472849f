"""Which addresses may be loaded: those of this machine only."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

__all__ = ["is_loopback"]


def is_loopback(url: str) -> bool:
    """Whether it is an http address of this machine, by an address or as localhost."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "http" and (host == "localhost" or ipaddress.IPv4Address(host).is_loopback)
    except ValueError:
        return False
