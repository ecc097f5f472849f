"""The parts of an app by their classes: main.py provides them, routes ask for them (svcs does it like this).

provide(app, Database(url))                            # main.py
DatabaseDep = Annotated[Database, part(Database)]      # routes.py
"""

from typing import Any, TypeVar

from fastapi import Depends, FastAPI, Request

__all__ = ["find_part", "part", "part_of", "provide"]

T = TypeVar("T")


def provide(app: FastAPI, *parts: object) -> None:
    """Let the routes of `app` reach these parts. A part takes the place of an earlier one of its class."""
    app.state.parts = {**getattr(app.state, "parts", {}), **{type(one): one for one in parts}}


def find_part(app: FastAPI, kind: type[T]) -> T | None:
    """The part of `app` that has exactly this class, if one was provided until now."""
    found: T | None = getattr(app.state, "parts", {}).get(kind)
    return found


def part_of(app: FastAPI, kind: type[T]) -> T:
    """The part of `app` that has exactly this class. Raises KeyError when none was provided."""
    found: T = app.state.parts[kind]
    return found


def part(kind: type[T]) -> Any:
    """A dependency that gives a route the part of this class. It is async: FastAPI runs others in a thread."""

    async def get(request: Request) -> T:
        return part_of(request.app, kind)

    return Depends(get)
