"""What pages ask and get: parameters of an address, answers in JSON, and work of which little is done at once."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import parse_qs

P = ParamSpec("P")
R = TypeVar("R")
Answer = tuple[int, str, bytes]  # status, type and content
_JSON = "application/json"
_PATIENCE = 10.0  # seconds to wait for a place
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?")


class RefusedError(Exception):
    """Why a question has no answer, with the status that says so; `body`: JSON to be answered as it is."""

    def __init__(self, status: int, text: str, body: bytes = b"") -> None:
        super().__init__(text)
        self.status = status
        self.body = body or json.dumps({"error": text}).encode()


def parameters(query: str) -> dict[str, str]:
    """Those of an address. Of several with one name the last one counts, and empty ones do not."""
    return {name: values[-1] for name, values in parse_qs(query).items()}


def number(given: Mapping[str, str], name: str, default: float) -> float:
    """A parameter that is a number, or the default. Raises `RefusedError`."""
    text = given.get(name, "")
    if text and not _NUMBER.fullmatch(text):
        raise RefusedError(400, f"`{name}` is no number: {text[:40]!r}")
    return float(text or default)


def as_json(content: object) -> Answer:
    """An answer in JSON."""
    return 200, _JSON, json.dumps(content).encode()


def refused(error: RefusedError) -> Answer:
    """The answer that says why there is no other."""
    return error.status, _JSON, error.body


def answers_refusals(answer: Callable[P, R]) -> Callable[P, R | Answer]:
    """Decorator: where `answer` raises `RefusedError`, that is the answer."""

    @wraps(answer)
    def answered(*arguments: P.args, **named: P.kwargs) -> R | Answer:
        try:
            return answer(*arguments, **named)
        except RefusedError as error:
            return refused(error)

    return answered


class ConcurrencyLimit:
    """Lets a few threads work at a time: more would only slow each other down, or need more memory."""

    def __init__(self, most: int, busy: str) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._busy = busy

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place. Raises `RefusedError`, which says what is `busy`, when that takes too long."""
        if not self._places.acquire(timeout=_PATIENCE):
            raise RefusedError(503, self._busy)
        try:
            yield
        finally:
            self._places.release()
