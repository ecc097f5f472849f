"""The limits of the gateway that a customer can meet. Rates and bursts are read from the gateway's own file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LIMITS", "Limit", "allowed"]

_TEXT = (Path(__file__).parents[1] / "gateway" / "limits.conf.template").read_text(encoding="utf-8")
_MARGIN = 2  # requests: the gateway counts in thousandths of a second of its own clock


@dataclass(frozen=True)
class Limit:
    """One limit, and requests that meet it.

    rate: requests a second; burst: requests beyond the rate at one moment; asked: requests that are sent as fast
    as possible; right: the status of those that are let through.
    """

    name: str
    rate: int
    burst: int
    asked: int
    method: str
    path: str
    body: object
    right: int
    with_token: bool


def allowed(limit: Limit, seconds: float) -> tuple[int, int]:
    """How many requests an empty bucket lets through, at least and at most, if all come within so many seconds."""
    full = limit.burst + 1
    return full, full + int(limit.rate * seconds) + _MARGIN


def _limit(
    name: str, zone: str, asked: int, path: str, body: object, right: int, *, with_token: bool = False
) -> Limit:
    rate = re.search(rf"zone={zone}:\S+ +rate=(\d+)r/s", _TEXT)
    burst = re.search(rf"limit_req zone={zone} +burst=(\d+) ", _TEXT)
    assert rate
    assert burst
    return Limit(name, int(rate[1]), int(burst[1]), asked, "POST", path, body, right, with_token)


LIMITS = (
    _limit("credentials by address", "credential_address", 60, "/api/users/register", {}, 422),
    _limit("writes by token", "write_token", 400, "/api/orders", {}, 422, with_token=True),
    _limit("writes by address", "write_address", 500, "/api/orders", {}, 401),
    _limit("spans by address", "spans_address", 250, "/otlp/v1/traces", {"resourceSpans": []}, 200),
)
