"""Finds what the shop's pages put into traces: their spans, attributes and resource (frontend/src)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from docs.telemetry.source import ROOT

_PAGES = ROOT / "frontend" / "src"
_SPAN = re.compile(r"\b(?:startSpan|updateName|record|withSpan)\(\s*(?P<quote>[\"`])(?P<name>.+?)(?P=quote)")
_KEY = re.compile(r"(?:setAttribute\(|[{,]\s*)\"(?P<key>[a-z_]+(?:\.[a-z_]+)+)\"(?=:|, )")
_RESOURCE = re.compile(r"resourceFromAttributes\((\{.*?\})\)", re.DOTALL)


def spans() -> set[str]:
    """Names of spans; `{...}` stands for what is put in."""
    names = (match["name"] for text in _sources() for match in _SPAN.finditer(text))
    return {re.sub(r"\$\{(\w+)\}", r"{\1}", name) for name in names}


def attributes() -> set[str]:
    """Their attributes."""
    return {match["key"] for text in _sources() for match in _KEY.finditer(_RESOURCE.sub("", text))}


def resource() -> set[str]:
    """What says where they come from."""
    inside = (match for text in _sources() for match in _RESOURCE.findall(text))
    return {match["key"] for text in inside for match in _KEY.finditer(text)}


@cache
def _sources() -> tuple[str, ...]:
    return tuple(_read())


def _read() -> Iterator[str]:
    for path in sorted(_PAGES.rglob("*.ts*")):
        text = path.read_text(encoding="utf-8")
        if ".test." not in path.name and (path.parent.name == "telemetry" or "@/telemetry" in text):
            yield text
