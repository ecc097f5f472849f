"""PostgreSQL by its driver alone: a connection that lasts, and does one thing, beside the engine's pool."""

from typing import Any

import asyncpg

__all__ = ["connect"]


async def connect(
    url: str, *, timeout: float = 3.0, command_timeout: float = 10.0, **options: Any
) -> "asyncpg.Connection[asyncpg.Record]":
    """Open a connection to a URL of SQLAlchemy's or libpq's form. Both times are seconds; options: asyncpg's."""
    return await asyncpg.connect(
        url.replace("+asyncpg", ""), timeout=timeout, command_timeout=command_timeout, **options
    )
