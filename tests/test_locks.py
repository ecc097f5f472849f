"""requirements/: each lock has what its group in pyproject.toml asks for, and nothing that nobody asks for."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
# Those of which `./shop test` installs everything: what a package asks for is read where it is installed.
LOCKS = sorted(path.stem for path in (ROOT / "requirements").glob("*.txt") if path.stem not in ("node", "reload"))


def _asked(group: str) -> Iterator[Requirement]:
    for entry in GROUPS[group]:
        if isinstance(entry, dict):
            yield from _asked(entry["include-group"])
        else:
            yield Requirement(entry)


def _brought(one: Requirement) -> Iterator[Requirement]:
    """What a package asks for on some system, with the extras that were named."""
    try:
        lines = distribution(one.name).requires or ()
    except ModuleNotFoundError:  # of another system: it has no package of this one
        return
    for needed in map(Requirement, lines):
        marker = str(needed.marker or "")
        if "extra ==" not in marker or any(f'extra == "{extra}"' in marker for extra in one.extras):
            yield needed


@pytest.mark.parametrize("group", LOCKS)
def test_every_locked_package_has_a_reason(group: str) -> None:
    """Somebody asks for it, and whatever is asked for is locked: else run requirements/lock.sh."""
    waiting, seen = list(_asked(group)), {}
    while waiting:
        one = waiting.pop()
        if str(one) not in seen:
            seen[str(one)] = canonicalize_name(one.name)
            waiting += _brought(one)
    text = (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    locked = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    assert locked - set(seen.values()) == set()
    assert {canonicalize_name(one.name) for one in _asked(group)} - locked == set()
