"""How long to wait before the next try: twice as long each time, up to a limit."""

__all__ = ["doubled"]


def doubled(first: float, times: int, longest: float) -> float:
    """Return `first` seconds, doubled so many `times`, but no more than `longest` seconds."""
    return min(longest, first * 2.0 ** min(times, 32))
