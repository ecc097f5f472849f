"""Sheets by their addresses: `/api/sheets/` and then the address of the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict

from console import compare, graph, traces
from console.answers import Answer, ConcurrencyLimit, RefusedError, answers_refusals, as_json, parameters
from console.settings import Settings
from console.sheet import Sheet

_TWO = re.compile(r"trace/([0-9a-fA-F]{1,32})\.\.\.([0-9a-fA-F]{0,32})")
_two = ConcurrencyLimit(2, "other pages of this kind are under way")  # each reads up to console.sample.MOST_BYTES


@answers_refusals
def answer(settings: Settings, path: str, query: str) -> Answer:
    """404 for what is no sheet, 503 while others are made."""
    with _two.place():
        sheet = _sheet(settings, path.removeprefix("/api/sheets/"), parameters(query))
    return as_json(asdict(sheet))


def _sheet(settings: Settings, name: str, given: Mapping[str, str]) -> Sheet:
    if name == "dependencies":
        begin, end = traces.window(given)
        return graph.sheet(settings, begin, end)
    if two := _TWO.fullmatch(name):
        return compare.sheet(settings, two[1].lower(), two[2].lower())
    raise RefusedError(404, "A trace's id has up to 32 digits and letters from a to f.")
