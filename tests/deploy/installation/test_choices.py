"""What `./shop up` was given by its environment."""

import os
import re
from pathlib import Path

import pytest

from deploy.installation import choices
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.services import SERVICES

_NOT_OURS = {"PATH", "HOME", "SHOP_RUN_DIR", "SHOP_PORT_OFFSET"}  # the last has a file of its own


def test_whatever_changes_a_program_is_remembered() -> None:
    """Or the next command would start the program anew, without it."""
    folders = ("native", "installation")
    text = "".join(path.read_text() for name in folders for path in (CHECKOUT / "deploy" / name).glob("*.py"))
    read = set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', text)) - _NOT_OURS
    assert read | {name for service in SERVICES for name in service.choices} == set(choices.NAMES)


def test_a_choice_holds_until_another_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one goes back to the default."""
    monkeypatch.setattr(os, "environ", {"LOG_LEVEL": "debug"})
    choices.recall(Layout.at(tmp_path))
    for given, found in (({}, "debug"), ({"LOG_LEVEL": ""}, ""), ({}, "")):
        monkeypatch.setattr(os, "environ", dict(given))
        choices.recall(Layout.at(tmp_path))
        assert os.environ["LOG_LEVEL"] == found
