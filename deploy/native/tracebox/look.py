"""How a service and a duration look on every page."""

import zlib

_COLOURS = 10


def colour(service: str) -> str:
    """Name the CSS class of a service's colour."""
    return f"c{zlib.crc32(service.encode()) % _COLOURS}"


def milliseconds(nanoseconds: int) -> str:
    """Write a duration in ms, exact enough for short ones."""
    value = nanoseconds / 1e6
    return f"{value:.2f} ms" if value < 10 else f"{value:,.1f} ms"
