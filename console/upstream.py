"""Whom the console hands questions on to, and which: Prometheus, the trace store and Alertmanager."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

from console.answers import Answer
from console.settings import Settings
from deploy.installation.readiness import DIRECT
from observability.logging import get_logger

_log = get_logger("console")
_SECONDS = 30
_JSON = "application/json"


@dataclass(frozen=True)
class Upstream:
    """A part of the platform, and what of it may be asked."""

    name: str
    address: str  # the field of the settings
    calls: dict[str, re.Pattern[str]]  # by method


UPSTREAMS = (
    Upstream(
        "Prometheus",
        "prometheus_url",
        {
            "GET": re.compile(
                r"/api/v1/(alerts|rules|query|query_range|query_exemplars|series|labels|label/[A-Za-z_]\w*/values)"
            )
        },
    ),
    Upstream(
        "The trace store",
        "traces_url",
        {"GET": re.compile(r"/api/v3/(services|operations|traces|traces/[0-9a-f]{1,32})")},
    ),
    Upstream(
        "Alertmanager",
        "alertmanager_url",
        {
            "GET": re.compile(r"/api/v2/(alerts|silences)"),
            "POST": re.compile(r"/api/v2/silences"),
            "DELETE": re.compile(r"/api/v2/silence/[0-9a-f-]{36}"),
        },
    ),
)


def responsible(method: str, path: str) -> Upstream | None:
    """Who answers this, if somebody does."""
    return next((one for one in UPSTREAMS if method in one.calls and one.calls[method].fullmatch(path)), None)


def get(settings: Settings, target: str, most: int | None = None) -> Answer:
    """Status, type and content of what whoever is responsible answers to a question of the console's own.

    most: bytes of the content that are read; all of them where it is not given.
    """
    asked = responsible("GET", target.partition("?")[0])
    assert asked
    return ask(asked, settings, "GET", target, None, most)


def ask(
    upstream: Upstream, settings: Settings, method: str, target: str, body: bytes | None, most: int | None = None
) -> Answer:
    """Status, type and content of the answer; 502 when there is none."""
    url = getattr(settings, upstream.address) + target
    request = urllib.request.Request(url, body, {"Content-Type": _JSON} if body else {}, method=method)  # noqa: S310 (http, by the settings)
    try:
        with _answer_of(request) as answer:
            content = answer.read() if most is None else answer.read(most)
            return answer.status or 502, answer.headers.get("Content-Type", _JSON), content
    except (OSError, HTTPException) as error:
        _log.error("upstream.unreachable", upstream=upstream.name, error=str(error))
        return 502, _JSON, f'{{"status":"error","error":"{upstream.name} does not answer"}}'.encode()


def _answer_of(request: urllib.request.Request) -> HTTPResponse | urllib.error.HTTPError:
    """The answer, whatever its status."""
    try:
        answer: HTTPResponse = DIRECT.open(request, timeout=_SECONDS)
        return answer
    except urllib.error.HTTPError as error:
        return error
