"""Reads files and tables of TOML into dataclasses, and says in a sentence what is wrong with them."""

from __future__ import annotations

import dataclasses
import tomllib
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from deploy.installation.errors import UsageError
from deploy.installation.suggestions import one_of

__all__ = ["FileError", "read", "read_file", "read_way"]

T = TypeVar("T")
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


class FileError(UsageError):
    """A file is not as it must be."""


def read_file(kind: type[T], path: Path) -> T:
    """A `kind` of this file; messages call it by its folder and its name. Raises FileError."""
    place = f"{path.parent.name}/{path.name}"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{place} is not TOML: {error}") from None
    return read(kind, table, place)


def read_way(ways: Mapping[str, type[Any]], table: Mapping[str, Any], place: str) -> tuple[str, Any]:
    """The name that the table has as `way`, and that one of `ways`, made of its other keys. Raises FileError."""
    rest = dict(table)
    way = rest.pop("way", None)
    if way is None:
        raise FileError(f"{place} has no 'way'.", f"It is one of: {', '.join(ways)}.")
    if way not in ways:
        raise FileError(f"{place} does not know the way {way!r}.", one_of(str(way), ways))
    return way, read(ways[way], rest, place)


def read(kind: type[T], table: Any, place: str) -> T:
    """A `kind` of this table. place: where it stands, for messages. Raises FileError."""
    if not isinstance(table, Mapping):
        raise FileError(f"{place} must be a table.")
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise FileError(f"{place} does not know the key {key!r}.", one_of(key, fields))
    hints = get_type_hints(kind)
    values = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], f"{name} in {place}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise FileError(f"{place} has no {name!r}.", f"Its keys are: {', '.join(fields)}.")
    return kind(**values)


def _value(kind: Any, given: Any, place: str) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        if not isinstance(given, list):
            raise FileError(f"{place} must be a list.")
        item = get_args(kind)[0]
        return tuple(_value(item, one, f"{place}, number {at}") for at, one in enumerate(given, 1))
    if dataclasses.is_dataclass(kind):
        return read(kind, given, place)  # type: ignore[arg-type]
    if get_origin(kind) is not None:  # Mapping[str, ...]
        wanted = get_args(kind)[1]
        if not isinstance(given, Mapping):
            raise FileError(f"{place} must be a table.")
        return {
            key: given[key] if wanted is Any else _value(wanted, given[key], f"{key} in {place}") for key in given
        }
    if kind is float and isinstance(given, int) and not isinstance(given, bool):
        return float(given)
    if kind in _NAMES and type(given) is not kind:
        raise FileError(f"{place} must be {_NAMES[kind]}, and is {given!r}.")
    return given
