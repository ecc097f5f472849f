"""Words of a search: how a text is taken apart, and what somebody meant who mistyped one."""

import re
import unicodedata
from collections.abc import Mapping

__all__ = ["corrected", "is_one_typo", "tokens_of", "words_of"]

_WORD = re.compile(r"\w+")
_SHORTEST = 4  # letters: of shorter words almost every one is one typo from another
_MOST_MISTYPED = 3  # words of a query: comparing each of them takes its time from everybody else


def words_of(text: str) -> list[str]:
    """The words of `text` without regard to case and to how Unicode composes a letter."""
    return _WORD.findall(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))


def tokens_of(*texts: str) -> list[str]:
    """The distinct words of `texts`, for search."""
    return sorted({word for text in texts for word in words_of(text)})


def corrected(q: str, words: Mapping[str, int]) -> str | None:
    """What was meant by `q`: each word that nothing has is taken for the most common word one typo away.

    The last word may be the beginning of one, as in a search. None when a word is like none that there is, or more
    than three are mistyped.
    """
    asked = words_of(q)
    meant: list[str] = []
    mistyped = 0
    for place, word in enumerate(asked):
        is_last = place == len(asked) - 1
        if word in words or (is_last and any(known.startswith(word) for known in words)):
            meant.append(word)
            continue
        mistyped += 1
        found = _meant_by(word, words, as_beginning=is_last) if mistyped <= _MOST_MISTYPED else None
        if found is None:
            return None
        meant.append(found)
    return " ".join(meant) if meant != asked else None


def _meant_by(word: str, words: Mapping[str, int], *, as_beginning: bool) -> str | None:
    if len(word) < _SHORTEST:
        return None
    near = [known for known in words if len(known) >= _SHORTEST - 1 and is_one_typo(word, known)]
    if not near and as_beginning:
        lengths = (len(word) - 1, len(word), len(word) + 1)
        near = [k for k in words if any(len(k) > n and is_one_typo(word, k[:n]) for n in lengths)]
    return min(near, key=lambda known: (-words[known], known)) if near else None


def is_one_typo(one: str, other: str) -> bool:
    """One letter is missing, too much or another one, or two neighbours changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right if len(left) > len(right) else left == right[1:]
