"""Who may use Locust's own page. Locust lets pages of every site start and stop loads, and read their results."""

from __future__ import annotations

import re

from flask import Flask, request

__all__ = ["guard"]

_OURS = re.compile(r"(localhost|127\.0\.0\.1|locust)(:\d+)?")


def guard(app: Flask) -> None:
    """Refuse what a page of another site asks. Programs say nothing of where they come from."""
    app.before_request(_refusal)


def _refusal() -> tuple[str, int] | None:
    host, site = request.headers.get("Host", ""), request.headers.get("Sec-Fetch-Site", "none")
    is_ours = _OURS.fullmatch(host) and request.headers.get("Origin") in (None, f"http://{host}")
    is_link = request.method == "GET" and request.path == "/"  # anybody may lead a person here
    if is_ours and (is_link or site in ("same-origin", "none")):
        return None
    return "403: another site's page may not do this.\n", 403
