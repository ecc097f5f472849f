"""ETag and its conditions (RFC 9110, 13): answers that a client has already, and writes of what it has read.

A finished answer is its ETag, and behind it the bytes of its body: so a cache stores it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import WithJsonSchema

from services.shared.schemas import Schema

__all__ = ["Conditional", "Conditions", "conditions", "finished", "has", "made", "respond"]

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
    asked = request.headers.getlist("if-none-match")
    return bool(asked) and _names(asked, stored)


def _names(lines: Iterable[str], stored: bytes) -> bool:
    """Whether the tags in these lines of If-None-Match have that of `stored` (weak comparison)."""
    known = {tag.strip().removeprefix("W/") for tag in ",".join(lines).split(",")}
    return stored[:_TAG].decode() in known or "*" in known


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a write wants of the thing as it is; None where it wants nothing."""

    match: list[str] | None = None
    none_match: list[str] | None = None

    def __bool__(self) -> bool:
        return self.match is not None or self.none_match is not None

    def hold(self, stored: bytes) -> bool:
        """Whether a thing that is there and answered with `stored` is as they want it."""
        if self.match is not None:
            known = {tag.strip() for tag in ",".join(self.match).split(",")}  # a weak tag never matches
            if stored[:_TAG].decode() not in known and "*" not in known:
                return False
        return self.none_match is None or not _names(self.none_match, stored)


_Lines = Annotated[list[str] | None, WithJsonSchema({"type": "string"})]  # several lines are one list


async def conditions(
    if_match: Annotated[_Lines, Header(alias="If-Match", description="the `ETag` that was read: 412 when the "
                        "thing is another one by now")] = None,
    if_none_match: Annotated[_Lines, Header(alias="If-None-Match", description="`*` or tags: 412 when the thing "
                             "is there, or has one of them")] = None,
) -> Conditions:  # fmt: skip
    """A route that depends on this one honours the conditions. Any other write refuses them (bodies.py)."""
    return Conditions(if_match, if_none_match)


Conditional = Annotated[Conditions, Depends(conditions)]
"""The conditions of a write."""
