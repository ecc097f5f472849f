"""What holds for every pod of the chart, whoever adds one."""

import re
from pathlib import Path

import pytest

from deploy.installation.layout import CHECKOUT
from tests.deploy.kubernetes.chart import WAYS, containers, objects, of_kind, pods

EACH_WAY = pytest.mark.parametrize("way", WAYS)
# What the level `restricted` of the Pod Security Standards lets a pod mount; no host path is among them.
_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
_HOST = {"hostNetwork", "hostPID", "hostIPC", "hostUsers"}
_PINNED = re.compile(r"[a-z0-9._/-]+:v?\d+\.\d+[\w.-]*")
SIDECARS = {"gateway-log-exporter", "nginx-exporter", "locust-worker"}


@EACH_WAY
def test_pods_are_restricted(packed: Path, way: str) -> None:
    """As pod-security.kubernetes.io/enforce: restricted asks, and with a root that nobody can write to."""
    for name, pod in pods(objects(packed, way)).items():
        spec = pod["spec"]
        assert _HOST.isdisjoint(spec), name
        context = spec["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] > 0
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert context.keys().isdisjoint({"sysctls", "seLinuxOptions", "appArmorProfile"})
        for volume in spec["volumes"]:
            assert set(volume) - {"name"} <= _VOLUMES, (name, volume)
        for container in containers(pod).values():
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["runAsNonRoot"] is True
            assert own["runAsUser"] > 0
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert "privileged" not in own
            assert not [port for port in container.get("ports", ()) if "hostPort" in port]


@EACH_WAY
def test_nobody_gets_a_token_but_prometheus(packed: Path, way: str) -> None:
    """Which may look at the pods of its namespace, and at nothing else. Each part has an account of its own."""
    found = objects(packed, way)
    tokens = {
        name for name, pod in pods(found).items() if pod["spec"]["automountServiceAccountToken"] is not False
    }
    assert tokens == {"prometheus"}
    accounts = of_kind(found, "ServiceAccount")
    assert all(account["automountServiceAccountToken"] is False for account in accounts.values())
    for pod in pods(found).values():
        assert pod["spec"]["serviceAccountName"] == pod["metadata"]["labels"]["app.kubernetes.io/name"]
        assert pod["spec"]["serviceAccountName"] in accounts
        assert pod["spec"]["enableServiceLinks"] is False
    (role,) = of_kind(found, "Role").values()
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
    assert not of_kind(found, "ClusterRole", "ClusterRoleBinding")


@EACH_WAY
def test_every_container_has_bounds_and_a_version(packed: Path, way: str) -> None:
    """Memory that is requested is also the limit: a node promises what it has."""
    for name, pod in pods(objects(packed, way)).items():
        for container in containers(pod).values():
            resources = container["resources"]
            assert resources["requests"].keys() == resources["limits"].keys() == {"cpu", "memory"}
            assert resources["requests"]["memory"] == resources["limits"]["memory"]
            assert _PINNED.fullmatch(container["image"]), (name, container["image"])
            assert "latest" not in container["image"]


def test_the_page_says_how_much_memory_the_small_profile_takes(packed: Path) -> None:
    """All limits of what stays, together."""
    mebibytes = sum(
        each["spec"]["replicas"] * int(container["resources"]["limits"]["memory"].removesuffix("Mi"))
        for each in of_kind(objects(packed, "small"), "Deployment", "StatefulSet").values()
        for container in containers(each["spec"]["template"]).values()
    )
    page = (CHECKOUT / "deploy" / "kubernetes" / "README.md").read_text(encoding="utf-8")
    assert f"The limits of memory are {mebibytes / 1024:.1f} GiB together" in page


@EACH_WAY
def test_every_container_that_stays_is_asked_in_three_ways(packed: Path, way: str) -> None:
    """Whether it has started, is ready, and lives; a sidecar does not say whether the pod is ready.

    A worker of Locust listens nowhere. It ends when its master is mute.
    """
    for name, pod in pods(objects(packed, way)).items():
        if name.startswith(("prepare", "backup")):  # they end
            continue
        for container in containers(pod).values():
            wanted = {"startupProbe", "livenessProbe", "readinessProbe"}
            if container["name"] in SIDECARS:
                wanted -= {"readinessProbe"}
            if container["name"] == "locust-worker":
                wanted = set()
            assert {key for key in container if key.endswith("Probe")} == wanted, (name, container["name"])


@EACH_WAY
def test_a_store_that_is_away_takes_no_service_with_it(packed: Path, way: str) -> None:
    """It is waited for at the start; later, all replicas would go at once, and with them what needs no store."""
    for name, pod in pods(objects(packed, way)).items():
        labels = pod["metadata"]["labels"]
        if labels["app.kubernetes.io/component"] == "service":
            container = containers(pod)[labels["app.kubernetes.io/name"]]
            paths = {
                kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")
            }
            assert paths == {"startup": "/health/ready", "readiness": "/health", "liveness": "/health"}, name
            assert (
                container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"] >= 600
            )


@EACH_WAY
def test_an_update_takes_no_request_with_it(packed: Path, way: str) -> None:
    """Who is asked by the gateway waits until nobody sends it anything, and has time to answer what it began."""
    for name, deployment in of_kind(objects(packed, way), "Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        first = pod["containers"][0]
        if "topologySpreadConstraints" in pod:
            assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
            asleep = first["lifecycle"]["preStop"]["sleep"]["seconds"]
            # drain_seconds for requests and again for messages (services/shared/settings.py)
            assert pod["terminationGracePeriodSeconds"] >= asleep + 2 * 6, name
        else:
            assert deployment["spec"]["strategy"] == {"type": "Recreate"}


def test_replicas_are_spread_and_not_all_gone_at_once(packed: Path) -> None:
    """Wherever there may be several."""
    found = objects(packed, "production")
    several = {name for name, pod in pods(found).items() if "topologySpreadConstraints" in pod["spec"]}
    assert set(of_kind(found, "PodDisruptionBudget")) == several
    for name in several:
        spread = pods(found)[name]["spec"]["topologySpreadConstraints"]
        assert [each["topologyKey"] for each in spread] == [
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        ]
        policies = {each["nodeTaintsPolicy"] for each in spread}
        assert policies == {"Honor"}, "a node that is drained would keep pods from all others"
    for budget in of_kind(found, "PodDisruptionBudget").values():
        assert budget["spec"]["maxUnavailable"] == 1
    small = objects(packed, "small")
    assert not of_kind(small, "PodDisruptionBudget"), "a node could never be emptied"
    for name in several:
        (only,) = pods(small)[name]["spec"]["topologySpreadConstraints"]
        assert only["topologyKey"] == "kubernetes.io/hostname", "nodes without a zone would not count"


@EACH_WAY
def test_selectors_find_the_pods_that_they_mean(packed: Path, way: str) -> None:
    """Each Service and each budget has pods, each with the port that is named."""
    found = objects(packed, way)
    templates = list(pods(found).values())
    for name, service in of_kind(found, "Service").items():
        selected = [
            pod for pod in templates if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        ]
        assert len(selected) == 1, name
        ports = {port["name"] for each in containers(selected[0]).values() for port in each.get("ports", ())}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name
    for name, budget in of_kind(found, "PodDisruptionBudget").items():
        labels = budget["spec"]["selector"]["matchLabels"]
        assert [pod for pod in templates if labels.items() <= pod["metadata"]["labels"].items()], name


@EACH_WAY
def test_the_only_one_of_its_kind_stays_in_reach(packed: Path, way: str) -> None:
    """A store whose health check is slow still answers; one of several replicas leaves its work to the others."""
    found = objects(packed, way)
    stateful = of_kind(found, "StatefulSet")
    for name, service in of_kind(found, "Service").items():
        if name.endswith("-mesh"):  # nobody asks it: it tells the mesh which ports there are
            continue
        is_only_one = service["metadata"]["labels"]["app.kubernetes.io/name"] in stateful
        assert service["spec"].get("publishNotReadyAddresses", False) is is_only_one, name


@EACH_WAY
def test_mounts_have_volumes_and_every_volume_is_mounted(packed: Path, way: str) -> None:
    """Nothing is missing, and nobody can read what it has no use for."""
    found = objects(packed, way)
    configs = of_kind(found, "ConfigMap")
    for name, pod in pods(found).items():
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        claimed = {"data"} if name in of_kind(found, "StatefulSet") else set()
        mounts = [mount for each in containers(pod).values() for mount in each.get("volumeMounts", ())]
        assert {mount["name"] for mount in mounts} == (volumes.keys() | claimed), name
        for volume in volumes.values():
            if "configMap" in volume:
                keys = configs[volume["configMap"]["name"]]["data"].keys()
                assert {item["key"] for item in volume["configMap"].get("items", ())} <= keys
