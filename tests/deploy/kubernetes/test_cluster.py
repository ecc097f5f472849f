"""`--kubernetes`: what ./shop makes of what kubectl and Helm say."""

import base64
import io
import json
import os
import signal
import socket
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from deploy.cli import load, up, urls
from deploy.cli import status as cli_status
from deploy.cli.alerts import firing
from deploy.cli.first_scrape import wait_for_first_scrape
from deploy.cli.parsing import parse
from deploy.installation.errors import ShopError, UsageError
from deploy.kubernetes import install, status
from deploy.kubernetes.breaking import ClusterPrograms
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.crowd import ClusterCrowd
from deploy.kubernetes.installation import InCluster
from tests.deploy.kubernetes.standins import Programs, pod
from tests.deploy.programs import put
from tests.waiting import wait_for


def test_a_row_for_each_pod_and_for_what_has_none(cluster: Cluster, programs: Programs) -> None:
    """Names as in the other ways to run, with the colour; memory where metrics-server counts it."""
    labels = {"app.kubernetes.io/name": "mongo"}
    missing = {"kind": "StatefulSet", "metadata": {"name": "mongo"}, "spec": {"selector": {"matchLabels": labels}}}
    programs.answers("kubectl get deployments,statefulsets", {"items": [missing]})
    rows = {row["name"]: row for row in status.collect(cluster)}
    asked = [call for call in programs.asked if call[3:5] == ["get", "pods"]]
    assert len(asked) == 1  # at a second time one of them may be gone
    assert list(rows) == ["gateway-1", "mongo", "order-service-1 (blue)", "order-service-2 (green)"]
    assert rows["gateway-1"]["health"] == "healthy"
    assert rows["gateway-1"]["pss"] == 12 * 2**20
    assert rows["order-service-1 (blue)"]["pss"] == 0
    assert rows["mongo"]["health"] == "missing: 1 wanted and none there"


def test_why_a_pod_is_not_ready(cluster: Cluster, programs: Programs) -> None:
    """What its container waits for is what `./shop status` says."""
    waits = {"waiting": {"reason": "ErrImageNeverPull", "message": "the image is not here"}}
    ended = {"terminated": {"exitCode": 1, "reason": "Error"}}
    container = {"name": "order-service", "ready": False, "restartCount": 3, "state": waits, "lastState": ended}
    stuck = pod("o-1", "order-service", part="order-service", phase="Pending", containerStatuses=[container])
    programs.answers("kubectl get pods", {"items": [stuck]})
    programs.answers("kubectl get deployments,statefulsets", {"items": []})
    (row,) = InCluster(cluster).processes()
    assert (row["state"], row["restarts"]) == ("starting", 3)
    assert row["health"] == "starting: order-service ended with 1 (Error); order-service: the image is not here"
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
    process = cluster._forwards[("shop", "gateway", 8080)]._process
    os.kill(process.pid, signal.SIGKILL)

    def answers() -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return cluster._forwards[("shop", "gateway", 8080)]._process.pid != process.pid
        return False

    wait_for("an answer", answers)


def test_spans_of_a_command_go_where_those_of_services_go(cluster: Cluster, programs: Programs) -> None:
    """With tail sampling to the balancer: Jaeger itself would keep them without the rest of their trace."""
    services = [{"metadata": {"name": name}} for name in ("gateway", "jaeger", "trace-balancer")]
    programs.answers("kubectl get services", {"items": services})
    assert cluster.url("otlp") == f"http://127.0.0.1:{cluster.port('otlp')}"
    (call,) = [call for call in programs.asked if "port-forward" in call]
    assert call[-2:] == ["service/trace-balancer", ":4318"]


def test_the_operators_prometheus_is_asked_where_ours_is_left_out(cluster: Cluster, programs: Programs) -> None:
    """In its namespace; its Service has a name that the Operator gives."""
    programs.answers("kubectl get services", {"items": [{"metadata": {"name": "gateway"}}]})
    programs.answers("helm get values", {"monitoring": {"operator": True, "namespace": "watching"}})
    assert cluster.port("prometheus") == cluster.port("prometheus")
    (call,) = [call for call in programs.asked if "port-forward" in call]
    assert call[:3] == ["kubectl", "--namespace", "watching"]
    assert call[-2:] == ["service/prometheus-operated", ":9090"]


def test_without_any_prometheus(cluster: Cluster, programs: Programs, tmp_path: Path) -> None:
    """Alerts are unknown, and nobody waits for what is not measured."""
    programs.answers("kubectl get services", {"items": [{"metadata": {"name": "gateway"}}]})
    assert cluster.has("gateway")
    put(tmp_path / "programs" / "bin" / "kubectl", 'echo "Error: services not found"; exit 1')
    assert firing(cluster) is None
    assert not wait_for_first_scrape(cluster, Console(quiet=True))


def test_a_store_outside_has_no_port(cluster: Cluster, programs: Programs, tmp_path: Path) -> None:
    """What kubectl says of it is told, with what to look at."""
    put(tmp_path / "programs" / "bin" / "kubectl", 'echo "Error: services not found"; exit 1')
    with pytest.raises(ShopError, match="service/postgres cannot be reached: Error: services not found"):
        cluster.port("postgres")


def test_pages_that_are_not_there_are_not_offered(cluster: Cluster, programs: Programs) -> None:
    """Values may leave Grafana out, and bring Locust: no port leads to what is not in the namespace."""
    there = ("gateway", "jaeger", "prometheus", "alertmanager", "rabbitmq", "locust")
    programs.answers("kubectl get services", {"items": [{"metadata": {"name": name}} for name in there]})
    addresses = urls.collect(InCluster(cluster))
    assert (addresses["grafana"], addresses["locust"]) == (None, "http://localhost:8089")
    assert [command.split("/")[1] for command in cluster.port_forwards()] == [
        *("gateway 8080:8080", "jaeger 16686:16686", "prometheus 9090:9090", "alertmanager 9093:9093"),
        *("rabbitmq 15672:15672", "locust 8089:8089"),
    ]


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


@pytest.mark.parametrize("action", ["all", "record"])
def test_drills_that_bring_a_load_of_their_own(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its people would all have the one address of a forwarded port, which the gateway limits."""
    with pytest.raises(SystemExit, match="2"):
        parse(["drill", action, "redis-down", "--kubernetes"])
    assert f"./shop drill {action} needs the native run." in capsys.readouterr().err


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


def test_a_load_that_breaks_something_is_refused_by_its_name(cluster: Cluster, programs: Programs) -> None:
    """Not with a list of options that nobody gave."""
    with pytest.raises(UsageError, match="and retry_storm does"):
        load.run(InCluster(cluster), Console(quiet=True), "retry_storm", load.Options(workers=2))


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
    programs.answers("kubectl exec g-1", {"requests": {}})
    crowd = ClusterCrowd(cluster)
    command = list(crowd.command({"LOAD_SCENARIO": "calm", "LOAD_FOLDER": "/here"}, ["--processes", "2"]))
    assert command[-2:] == ["--processes", "2"]
    assert command[:5] == ["kubectl", "--namespace", "shop", "exec", "g-1"]
    assert {"LOAD_SCENARIO=calm", "LOAD_FOLDER=/tmp/shop-load", "--headless"} <= set(command)
    assert json.loads(crowd.results()) == {"requests": {}}


def test_a_cluster_that_does_not_answer_is_not_an_empty_one(cluster: Cluster, programs: Programs) -> None:
    """Else the values of a first installation would replace those of the one that is there."""
    programs.answers("kubectl get namespace/shop", "namespace/shop")
    programs.answers("helm history", "Error: Kubernetes cluster unreachable: timeout", 1)
    with pytest.raises(ShopError, match="cluster unreachable"):
        install.up(cluster, Console(quiet=True), None, ())
    programs.answers("helm get values", "Error: Kubernetes cluster unreachable: timeout", 1)
    with pytest.raises(ShopError, match="cluster unreachable"):
        cluster.values()
    assert not [call for call in programs.asked if "upgrade" in call]
    for verb in ("history", "get values"):
        programs.answers(f"helm {verb}", "Error: release: not found", 1)
    assert (cluster.release(), cluster.values()) == (None, {})


def test_a_namespace_is_restricted_from_its_first_moment(cluster: Cluster, programs: Programs) -> None:
    """It is made together with its label, in one request."""
    programs.answers("kubectl get namespace/shop", "")
    programs.answers("kubectl create", "")
    programs.answers("helm history", "Error: release: not found", 1)
    programs.answers("helm upgrade", "")
    install.up(cluster, Console(quiet=True), None, ())
    verbs = [call[3] for call in programs.asked if call[0] == "kubectl"]
    assert verbs == ["get", "create"]


@pytest.mark.parametrize(("verb", "command"), [("install", "uninstall"), ("upgrade", "rollback")])
def test_a_release_that_is_under_way(cluster: Cluster, programs: Programs, verb: str, command: str) -> None:
    """Helm would only say that it is; what to do depends on what died."""
    programs.answers("kubectl get namespace/shop", "namespace/shop")
    programs.answers("helm history", [{"revision": 1, "status": f"pending-{verb}"}])
    with pytest.raises(ShopError, match=f"is pending-{verb}: another command is at work, or died") as error:
        install.up(cluster, Console(quiet=True), None, ())
    assert f"helm --namespace shop {command} glasshouse" in error.value.remedy


def test_helm_is_given_the_time_that_it_takes(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts the time for its Job and for pods anew; killed, it leaves a release that is under way for ever."""
    given: list[float] = []
    monkeypatch.setattr(Cluster, "helm", lambda *_, seconds: given.append(seconds))
    install.upgrade(cluster, seconds=1200)
    assert given[0] > 2 * 1200


def test_a_command_that_does_not_end(cluster: Cluster, tmp_path: Path) -> None:
    """Is said, and ended."""
    put(tmp_path / "programs" / "bin" / "helm", "exec sleep 600")
    with pytest.raises(ShopError, match="helm upgrade glasshouse did not end within 0 s"):
        cluster.helm("upgrade", "glasshouse", seconds=0.2)


def test_helm_ends_in_good_order_when_we_are_interrupted(cluster: Cluster, tmp_path: Path) -> None:
    """It must note that the release is no longer under way: else nobody can upgrade it any more."""
    noted = tmp_path / "noted"
    put(
        tmp_path / "programs" / "bin" / "helm",
        f"""trap 'sleep 0.5; touch {noted}; exit 1' TERM
        head -c 200000 /dev/zero  # more than fits into a pipe: now somebody reads
        kill -INT $PPID
        while :; do sleep 0.02; done""",
    )
    with pytest.raises(KeyboardInterrupt):
        cluster.helm("upgrade", "glasshouse", seconds=30)
    assert noted.exists()


def test_what_a_dead_drill_took_away_is_not_forgotten(cluster: Cluster, programs: Programs) -> None:
    """A drill from another machine does not know of it, and finds nothing running."""
    labels = {"app.kubernetes.io/name": "redis"}
    each = {
        "kind": "StatefulSet",
        "metadata": {"name": "redis", "annotations": {"glasshouse/replicas-before-drill": "1"}},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}},
    }
    programs.answers("kubectl get deployments,statefulsets", {"items": [each]})
    for done in ("scale", "wait"):
        programs.answers(f"kubectl {done}", "")
    ClusterPrograms(cluster).stop(["redis"])
    assert not [call for call in programs.asked if "annotate" in call]


def test_first_steps_are_commands_for_the_cluster(cluster: Cluster, programs: Programs) -> None:
    """`./shop buy` alone would look for a platform on this machine."""
    output = io.StringIO()
    up._show_first_steps(InCluster(cluster), Console(file=output, width=120))
    assert "./shop buy --kubernetes " in output.getvalue()
    assert "./shop load" not in output.getvalue()


def test_logs_that_nobody_reads_any_more(cluster: Cluster, tmp_path: Path) -> None:
    """kubectl ends at once, and not when a pod writes its next line."""
    pods = json.dumps({"items": [pod("g-1", "gateway", part="gateway")]})
    (tmp_path / "pods.json").write_text(pods)
    put(
        tmp_path / "programs" / "bin" / "kubectl",
        f"""test $3 = get && exec cat {tmp_path}/pods.json
        echo '[pod/g-1/gateway] hello'
        exec sleep 30""",
    )
    began, lines = time.monotonic(), InCluster(cluster).follow_logs()
    assert next(lines) == ("gateway-1", "hello")
    cast(Generator[object], lines).close()
    assert time.monotonic() - began < 20
