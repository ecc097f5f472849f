"""Cacheable answers: ETag and If-None-Match (RFC 9110), and X-Cache for whoever wants to see the cache work."""

import hashlib
import json
from typing import Any

from fastapi import Request, Response

__all__ = ["cacheable"]


def cacheable(request: Request, body: Any, hit: bool) -> Response:
    """`body` as JSON with its ETag, or 304 when the client has it already."""
    content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "X-Cache": "HIT" if hit else "MISS", "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
