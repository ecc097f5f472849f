"""What is not installed is installed, or named."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.native import packages
from deploy.native.packages import Package

PRESENT = Package("coreutils", "/bin/l[s]")
ABSENT = Package("nosuch-server", "nosuch-program")


def test_packages_are_found_by_their_programs() -> None:
    """A program from anywhere will do: the package manager is not asked."""
    assert packages.missing([PRESENT, ABSENT]) == [ABSENT]


def test_nothing_missing_needs_no_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user can work where the packages are there."""
    monkeypatch.setattr(packages, "_as_root", lambda: None)
    assert packages.ensure([PRESENT], tmp_path / "apt.log") == []


def test_without_root_the_exact_command_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the right can copy it."""
    monkeypatch.setattr(packages, "_as_root", lambda: None)
    with pytest.raises(ShopError) as caught:
        packages.ensure([PRESENT, ABSENT], tmp_path / "apt.log")
    assert "nosuch-server" in caught.value.message
    assert "apt-get install -y --no-install-recommends nosuch-server" in caught.value.remedy
