"""What came of it: counted by name, printed at the end."""

from collections import Counter

__all__ = ["ACCEPTED", "ASKED_TO_WAIT", "OUTCOMES", "note"]

ACCEPTED = "orders accepted"
ASKED_TO_WAIT = "asked to wait: 503 with Retry-After"

OUTCOMES: Counter[str] = Counter()


def note(outcome: str, number: int = 1) -> None:
    """Count an outcome."""
    OUTCOMES[outcome] += number
