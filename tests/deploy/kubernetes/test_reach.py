"""A restore from outside of the cluster: what kubectl is asked, and in which order."""

import json
from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.pack import version
from deploy.kubernetes.reach import ClusterReach
from tests.deploy.kubernetes.standins import Programs, pod
from tests.deploy.programs import put

_MANIFEST = """
apiVersion: v1
kind: Service
metadata: {name: gateway}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: prepare-mongo-users-deploy, annotations: {helm.sh/hook: pre-upgrade}}
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
    for verb in ("annotate", "scale", "wait", "delete", "apply", "create", "rollout", "patch"):
        programs.answers(f"kubectl {verb}", "")
    programs.answers("kubectl exec", "1\n")
    programs.answers("helm history", [{"revision": 3}])
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
    assert words(programs, "annotate")[1:] == [
        f"annotate deployment/{name} glasshouse/replicas-" for name in ("gateway", "orders")
    ]
    assert words(programs, "apply", "create", "rollout")[:3] == [
        "apply",  # what only hooks make, and the Job reads
        "create",
        "rollout restart statefulset/payment-provider",
    ]


def test_what_somebody_had_closed_comes_back_as_the_release_has_it(
    reach: ClusterReach, programs: Programs
) -> None:
    """As the plan says: the gateway is closed by hand before the restore, so nothing notes how many there were."""
    made = "{kind: Deployment, metadata: {name: gateway}, spec: {replicas: 2}}"
    scales = "{kind: Deployment, metadata: {name: orders}, spec: {}}"  # by load
    programs.answers("helm get manifest", f"{made}\n---\n{scales}\n")
    programs.answers("kubectl get deployments", {"items": [deployment("gateway", 0), deployment("orders", 0)]})
    reach.start()
    assert [call[-1] for call in programs.asked if "scale" in call] == ["--replicas=2", "--replicas=1"]


@pytest.mark.parametrize(("release", "upgrades"), [(version(), 1), ("0.0.9", 0)])
def test_the_newest_revision_has_the_secrets_that_were_restored(
    reach: ClusterReach, programs: Programs, release: str, upgrades: int
) -> None:
    """Else the next rollout that goes back brings those of before. A restore brings no other version."""
    programs.answers("helm history", [{"revision": 3, "app_version": release}])
    programs.answers("helm upgrade", "")
    reach.start()
    found = [call for call in programs.asked if "upgrade" in call]
    assert len(found) == upgrades
    assert all({"--no-hooks", "--reset-then-reuse-values"} <= set(call) for call in found)
    assert not found or programs.asked[-1] == found[0], "when everything runs"


def test_where_there_are_no_tables_the_shop_is_closed_before_there_are(
    reach: ClusterReach, programs: Programs
) -> None:
    """Else people order into the empty database, and the restore replaces it."""
    reach.start_stores()
    assert words(programs, "scale", "create") == []
    programs.answers("kubectl exec", 'psql: error: FATAL:  role "users" does not exist', 2)
    reach.start_stores()
    assert words(programs, "scale", "create") == ["scale deployment/gateway", "create"]


def test_an_empty_namespace_is_installed_first(reach: ClusterReach, programs: Programs) -> None:
    """It says how, in place of what kubectl makes of a selector that finds nothing."""
    programs.answers("helm history", "Error: release: not found", 1)
    with pytest.raises(ShopError, match="There is no release glasshouse in the namespace shop") as error:
        reach.start_stores()
    assert "./shop up --kubernetes" in error.value.remedy


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


def test_a_store_that_does_not_answer_closes_no_shop(reach: ClusterReach, programs: Programs) -> None:
    """It is not one without tables: whoever asked has not said yet that the data may be replaced."""
    programs.answers("kubectl exec", "error: unable to upgrade connection: container not found", 1)
    with pytest.raises(ShopError, match="PostgreSQL's pod does not answer: error: unable to upgrade"):
        reach.start_stores()
    assert words(programs, "scale", "create") == []


def test_rollouts_of_argo_are_refused(reach: ClusterReach, programs: Programs) -> None:
    """Their pods would go on writing into what is replaced."""
    programs.answers("helm get values", {"rollout": {"kind": "argo"}})
    with pytest.raises(ShopError, match="Rollouts of Argo are not stopped"):
        reach.start_stores()


@pytest.fixture
def two_pods(programs: Programs, cluster: Cluster, tmp_path: Path) -> Path:
    """kubectl runs the commands for two pods of the gateway here, each in a folder of its own below this one."""
    for name in ("g-1", "g-2"):
        (tmp_path / "pods" / name).mkdir(parents=True)
    pods = {"items": [pod(name, "gateway", part="gateway") for name in ("g-1", "g-2")]}
    (tmp_path / "pods.json").write_text(json.dumps(pods))
    put(
        tmp_path / "programs" / "bin" / "kubectl",
        f"""case $3 in
        get) exec cat {tmp_path}/pods.json ;;
        exec) export RUN_DIR={tmp_path}/pods/$4; shift 6; exec "$@" ;;
        esac""",
    )
    return tmp_path / "pods"


def held(pods: Path) -> dict[str, list[str]]:
    """The files by which each pod holds writes."""
    return {each.name: sorted(path.name for path in each.glob("held/*")) for each in sorted(pods.iterdir())}


def test_writes_are_held_in_every_pod_and_admitted_again(cluster: Cluster, two_pods: Path) -> None:
    """By a file for each span; what is held stays held."""
    reach = ClusterReach(cluster)
    reach.hold_writes([7, 8])
    reach.hold_writes([8, 9])
    assert held(two_pods) == {name: ["7", "8", "9"] for name in ("g-1", "g-2")}
    reach.admit_writes()
    assert held(two_pods) == {"g-1": [], "g-2": []}


def test_a_pod_that_was_evicted_is_not_asked(cluster: Cluster, two_pods: Path, tmp_path: Path) -> None:
    """It stays as an object, and nothing runs in it."""
    pods = json.loads((tmp_path / "pods.json").read_text())
    pods["items"].append(pod("g-0", "gateway", part="gateway", phase="Failed", containerStatuses=[]))
    (tmp_path / "pods.json").write_text(json.dumps(pods))
    ClusterReach(cluster).hold_writes([7])
    assert held(two_pods) == {name: ["7"] for name in ("g-1", "g-2")}


def test_two_backups_at_once(cluster: Cluster, two_pods: Path) -> None:
    """The second one gives up, and leaves the pause of the first as it is; one whose pause was ended is told."""
    first, second = ClusterReach(cluster), ClusterReach(cluster)
    first.hold_writes([7, 8])
    with pytest.raises(ShopError, match="held at g-1 by another backup"):
        second.hold_writes([8, 9])
    second.admit_writes()
    assert held(two_pods)["g-1"] == ["7", "8"]
    (two_pods / "g-2" / "held" / "8").unlink()
    with pytest.raises(ShopError, match="held at g-2 by another backup, or one has ended this pause"):
        first.hold_writes([8])


def test_a_pod_whose_clock_is_wrong(cluster: Cluster, two_pods: Path, tmp_path: Path) -> None:
    """It would hold writes at another time."""
    put(tmp_path / "programs" / "bin" / "date", "echo 1000")
    with pytest.raises(ShopError, match="The clock of g-1 differs from ours"):
        ClusterReach(cluster).hold_writes([7])
