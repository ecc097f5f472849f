"""Asking a store, and saying which one it was that did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.installation.errors import reason


class CouldNotAskError(Exception):
    """A store did not answer, or not as it should: nothing can be said about what it holds."""


@contextmanager
def asking(store: str) -> Iterator[None]:
    """Name the store in whatever goes wrong in the block."""
    try:
        yield
    except CouldNotAskError:
        raise
    except Exception as error:
        raise CouldNotAskError(f"{store} could not be asked: {reason(error)}") from error
