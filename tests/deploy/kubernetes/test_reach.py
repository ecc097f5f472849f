"""A restore from outside of the cluster: what kubectl is asked, and in which order."""

import json
from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.reach import ClusterReach
from tests.deploy.kubernetes.standins import Programs

_MANIFEST = """
apiVersion: v1
kind: Service
metadata: {name: gateway}
---
apiVersion: batch/v1
kind: Job
metadata: {name: prepare-3, labels: {app.kubernetes.io/name: prepare}, annotations: {helm.sh/hook: pre-upgrade}}
spec: {template: {}}
"""


def deployment(name: str, replicas: int, before: str = "") -> dict[str, object]:
    """One of those that write, as the API server shows it."""
    annotations = {"glasshouse/replicas": before} if before else {}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": {"replicas": replicas}}


@pytest.fixture
def reach(cluster: Cluster, programs: Programs) -> ClusterReach:
    """Everything that is asked succeeds, and the tables are there."""
    for verb in ("annotate", "scale", "wait", "delete", "create", "rollout", "patch"):
        programs.answers(f"kubectl {verb}", "")
    programs.answers("kubectl exec", "1\n")
    programs.answers("helm get manifest", "")
    programs.answers("helm get hooks", _MANIFEST)
    programs.answers(
        "kubectl get deployments", {"items": [deployment("gateway", 2), deployment("orders", 0, "3")]}
    )
    return ClusterReach(cluster)


def words(programs: Programs, *verbs: str) -> list[str]:
    """What was asked with these verbs, without options."""
    calls = [[word for word in call[3:] if not word.startswith("--")] for call in programs.asked]
    return [" ".join(call) for call in calls if call[0] in verbs]


def test_services_are_stopped_and_come_back_as_many_as_they_were(reach: ClusterReach, programs: Programs) -> None:
    """What was stopped by a restore that broke off is remembered by the cluster."""
    reach.stop_services()
    assert words(programs, "annotate", "scale") == [
        "annotate deployment/gateway glasshouse/replicas=2",
        "scale deployment/gateway",
    ]
    programs.answers(
        "kubectl get deployments", {"items": [deployment("gateway", 0, "2"), deployment("orders", 0, "3")]}
    )
    reach.start()
    counts = [call[-1] for call in programs.asked if "scale" in call]
    assert counts == ["--replicas=0", "--replicas=2", "--replicas=3"]
    assert words(programs, "create", "rollout")[:2] == ["create", "rollout restart statefulset/payment-provider"]


def test_where_there_are_no_tables_the_shop_is_closed_before_there_are(
    reach: ClusterReach, programs: Programs
) -> None:
    """Else people order into the empty database, and the restore replaces it."""
    reach.start_stores()
    assert words(programs, "scale", "create") == []
    programs.answers("kubectl exec", "no such role", 2)
    reach.start_stores()
    assert words(programs, "scale", "create") == ["scale deployment/gateway", "create"]


def test_secrets_are_in_nobodys_arguments(reach: ClusterReach, programs: Programs) -> None:
    """Everybody on the machine can read those."""
    programs.answers("kubectl get secret/glasshouse", {"data": {"card_key": "b2xk"}})
    reach.replace_secrets({"card_key": b"new and secret"})
    (call,) = (call for call in programs.asked if "patch" in call)
    assert "bmV3" not in json.dumps(call)
    assert words(programs, "patch") == ["patch secret/glasshouse"]


def test_a_ledger_that_was_not_replaced_is_said(reach: ClusterReach, programs: Programs, tmp_path: Path) -> None:
    """By what the pod said."""
    (copy := tmp_path / "copy").write_bytes(b"")
    reach.replace_ledger(copy)
    programs.answers("kubectl exec", "", 1)
    with pytest.raises(ShopError, match="The ledger was not replaced"):
        reach.replace_ledger(copy)


def test_pg_restore_runs_beside_the_server(reach: ClusterReach) -> None:
    """By its socket, without a password."""
    arguments = reach.client("pg_restore", "orders").arguments
    assert arguments[:4] == ("kubectl", "--namespace", "shop", "exec")
    assert arguments[-3:] == ("--", "pg_restore", "--username=orders")
