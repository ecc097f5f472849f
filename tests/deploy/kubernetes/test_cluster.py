"""`--kubernetes`: what ./shop makes of what kubectl and Helm say."""

import base64
import json
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.cli import status as cli_status
from deploy.cli.parsing import parse
from deploy.installation.errors import ShopError
from deploy.kubernetes import status
from deploy.kubernetes.breaking import ClusterPrograms
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.crowd import ClusterCrowd
from deploy.kubernetes.installation import InCluster
from tests.deploy.kubernetes.standins import Programs, pod
from tests.jaeger.tracebox.process import wait_for


def test_a_row_for_each_pod_and_for_what_has_none(cluster: Cluster, programs: Programs) -> None:
    """Names as in the other ways to run, with the colour; memory where metrics-server counts it."""
    labels = {"app.kubernetes.io/name": "mongo"}
    missing = {"kind": "StatefulSet", "metadata": {"name": "mongo"}, "spec": {"selector": {"matchLabels": labels}}}
    programs.answers("kubectl get deployments,statefulsets", {"items": [missing]})
    rows = {row["name"]: row for row in status.collect(cluster)}
    assert list(rows) == ["gateway-1", "mongo", "order-service-1 (blue)", "order-service-2 (green)"]
    assert rows["gateway-1"]["health"] == "healthy"
    assert rows["gateway-1"]["pss"] == 12 * 2**20
    assert rows["order-service-1 (blue)"]["pss"] == 0
    assert rows["mongo"]["health"] == "missing: 1 wanted and none there"


def test_why_a_pod_is_not_ready(cluster: Cluster, programs: Programs) -> None:
    """What its container waits for is what `./shop status` says."""
    waits = {"waiting": {"reason": "ErrImageNeverPull", "message": "the image is not here"}}
    container = {"name": "order-service", "ready": False, "restartCount": 3, "state": waits}
    stuck = pod("o-1", "order-service", part="order-service", phase="Pending", containerStatuses=[container])
    programs.answers("kubectl get pods", {"items": [stuck]})
    programs.answers("kubectl get deployments,statefulsets", {"items": []})
    (row,) = InCluster(cluster).processes()
    assert (row["state"], row["restarts"]) == ("starting", 3)
    assert row["health"] == "starting: order-service: the image is not here"
    assert cli_status._COLOURS[row["state"]] == "yellow"


def test_logs_have_the_names_of_programs(cluster: Cluster, programs: Programs) -> None:
    """A file for each container, as the native run has it, and none of a pod that is gone."""
    programs.answers("kubectl logs gateway-7d9-abc", '{"event": "hello"}\n')
    programs.answers("kubectl logs order-service", '{"event": "order"}\n')
    (cluster.logs / "order-service-9.log").touch()
    cluster.gather_logs()
    found = {path.name: path.read_text() for path in cluster.logs.iterdir()}
    assert sorted(found) == [
        *("gateway-1.log", "nginx-exporter-1.log", "order-service-1.log", "order-service-2.log"),
    ]
    assert json.loads(found["order-service-2.log"]) == {"event": "order"}


def test_passwords_come_from_the_cluster(cluster: Cluster, programs: Programs) -> None:
    """From the Secret that the values name; only their owner may read the files."""
    programs.answers("helm get values", {"secrets": {"existing": "ours"}})
    encoded = base64.b64encode(b"pass").decode()
    programs.answers("kubectl get secret/ours", {"data": {"admin_password": encoded}})
    file = cluster.secrets / "admin_password"
    assert file.read_text() == "pass"
    assert file.stat().st_mode & 0o077 == 0


def test_a_port_outlives_the_pod_that_it_leads_to(cluster: Cluster, programs: Programs) -> None:
    """The same port leads to the next pod when kubectl has lost its own."""
    port = cluster.port("gateway")
    assert cluster.port("gateway") == port
    (call,) = [call for call in programs.asked if "port-forward" in call]
    assert call[-2:] == ["service/gateway", ":8080"]
    process = cluster._forwards[("gateway", 8080)]._process
    os.kill(process.pid, signal.SIGKILL)

    def answers() -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return cluster._forwards[("gateway", 8080)]._process.pid != process.pid
        return False

    wait_for(answers)


def test_a_store_outside_has_no_port(cluster: Cluster, programs: Programs, tmp_path: Path) -> None:
    """What kubectl says of it is told, with what to look at."""
    (tmp_path / "programs" / "bin" / "kubectl").write_text('#!/bin/sh\necho "Error: services not found"; exit 1\n')
    with pytest.raises(ShopError, match="service/postgres cannot be reached: Error: services not found"):
        cluster.port("postgres")


def test_without_kubectl(tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which program is missing."""
    with pytest.raises(ShopError, match="There is no kubectl on the PATH"):
        Cluster.beside(Cluster.at(tmp_path / "run"))


@pytest.mark.parametrize("command", ["down", "restart", "tour", "test"])
def test_commands_that_have_no_meaning_in_a_cluster(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They say what to do instead."""
    with pytest.raises(SystemExit) as error:
        parse([command, "--kubernetes"])
    assert error.value.code == 2
    assert f"./shop {command} has no --kubernetes." in capsys.readouterr().err


def test_a_part_is_taken_away_and_comes_back(cluster: Cluster, programs: Programs) -> None:
    """All replicas that the fault names are none in the cluster; the number before is kept with the object."""
    labels = {"app.kubernetes.io/name": "product-service"}
    each = {
        "kind": "Deployment",
        "metadata": {"name": "product-service-blue", "annotations": {"glasshouse/replicas-before-drill": "2"}},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}},
    }
    programs.answers("kubectl get deployments,statefulsets", {"items": [each]})
    for done in ("annotate", "scale", "wait", "rollout"):
        programs.answers(f"kubectl {done}", "")
    breaking = ClusterPrograms(cluster)
    breaking.stop(["product-service-1", "product-service-2"])
    breaking.start(["product-service-1", "product-service-2"])
    breaking.stop(["product-service-2"])
    scaled = [call[-1] for call in programs.asked if "scale" in call]
    assert scaled == ["--replicas=0", "--replicas=2", "--replicas=1"]


@pytest.mark.parametrize("way", ["freeze", "flag", "no-space"])
def test_faults_that_need_the_native_run(cluster: Cluster, way: str) -> None:
    """They are refused before anything is broken."""
    with pytest.raises(ShopError, match="needs the native run"):
        ClusterPrograms(cluster).check(way)


def test_a_load_comes_from_the_pod_of_the_gateway(cluster: Cluster, programs: Programs) -> None:
    """Where customers have addresses of their own; without Locust there, it is said how to bring it."""
    with pytest.raises(ShopError, match="There is no Locust in the gateway's pod") as error:
        ClusterCrowd(cluster).command({})
    assert "--values" in error.value.remedy
    programs.answers("kubectl get pods", {"items": [pod("g-1", "gateway", "locust-worker", part="gateway")]})
    programs.answers("kubectl exec deployment/gateway", {"requests": {}})
    command = list(ClusterCrowd(cluster).command({"LOAD_SCENARIO": "calm", "LOAD_FOLDER": "/here"}))
    assert command[:5] == ["kubectl", "--namespace", "shop", "exec", "deployment/gateway"]
    assert {"LOAD_SCENARIO=calm", "LOAD_FOLDER=/tmp/shop-load", "--headless"} <= set(command)
    assert json.loads(ClusterCrowd(cluster).results()) == {"requests": {}}
