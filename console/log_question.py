"""What is asked of the logs: which lines are wanted, and of which time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from console.answers import RefusedError, number
from deploy.installation.log_records import LEVELS, Record, is_probe, without_number

_TOKEN = re.compile(r'(?:(?P<key>[\w.@-]+)=)?(?:"(?P<quoted>[^"]*)"|(?P<word>\S+))')
_MOST_TOKENS = 20
_MOST_LINES = 1000
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True)
class Question:
    """Lines from `begin` to `end` (seconds since 1970) that hold all words and have all fields.

    words: lower case; a line holds them anywhere. level: this one or a worse one. service: or the program.
    """

    begin: float
    end: float
    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    service: str = ""
    level: str = ""
    count: int = 200

    @classmethod
    def read(cls, parameters: Mapping[str, str], now: float) -> Question:
        """From an address. Without a time: the last 15 minutes. Raises `RefusedError`."""
        end = number(parameters, "to", now)
        begin = number(parameters, "from", end - 900)
        if not 0 <= begin < end <= _LATEST:
            raise RefusedError(400, "`from` must be before `to`: both are seconds since 1970")
        level = parameters.get("level", "")
        if level and level not in LEVELS:
            raise RefusedError(400, f"`level` is one of {', '.join(LEVELS)}")
        count = int(number(parameters, "count", cls.count))
        if not 0 < count <= _MOST_LINES:
            raise RefusedError(400, f"`count` is from 1 to {_MOST_LINES}")
        tokens = list(_TOKEN.finditer(parameters.get("q", "")))
        if len(tokens) > _MOST_TOKENS:
            raise RefusedError(400, f"`q` has at most {_MOST_TOKENS} words")
        values = [
            (match["key"], match["word"] if match["quoted"] is None else match["quoted"]) for match in tokens
        ]
        return cls(
            begin,
            end,
            words=tuple(value.lower() for key, value in values if not key),
            fields=tuple((key, value) for key, value in values if key),
            service=parameters.get("service", ""),
            level=level,
            count=count,
        )

    @property
    def needles(self) -> tuple[bytes, ...]:
        """What every wanted line holds, in lower case: cheaper to look for than to read the line."""
        texts = (*self.words, *(value.lower() for _, value in self.fields))
        return tuple(
            text.encode()
            for text in texts
            if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
        )

    @property
    def _is_for_all(self) -> bool:
        """Whether nothing is chosen but the time: then what a quiet platform does by itself is left out."""
        return not (self.words or self.fields or self.service or self.level)

    def may_be_of(self, program: str) -> bool:
        """Whether a program may write lines of the wanted service."""
        return program.startswith(self.service)

    def wants(self, record: Record) -> bool:
        """Whether a line is wanted, whatever its time."""
        entry = record.entry
        if self._is_for_all and (is_probe(record) or (record.program == "console" and record.level == "info")):
            return False
        if self.service and self.service not in (
            record.program,
            entry.get("service", without_number(record.program)),
        ):
            return False
        if self.level and (record.level not in LEVELS or LEVELS.index(record.level) < LEVELS.index(self.level)):
            return False
        if any(_text(entry.get(key)) != value for key, value in self.fields):
            return False
        escaped = entry and "\\u" in record.line
        line = (json.dumps(entry, ensure_ascii=False) if escaped else record.line).lower()
        return all(word in line for word in self.words)


def _text(value: object) -> str | None:
    """As the line has it: `true`, `12`, or a text without its quotation marks."""
    return value if isinstance(value, str | None) else json.dumps(value)
