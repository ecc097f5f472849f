"""Answers that a client may have already: ETag and If-None-Match (RFC 9110).

A finished answer is its ETag, and behind it the bytes of its body: so a cache stores it.
"""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response

from services.shared.schemas import Schema

__all__ = ["finished", "has", "made", "respond"]

_DIGITS = 32
_TAG = _DIGITS + 2  # with its quotes


def finished(answer: Schema) -> bytes:
    """The answer as it is stored."""
    content = answer.model_dump_json(by_alias=True).encode()
    return f'"{hashlib.sha256(content).hexdigest()[:_DIGITS]}"'.encode() + content


def respond(request: Request, stored: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """What `finished` made, with its ETag, or 304 when the client has it already."""
    if has(request, stored):
        return Response(status_code=304, headers=_tagged(stored, headers))
    return _whole(stored, headers, 200)


def made(stored: bytes, headers: Mapping[str, str]) -> Response:
    """What `finished` made of something new: whoever made it may wait for news of it without asking first."""
    return _whole(stored, headers, 201)


def _whole(stored: bytes, headers: Mapping[str, str] | None, status: int) -> Response:
    return Response(stored[_TAG:], status, _tagged(stored, headers), media_type="application/json")


def _tagged(stored: bytes, headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"ETag": stored[:_TAG].decode(), **(headers or {})}


def has(request: Request, stored: bytes) -> bool:
    """Whether the client has this answer already."""
    asked = request.headers.get("if-none-match")
    if asked is None:
        return False
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return stored[:_TAG].decode() in known or "*" in known
