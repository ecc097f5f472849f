"""Ports that nobody listens on now; `platform/ports.py` has those of a whole installation."""

import itertools
import random
from collections.abc import Iterator
from functools import cache

from deploy.installation.ports import is_free
from tests.platform.ports import claim

# Above the ephemeral ports, so that no client takes one before its server does, and none of an installation's.
_FIRST, _END = 61_000, 65_500
_BLOCK = 250  # ports of one process


def free_port() -> int:
    """One."""
    return free_ports("one")["one"]


def free_ports(*names: str) -> dict[str, int]:
    """A different one for each name."""
    return {name: next(port for port in _ours() if is_free(port)) for name in names}


@cache
def _ours() -> Iterator[int]:
    """The ports that this process may use and no other, again and again. Raises RuntimeError without any."""
    blocks = [range(first, first + _BLOCK) for first in range(_FIRST, _END, _BLOCK)]
    for block in random.sample(blocks, len(blocks)):
        if claim(block):
            return itertools.cycle(block)
    raise RuntimeError(f"{len(blocks)} processes run tests already")
