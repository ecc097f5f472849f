"""Asks the Prometheus of an installation, in the words of its `/api/v1`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from deploy.installation.errors import ShopError, reason
from deploy.installation.layout import Layout

__all__ = ["NoAnswerError", "ask"]

_TIMEOUT = 10.0  # seconds


class NoAnswerError(ShopError):
    """Prometheus does not answer; in a cluster there may be none."""


def ask(layout: Layout, path: str, asked: Mapping[str, str | float], *, timeout: float = _TIMEOUT) -> Any:
    """The `data` of the answer to `/api/v1/{path}`. asked: the parameters. timeout: seconds.

    Raises `NoAnswerError`, and `ShopError` with the words of Prometheus when it refuses what it is asked.
    """
    try:
        url = f"{layout.url('prometheus')}/api/v1/{path}"
        answer = httpx.get(url, params=asked, timeout=timeout, trust_env=False)
        if not answer.is_client_error:
            return answer.raise_for_status().json()["data"]  # while it starts it says 503, in plain text
        refusal = answer.json()["error"]
    except ShopError as error:  # what leads there cannot be had
        raise NoAnswerError(error.message, error.remedy) from error
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"Prometheus does not answer: {reason(error)}.", "Is it up? ./shop status") from error
    raise ShopError(f"Prometheus refuses {asked.get('query', path)!r}: {refusal}")
