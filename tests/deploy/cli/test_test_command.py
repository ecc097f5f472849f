"""`./shop test`, on small checkouts whose tests do as they are told."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli import test as command
from deploy.installation.layout import Layout

TESTS = """
from pathlib import Path

def test_busy():
    seen = Path("seen")
    was_there = seen.exists()
    seen.touch()
    assert was_there

def test_good():
    pass
"""


@pytest.mark.parametrize(
    ("more", "code"), [("", 0), ("def test_wrong():\n    assert False\n", 1)], ids=["only once", "always"]
)
def test_what_fails_beside_others_has_a_second_try_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, code: int
) -> None:
    """A test that passes then is named, and fails nothing; one that fails again does."""
    (tmp_path / "test_sample.py").write_text(TESTS + more)
    monkeypatch.setattr(command, "_SIDE_BY_SIDE", ("-n", "1"))
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    heard = io.StringIO()
    layout = Layout.at(tmp_path / "run", checkout=tmp_path)
    assert command._tests(layout, Console(file=heard, width=200), [])[0] == code
    assert "passed alone: test_sample.py::test_busy" in heard.getvalue()
    assert "test_wrong" not in heard.getvalue()
