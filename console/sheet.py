"""A sheet: what the server has computed, as tables and a picture that one page draws, whatever they tell."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Cell:
    """A value of a table. to: an address of the console. colour: of a mark before it, as #rrggbb."""

    value: str | float | None
    to: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Column:
    """A heading. kind: `text`, `time` (seconds since 1970), or a unit of Grafana."""

    name: str
    kind: str = "text"


@dataclass(frozen=True)
class Row:
    """The cells of a row. depth: how far the first one is moved to the right, in steps."""

    cells: tuple[Cell, ...]
    depth: int = 0


@dataclass(frozen=True)
class Table:
    """Rows below headings."""

    title: str
    columns: tuple[Column, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Picture:
    """Where an image lies, and what it shows in words."""

    address: str
    words: str


@dataclass(frozen=True)
class Form:
    """A field. What is written there, after `before`, is the address that it leads to."""

    label: str
    before: str


@dataclass(frozen=True)
class Sheet:
    """All that the page shows. said: of what it is made. of_time: whether the reader chooses its time."""

    title: str
    said: str
    tables: list[Table]
    links: list[Cell]
    picture: Picture | None = None
    form: Form | None = None
    of_time: bool = False


def address(path: str, **given: object) -> str:
    """A path of the console with what is asked for there; what is empty is left out."""
    query = urlencode({name: value for name, value in given.items() if value != ""}, quote_via=quote)
    return f"{path}?{query}" if query else path
