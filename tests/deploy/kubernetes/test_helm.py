"""Which Helm renders the chart."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.kubernetes import helm


def put(path: Path, version: str) -> Path:
    """A program that says what Helm of this version says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Helm; `bin` is its PATH."""
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


@pytest.mark.parametrize("version", ["v3.16.1", "v4.1.4"])
def test_helm_of_the_machine_is_used(machine: Path, version: str) -> None:
    """Of either version that people have."""
    own = put(machine / "helm", version)
    assert helm.find() == own


def test_another_one_is_not(machine: Path) -> None:
    """Helm 2 has other commands; what brings its own is looked for then."""
    put(machine / "helm", "v2.17.0")
    assert helm.find() is None
    own = put(helm._brought(), "v4.1.4")
    assert helm.find() == own


def test_without_one_it_is_said() -> None:
    """And who brings it."""
    with pytest.raises(ShopError, match="no Helm"):
        helm.run("version")
