"""The query parameters of Jaeger 2.20's /api/v3: camelCase, and snake_case as its older names."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")
D = TypeVar("D")
DEFAULT_SEARCH_DEPTH = 100
MAX_SEARCH_DEPTH = 1500
_LARGEST = 2**63 - 1  # SQLite's integers
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9}
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)")


class BadParameterError(ValueError):
    """A parameter is missing or cannot be read; the text is the answer's message."""


@dataclass(frozen=True)
class Query:
    """A search; times and durations in nanoseconds, empty and None mean any."""

    start_min: int
    start_max: int
    service: str = ""
    operation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    duration_min: int | None = None
    duration_max: int | None = None
    depth: int = DEFAULT_SEARCH_DEPTH


def parse_query(params: Mapping[str, str]) -> Query:
    """Read a search from `query.*` parameters."""
    query = Query(
        start_min=_read(params, "startTimeMin", parse_time, 0),
        start_max=_read(params, "startTimeMax", parse_time, 0),
        service=_read(params, "serviceName", str, ""),
        operation=_read(params, "operationName", str, ""),
        attributes=_read(params, "attributes", _parse_map, {}),
        duration_min=_read(params, "durationMin", parse_duration, None),
        duration_max=_read(params, "durationMax", parse_duration, None),
        depth=_read(params, "searchDepth", int, DEFAULT_SEARCH_DEPTH),
    )
    if not query.start_min or not query.start_max:
        raise BadParameterError("query.startTimeMin and query.startTimeMax are required")
    if query.start_min >= query.start_max:
        raise BadParameterError("query.startTimeMin must be before query.startTimeMax")
    if not 0 < query.depth <= MAX_SEARCH_DEPTH:
        raise BadParameterError(f"search depth must be between 1 and {MAX_SEARCH_DEPTH}")
    return query


def parse_time(text: str) -> int:
    """Nanoseconds since 1970 of an RFC 3339 time."""
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not an RFC 3339 time")
    seconds, fraction, zone = match.groups()
    whole = datetime.fromisoformat(seconds + zone.replace("Z", "+00:00")) - _EPOCH
    nanoseconds = (whole.days * 86400 + whole.seconds) * 10**9 + int((fraction or "").ljust(9, "0"))
    return max(-_LARGEST, min(nanoseconds, _LARGEST))


def parse_duration(text: str) -> int:
    """Nanoseconds of a duration as Go writes it: `10ms`, `1m30s`."""
    if text != "0" and not re.fullmatch(f"({_DURATION_PART.pattern})+", text):
        raise ValueError(f"{text!r} is not a duration such as 10ms or 1.5s")
    total = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(text))
    if total >= _LARGEST:
        raise ValueError("it is longer than 292 years")
    return int(total)


def parse_trace_id(text: str) -> bytes:
    """The 16 bytes of a trace id in hex; a short one is filled with zeros on the left."""
    if not re.fullmatch(r"[0-9a-fA-F]{1,32}", text):
        raise BadParameterError(f"malformed parameter trace_id: {text!r} is not up to 32 hex characters")
    return bytes.fromhex(text.zfill(32))


def _read(params: Mapping[str, str], name: str, parse: Callable[[str], T], default: D) -> T | D:
    snake = re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), name)
    text = params.get(f"query.{name}") or params.get(f"query.{snake}")
    if not text:
        return default
    try:
        return parse(text)
    except (ValueError, RecursionError) as error:
        raise BadParameterError(f"malformed parameter query.{name}: {error}") from error


def _parse_map(text: str) -> dict[str, str]:
    value = json.loads(text)
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ValueError("it must be a map of strings")
    "".join([*value, *value.values()]).encode()  # half a character, such as \\ud800, is a ValueError
    return value
