"""The kinds of people by their names: `Buyer` is the class in people/buyer.py."""

from __future__ import annotations

import importlib

from loadtests.people.person import Person

__all__ = ["named"]


def named(kind: str) -> type[Person]:
    """The class of this name. Raises `ImportError` or `AttributeError` when there is none."""
    found: type[Person] = getattr(importlib.import_module(f"loadtests.people.{kind.lower()}"), kind)
    return found
