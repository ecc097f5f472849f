"""The chart, packed once, and Helm, fetched where the machine has none; and a cluster that answers from files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.installation.layout import Layout
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.pack import pack
from tests.deploy.kubernetes import helm
from tests.deploy.kubernetes.standins import Programs, pod


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the packed chart."""
    folder = tmp_path_factory.mktemp("chart")
    if helm.find() is None:
        helm.install(folder / "helm.log")
    return pack(folder / "glasshouse")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """kubectl and helm, before all others."""
    found = Programs(tmp_path / "programs")
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return found


@pytest.fixture
def cluster(programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """The installation in the namespace `shop`, with a pod of the gateway and two of the order service."""
    monkeypatch.delenv("SHOP_NAMESPACE", raising=False)
    pods = [
        pod("gateway-7d9-abc", "gateway", "nginx-exporter", part="gateway"),
        pod("order-service-blue-5c8-aaa", "order-service", part="order-service", color="blue"),
        pod("order-service-green-6f7-bbb", "order-service", part="order-service", color="green"),
    ]
    programs.answers("kubectl get pods", {"items": pods})
    programs.answers("kubectl get services", {"items": [{"metadata": {"name": "gateway"}}]})
    programs.answers("kubectl top pods", "gateway-7d9-abc 3m 12Mi\n")
    programs.answers("helm get values", "null")
    found = Cluster.beside(Layout.at(tmp_path / "run"))
    yield found
    found.close()
