"""Sheets by their addresses: `/api/sheets/` and then the address of the page that shows it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import parse_qs

from console import compare, graph, traces
from console.settings import Settings
from console.sheet import Sheet

Answer = tuple[int, str, bytes]
_JSON = "application/json"
_TWO = re.compile(r"trace/([0-9a-fA-F]{1,32})\.\.\.([0-9a-fA-F]{0,32})")
_AT_ONCE = threading.BoundedSemaphore(2)  # sheets; each reads up to console.sample.MOST_BYTES
_WAIT = 10.0  # seconds for one of them to end


def answer(settings: Settings, path: str, query: str) -> Answer:
    """Status, type and content. 404 for what is no sheet, 503 while others are made."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    if not _AT_ONCE.acquire(timeout=_WAIT):
        return 503, _JSON, b'{"error":"other pages of this kind are under way"}'
    try:
        found = _sheet(settings, path.removeprefix("/api/sheets/"), given)
    except traces.RefusedError as error:
        return error.status, _JSON, json.dumps({"error": str(error)}).encode()
    finally:
        _AT_ONCE.release()
    return 200, _JSON, json.dumps(asdict(found)).encode()


def _sheet(settings: Settings, name: str, given: Mapping[str, str]) -> Sheet:
    if name == "dependencies":
        begin, end = traces.window(given)
        return graph.sheet(settings, begin, end)
    if two := _TWO.fullmatch(name):
        return compare.sheet(settings, two[1].lower(), two[2].lower())
    raise traces.RefusedError(404, "A trace's id has up to 32 digits and letters from a to f.")
