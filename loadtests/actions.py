"""What everybody did who came: a line of JSON for each person of the plan, in the order of the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from loadtests import settings

__all__ = ["add", "did", "take", "write"]

_did: dict[int, list[str]] = {}


def did(number: int, what: Sequence[str]) -> None:
    """Person `number` of the plan has left."""
    _did[number] = list(what)


def write() -> None:
    """To `actions.jsonl`; an empty list for whoever did not come."""
    lines = [json.dumps(_did.get(number, [])) for number in range(len(settings.ARRIVALS))]
    (settings.FOLDER / "actions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def take() -> dict[int, list[str]]:
    """All that is known, for a master; it is forgotten here."""
    taken = dict(_did)
    _did.clear()
    return taken


def add(taken: Mapping[int, list[str]]) -> None:
    """What a worker has taken."""
    _did.update(taken)
