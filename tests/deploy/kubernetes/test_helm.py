"""Which Helm renders the chart."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from tests.deploy.kubernetes import helm
from tests.deploy.programs import put

pytestmark = pytest.mark.usefixtures("machine")


@pytest.mark.parametrize("version", ["v3.16.1", "v4.1.4"])
def test_helm_of_the_machine_is_used(machine: Path, version: str) -> None:
    """Of either version that people have."""
    own = put(machine / "helm", f"echo {version}")
    assert helm.find() == own


def test_another_one_is_not(machine: Path) -> None:
    """Helm 2 has other commands; what brings its own is looked for then."""
    put(machine / "helm", "echo v2.17.0")
    assert helm.find() is None
    own = put(helm._brought(), "echo v4.1.4")
    assert helm.find() == own


def test_without_one_it_is_said() -> None:
    """And who brings it."""
    with pytest.raises(ShopError, match="no Helm"):
        helm.run("version")
