"""`./shop test`, on small checkouts whose tests do as they are told."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from deploy.cli import test as command
from deploy.cli.main import main
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


@pytest.mark.parametrize("file", ["tests/nowhere.py", "/nowhere", "./nowhere", "nowhere.py::test_it"])
def test_a_file_that_is_not_there_is_refused_at_once(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before minutes of other checks."""
    with pytest.raises(SystemExit) as caught:
        main(["test", "-q", file])
    assert caught.value.code == 2
    assert f"There is no file {file.partition('::')[0]}." in capsys.readouterr().err
