"""What came of it: counted by name, printed at the end."""

from collections import Counter
from collections.abc import Mapping

__all__ = ["ACCEPTED", "ASKED_TO_WAIT", "OUTCOMES", "add", "note", "take"]

ACCEPTED = "orders accepted"
ASKED_TO_WAIT = "asked to wait: 503 with Retry-After"

OUTCOMES: Counter[str] = Counter()


def note(outcome: str, number: int = 1) -> None:
    """Count an outcome."""
    OUTCOMES[outcome] += number


def take() -> dict[str, int]:
    """All counts, for a master; they begin anew here."""
    taken = dict(OUTCOMES)
    OUTCOMES.clear()
    return taken


def add(taken: Mapping[str, int]) -> None:
    """What a worker has taken."""
    OUTCOMES.update(taken)
