"""Python's garbage collector, set for a process that keeps for weeks what it made at its start.

By default it looks for cycles after every 700 new objects, and now and then through all objects. A service has
more than 100,000 that it never drops: modules, routes, schemas. To look through them takes some 30 ms, in which
nobody gets an answer, and finds nothing.
"""

import gc

__all__ = ["PERIOD", "look", "settle"]

PERIOD = 10
"""Seconds between two looks."""

# How many more objects are made than dropped between two looks at the new ones. Every twentieth look is also at
# those that were there at one before, and every twentieth of these at all that are not frozen.
_THRESHOLDS = (20_000, 20, 20)


def settle() -> None:
    """Never look again at what there is now, and less often at the rest. Call it when the app is made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def look() -> None:
    """Look at what is young, also where little is made: what was given up may hold a connection until then."""
    gc.collect(1)
