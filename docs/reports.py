"""What a program measured, as the makers of pages take it over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["taken"]


@contextmanager
def taken(path: str, made_by: str) -> Iterator[Any]:
    """What is in the file. Ends the program with a sentence when it is not what that command writes.

    The block makes everything of it, and writes last: a file that lacks something changes no page.
    """
    try:
        yield json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}") from None
    except KeyError as error:
        raise SystemExit(f"{path} is not what `{made_by}` writes: it has no {error}") from None
    except (
        LookupError,
        ArithmeticError,
        json.JSONDecodeError,
        UnicodeDecodeError,
        TypeError,
        AttributeError,
    ) as error:
        raise SystemExit(f"{path} is not what `{made_by}` writes: {error}") from None
    except ValueError as error:  # it says itself what is wrong
        raise SystemExit(f"{path}: {error}") from None
