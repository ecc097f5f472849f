"""What came of it: counted by name, printed at the end."""

from collections import Counter

__all__ = ["OUTCOMES", "note"]

OUTCOMES: Counter[str] = Counter()


def note(outcome: str, number: int = 1) -> None:
    """Count an outcome."""
    OUTCOMES[outcome] += number
