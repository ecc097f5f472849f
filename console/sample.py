"""The newest traces of a time, as many as may be read for one answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console import traces, upstream
from console.settings import Settings
from jaeger.spans import Span, read_spans

MOST_TRACES = 1000
MOST_BYTES = 16 * 1024 * 1024  # of the trace store's answer
_LIST = re.compile(r'"resourceSpans"\s*:\s*\[')
_GAPS = " \n\t\r,"


@dataclass(frozen=True)
class Sample:
    """What was read. Times in seconds: from `since` to `end` all traces are there.

    whole: whether that is all of the time that was asked for.
    """

    spans: list[Span]
    traces: int
    since: float
    end: float
    whole: bool


def newest(settings: Settings, begin: float, end: float, most: int = MOST_BYTES) -> Sample:
    """The newest traces, of which at most `most` bytes are read. Raises `RefusedError`."""
    target = traces.target(begin, end, searchDepth=str(MOST_TRACES))
    status, _, body = upstream.get(settings, target, most + 1)
    if status != 200:
        traces.decoded(status, body)
        return Sample([], 0, begin, end, whole=True)
    is_cut = len(body) > most
    found: dict[str, list[Span]] = {}
    for span in read_spans(_elements(body.decode(errors="ignore"))):
        found.setdefault(span.trace_id, []).append(span)
    if is_cut and len(found) > 1:
        found.popitem()  # of the last one, spans may be missing
    whole = not is_cut and len(found) < MOST_TRACES
    since = begin if whole else max(begin, min((_latest(spans, end) for spans in found.values()), default=end))
    return Sample([span for spans in found.values() for span in spans], len(found), since, end, whole)


def _latest(spans: list[Span], end: float) -> float:
    """When the last span began that lies in the time: by that the trace store orders traces."""
    return max((span.start / 1e9 for span in spans if span.start / 1e9 <= end), default=end)


def _elements(text: str) -> Iterator[Mapping[str, Any]]:
    """The elements of `resourceSpans`, one after the other, up to where the text ends."""
    decoder = json.JSONDecoder()
    begin = _LIST.search(text)
    position = begin.end() if begin else len(text)
    while position < len(text):
        if text[position] in _GAPS:
            position += 1
            continue
        try:
            element, position = decoder.raw_decode(text, position)
        except ValueError:  # the end of the list, or of what was read
            return
        yield element
