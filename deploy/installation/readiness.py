"""Probes: each answers why something is not ready yet, or None when it is."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException

from deploy.installation.errors import reason

# Says why the program is not ready yet, or None when it is.
Ready = Callable[[], str | None]
# Straight to our own parts, whatever proxy the environment names.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tcp(*ports: int) -> Ready:
    """Something accepts connections on every port."""

    def probe() -> str | None:
        for port in ports:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=2).close()
            except OSError as error:
                return f"port {port}: {reason(error)}"
        return None

    return probe


def http(url: str | urllib.request.Request) -> Ready:
    """The address answers with a status below 400."""

    address = url if isinstance(url, str) else url.full_url

    def probe() -> str | None:
        try:
            with DIRECT.open(url, timeout=3):
                return None
        except urllib.error.HTTPError as error:
            with error:
                return f"{address}: {error.code} {_detail(error.read())}".strip()
        except (OSError, ValueError, HTTPException) as error:
            return f"{address}: {reason(error)}"

    return probe


def each(*probes: Ready) -> Ready:
    """Every one of the probes, asked in turn."""
    return lambda: next((reason for probe in probes if (reason := probe())), None)


def _detail(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))[:300]
    except ValueError:
        return ""
