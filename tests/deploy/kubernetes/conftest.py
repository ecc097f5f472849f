"""The chart, packed once, and Helm, fetched where the machine has none."""

from pathlib import Path

import pytest

from deploy.kubernetes import helm
from deploy.kubernetes.pack import pack


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the packed chart."""
    folder = tmp_path_factory.mktemp("chart")
    if helm.find() is None:
        helm.install(folder / "helm.log")
    return pack(folder / "glasshouse")
