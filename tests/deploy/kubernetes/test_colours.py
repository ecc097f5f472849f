"""What Helm is told by a rollout, and what the chart makes of it."""

from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.installation.services import PROVIDER, PUBLIC
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.colours import ClusterColours
from tests.deploy.kubernetes.chart import LOCAL, load, of_kind, template
from tests.deploy.kubernetes.standins import Programs, pod

SMALL = ("--is-upgrade", *LOCAL)


@pytest.fixture
def release(cluster: Cluster, programs: Programs) -> Programs:
    """A release of version 0.1.0 whose blue colour has the requests."""
    programs.answers("helm history", [{"revision": 4, "app_version": "0.1.0", "status": "deployed"}])
    programs.answers("helm upgrade", "")
    programs.answers("helm rollback", "")
    programs.answers("kubectl get deployments,statefulsets", {"items": []})
    programs.answers("kubectl delete job/prepare-5", "")
    return programs


def sets(programs: Programs) -> list[dict[str, str]]:
    """The values that each upgrade changed."""
    flag = "--set-string="
    return [
        dict(word.removeprefix(flag).split("=") for word in call if word.startswith(flag))
        for call in programs.asked
        if call[0] == "helm" and "upgrade" in call
    ]


def services(packed: Path, values: list[dict[str, str]]) -> tuple[dict[str, str], set[str]]:
    """After these upgrades: the colour that each Service of the order service means, and the images beside."""
    options = [word for each in values for key, text in each.items() for word in ("--set-string", f"{key}={text}")]
    found = tuple(load(template(packed, *SMALL, *options)))
    names = ("order-service", "order-service-preview")
    known = of_kind(found, "Service")
    colors = {name: known[name]["spec"]["selector"]["glasshouse/color"] for name in names if name in known}
    pods = (each["spec"]["template"]["spec"] for each in of_kind(found, "Deployment").values())
    images = {each["image"] for pod in pods for each in pod["containers"] if each["name"] == "order-service"}
    return colors, {image.rpartition(":")[2] for image in images}


def test_three_upgrades(cluster: Cluster, release: Programs, packed: Path) -> None:
    """Beside, switched, and the old one gone: as the table of the README says, rendered by Helm."""
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    assert sets(release) == []
    colours.deploy()
    colours.switch()
    colours.keep()
    done = sets(release)
    assert services(packed, done[:1]) == (
        {"order-service": "blue", "order-service-preview": "green"},
        {"0.1.0", "0.2.0"},
    )
    assert services(packed, done[:2]) == (
        {"order-service": "green", "order-service-preview": "blue"},
        {"0.1.0", "0.2.0"},
    )
    assert services(packed, done) == ({"order-service": "green"}, {"0.2.0"})


def deployment(name: str, replicas: int) -> dict[str, object]:
    """As the API server shows it."""
    return {"metadata": {"name": name}, "spec": {"replicas": replicas}, "status": {"replicas": replicas}}


@pytest.mark.parametrize("scales", [True, False])
def test_the_new_version_has_as_many_pods_as_the_old_before_it_gets_the_requests(
    cluster: Cluster, release: Programs, scales: bool
) -> None:
    """Where they scale by load: nothing has asked the new version, so it has the fewest. Else values say it."""
    many, few = deployment("order-service-blue", 6), deployment("order-service-green", 2)
    others = [deployment("user-service-blue", 2), deployment("user-service-green", 2)]
    release.answers("helm get values", {"autoscaling": {"enabled": scales}})
    release.answers("kubectl get deployments", {"items": [many, few, *others]})
    release.answers("kubectl scale", "")
    release.answers("kubectl rollout status", "")
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    colours.deploy()
    colours.switch()
    verbs = [call[3:] for call in release.asked if {"upgrade", "scale", "status"}.intersection(call)]
    grown = [
        ["scale", "deployment/order-service-green", "--replicas=6"],
        ["rollout", "status", "deployment/order-service-green", "--timeout=90s"],
    ]
    assert verbs[1:-1] == (grown if scales else [])
    assert verbs[0][0] == verbs[-1][0] == "upgrade"


def test_back_is_the_revision_before(cluster: Cluster, release: Programs) -> None:
    """A rollback, which runs no migration."""
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    release.answers("helm upgrade", "", code=1)
    with pytest.raises(ShopError, match="helm upgrade --install failed"):
        colours.deploy()
    colours.back()
    (call,) = [call for call in release.asked if "rollback" in call]
    assert call[3:6] == ["rollback", "glasshouse", "4"]
    assert ["kubectl", "--namespace", "shop", "delete", "job/prepare-5"] in [call[:5] for call in release.asked]


def test_a_provider_that_never_was_ready_is_not_kept(cluster: Cluster, release: Programs) -> None:
    """Kubernetes does not replace such a pod of a StatefulSet by itself: the old version would wait for ever."""
    broken = [{"name": PROVIDER.name, "ready": False}]
    pods = [
        pod("payment-provider-0", PROVIDER.name, part=PROVIDER.name, containerStatuses=broken),
        pod("order-service-green-1", "order-service", part="order-service", containerStatuses=broken),
    ]
    workload = {"kind": "StatefulSet", "metadata": {"name": PROVIDER.name}}
    release.answers("kubectl get pods", {"items": pods})
    release.answers("kubectl get deployments,statefulsets", {"items": [workload]})
    release.answers("kubectl delete pod/payment-provider-0", "")
    release.answers("kubectl rollout status", "")
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    colours.back()
    asked = [call[3:6] for call in release.asked]
    deleted = next(number for number, call in enumerate(asked) if call[:2] == ["delete", "pod/payment-provider-0"])
    assert asked.index(["rollback", "glasshouse", "4"]) < deleted
    assert deleted < asked.index(["rollout", "status", "statefulset/payment-provider"])


def test_the_version_after_next(cluster: Cluster, release: Programs) -> None:
    """After one rollout green has the requests, so blue is next; its old version is that of green."""
    release.answers("helm get values", {"image": {"tag": "0.2.0"}, "rollout": {"active": "green", "tags": {}}})
    colours = ClusterColours(cluster, 90)
    with pytest.raises(ShopError, match="green has the requests already"):
        colours.plan("green", "0.3.0")
    colours.plan("blue", "0.3.0")
    colours.deploy()
    assert sets(release) == [
        {"image.tag": "0.3.0", "rollout.tags.green": "0.2.0", "rollout.tags.blue": "0.3.0"},
    ]


def test_previews_have_a_port_each(cluster: Cluster, release: Programs) -> None:
    """Of every service behind the gateway."""
    assert list(ClusterColours(cluster, 90).previews()) == [service.name for service in PUBLIC]
    forwarded = [call[-2] for call in release.asked if "port-forward" in call]
    assert forwarded == [f"service/{service.name}-preview" for service in PUBLIC]


def test_no_release(cluster: Cluster, programs: Programs) -> None:
    """It says so, and in which namespace."""
    programs.answers("helm history", "Error: release: not found", code=1)
    with pytest.raises(ShopError, match="There is no release glasshouse in the namespace shop"):
        ClusterColours(cluster, 90).plan("green", "0.2.0")


@pytest.mark.parametrize(
    ("status", "values"),
    [
        ("pending-upgrade", {}),
        ("failed", {}),
        ("deployed", {"rollout": {"active": "blue", "tags": {"blue": "0.1.0", "green": "0.2.0"}}}),
    ],
)
def test_a_rollout_that_another_has_begun(
    cluster: Cluster, release: Programs, status: str, values: dict[str, object]
) -> None:
    """It is left alone: the way back of a second one would lead to the half version of the first."""
    release.answers("helm history", [{"revision": 5, "app_version": "0.1.0", "status": status}])
    release.answers("helm get values", values)
    with pytest.raises(ShopError, match="another rollout or upgrade is under way") as error:
        ClusterColours(cluster, 90).plan("green", "0.3.0")
    assert "helm --namespace shop rollback glasshouse" in error.value.remedy


def test_back_although_the_job_cannot_be_deleted(cluster: Cluster, release: Programs) -> None:
    """And what to do by hand where Helm fails, too."""
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    release.answers("kubectl delete job/prepare-5", "forbidden", code=1)
    colours.back()
    assert [call for call in release.asked if "rollback" in call]
    release.answers("helm rollback", "Error: timed out", code=1)
    with pytest.raises(ShopError, match="may not have the requests") as error:
        colours.back()
    assert error.value.remedy == "Do it again: helm --namespace shop rollback glasshouse 4"


def test_how_to_end_the_old_colour_by_hand(cluster: Cluster, release: Programs) -> None:
    """By what the rollout itself would have done."""
    colours = ClusterColours(cluster, 90)
    colours.plan("green", "0.2.0")
    release.answers("helm upgrade", "Error: timed out", code=1)
    with pytest.raises(ShopError, match="timed out") as error:
        colours.keep()
    (call,) = (call for call in release.asked if "--set-string=rollout.tags.blue=" in call)
    for word in call[3:]:
        if word.startswith("--set-string"):
            assert word.removeprefix("--set-string=") in error.value.remedy
