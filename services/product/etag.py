"""Cacheable answers: ETag and If-None-Match (RFC 9110), and X-Cache for whoever wants to see the cache work.

What the cache keeps is the finished answer: its ETag, and behind it the bytes of its body.
"""

import hashlib

from fastapi import Request, Response

from services.shared.schemas import Schema

__all__ = ["cacheable", "finished"]

_DIGITS = 32
_TAG = _DIGITS + 2  # with its quotes


def finished(answer: Schema) -> bytes:
    """The answer as the cache keeps it."""
    content = answer.model_dump_json(by_alias=True).encode()
    return f'"{hashlib.sha256(content).hexdigest()[:_DIGITS]}"'.encode() + content


def cacheable(request: Request, stored: bytes, hit: bool) -> Response:
    """What `finished` made, with its ETag, or 304 when the client has it already."""
    etag = stored[:_TAG].decode()
    headers = {"ETag": etag, "X-Cache": "HIT" if hit else "MISS", "Cache-Control": "no-cache"}
    asked = request.headers.get("if-none-match")
    if asked is not None and _has(asked, etag):
        return Response(status_code=304, headers=headers)
    return Response(stored[_TAG:], headers=headers, media_type="application/json")


def _has(asked: str, etag: str) -> bool:
    known = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return etag in known or "*" in known
