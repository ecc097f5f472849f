"""The last pictures that were drawn, each at an address made of its content: `/api/pictures/<hash>`."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

_MOST = 16  # pictures; each is asked for right after it was drawn
_PATH = "/api/pictures/"
_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def keep(svg: str) -> str:
    """The address at which the picture can be had, until others have taken its place."""
    content = svg.encode()
    address = _PATH + hashlib.sha256(content).hexdigest()[:32]
    with _lock:
        _kept[address] = content
        _kept.move_to_end(address)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return address


def find(path: str) -> tuple[str, bytes] | None:
    """The type and the content of a picture that is still kept."""
    content = _kept.get(path)
    return ("image/svg+xml", content) if content else None
