"""Copies of a message, for a retry or the dead letters: what is ours, and a little of what is not.

A message's headers must fit into one frame (128 KiB), or the broker closes the connection. A copy gets headers of
its own, so whatever came with the message is kept only as far as it is small.
"""

from collections.abc import Mapping
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage
from pamqp import encode

from observability import request_id

__all__ = ["attempt_of", "copy_of", "since_of", "small"]

_OWN = ("traceparent", request_id.HEADER)
_OWN_LENGTH = 128  # characters
_FOREIGN_BYTES = 4096
_FOREIGN_COUNT = 32
_OF_THE_BROKER = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")
_OF_THE_CONSUMER = ("x-attempt", "x-since", "x-error")


def copy_of(
    message: AbstractIncomingMessage, attempt: int, *, since: int | None = None, error: str | None = None
) -> Message:
    """The same message once more. since: seconds since 1970 when it first failed. error: why it is given up."""
    headers: dict[str, Any] = {**small(message.headers), "x-attempt": attempt}
    if since is not None:
        headers["x-since"] = since
    if error is not None:
        headers["x-error"] = error
    return Message(
        message.body,
        headers=headers,
        message_id=message.message_id,
        correlation_id=message.correlation_id,
        content_type=message.content_type,
        type=message.type,
        timestamp=message.timestamp,
        delivery_mode=DeliveryMode.PERSISTENT,
    )


def small(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers of a message that a copy may have: not those that tell of its former life."""
    known = {
        name: value
        for name in _OWN
        if isinstance(value := headers.get(name), str | bytes) and len(value) <= _OWN_LENGTH
    }
    room = _FOREIGN_BYTES
    for name in list(headers)[:_FOREIGN_COUNT]:
        if name in _OWN or name in _OF_THE_CONSUMER or name.startswith(_OF_THE_BROKER):
            continue
        size = len(encode.field_table({name: headers[name]}))
        if size <= room:
            known[name] = headers[name]
            room -= size
    return known


def attempt_of(message: AbstractIncomingMessage) -> int:
    """Which attempt this delivery is, from 1."""
    return _positive(message.headers.get("x-attempt")) or 1


def since_of(message: AbstractIncomingMessage, now: int) -> int:
    """When it first failed, in seconds since 1970; `now` where it had not."""
    return min(_positive(message.headers.get("x-since")) or now, now)


def _positive(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
