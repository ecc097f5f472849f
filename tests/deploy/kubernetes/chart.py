"""The packed chart, rendered: once for each way of installing it, however many tests look at it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from tests.deploy.kubernetes import helm

CHART = CHECKOUT / "deploy" / "kubernetes" / "chart"
NAMESPACE = "shop"
_SMALL = ("-f", str(CHART / "values-small.yaml"))
_PRODUCTION = ("-f", str(CHART / "values-production.yaml"), "--set", "image.registry=ghcr.io/owner/repository")
# It changes two values of the small profile.
LOCAL = (*_SMALL, "-f", str(CHART / "values-local.yaml"))
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # of the examples of age
BACKUP = (
    *("--set", f"backup.enabled=true,backup.target=s3://bucket/shop,backup.recipient={RECIPIENT}"),
    *("--set", "backup.existingSecret=s3,backup.outside[0].cidr=10.9.0.0/16,backup.outside[0].port=443"),
)
# Ways of installing it: the other profiles, and what else can be switched on.
WAYS: dict[str, tuple[str, ...]] = {
    "small": _SMALL,
    "production": _PRODUCTION,
    "everything": (
        *(
            *_PRODUCTION,
            "--is-upgrade",
            "--set",
            "rollout.tags.green=0.2.0,alerts.webhookUrl=https://example.test/x",
        ),
        *("--set", "autoscaling.requestsPerSecond=50,autoscaling.queueLength=100"),
        *("--set", "autoscaling.metricsNamespace=monitoring,stores.postgresql.inside=true"),
        *("--set", "expose.ingress.enabled=true,expose.ingress.host=shop.test,expose.ingress.tlsSecret=tls"),
    ),
    "argo": (*_PRODUCTION, "--set", "rollout.kind=argo"),
    "operator": (*_SMALL, "--set", "monitoring.operator=true,logs.enabled=true,monitoring.labels.release=stack"),
    "logs": (*_SMALL, "--set", "logs.enabled=true"),
    "sampled": (*_SMALL, "--set", "tracing.tailSampling.enabled=true"),
    "load": (*_SMALL, "--set", "load.enabled=true"),
    "backup": (*_SMALL, *BACKUP),
    "istio": (*_SMALL, "--set", "mesh=istio"),
    "linkerd": (*_SMALL, "--set", "mesh=linkerd"),
}


def template(packed: Path, *options: str, only: tuple[str, ...] = ()) -> str:
    """What `helm template` prints; an AssertionError with its message when it fails. only: of these templates."""
    shown = [word for name in only for word in ("--show-only", f"templates/{name}.yaml")]
    done = helm.run("template", "glasshouse", str(packed), "--namespace", NAMESPACE, *shown, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def objects(packed: Path, way: str) -> tuple[dict[str, Any], ...]:
    """Every object of one of the ways."""
    return tuple(load(template(packed, *WAYS[way])))


def load(text: str) -> Iterator[dict[str, Any]]:
    """The objects in what Helm printed."""
    return (found for found in yaml.load_all(text, Loader=yaml.CSafeLoader) if found)


def of_kind(found: tuple[dict[str, Any], ...], *kinds: str) -> dict[str, dict[str, Any]]:
    """The objects of these kinds in the release's own namespace, by their names."""
    ours = (each for each in found if "namespace" not in each["metadata"])
    return {each["metadata"]["name"]: each for each in ours if each["kind"] in kinds}


def elsewhere(found: tuple[dict[str, Any], ...]) -> dict[str, dict[str, Any]]:
    """The objects in another namespace by their kinds; there is one of each."""
    return {each["kind"]: each for each in found if "namespace" in each["metadata"]}


def is_own(found: dict[str, Any]) -> bool:
    """Whether Kubernetes itself knows the kind: a group of somebody else has a domain that is not k8s.io."""
    group = found["apiVersion"].rpartition("/")[0]
    return "." not in group or (group.endswith(".k8s.io") and group != "gateway.networking.k8s.io")


def pods(found: tuple[dict[str, Any], ...]) -> dict[str, dict[str, Any]]:
    """The template of every pod by the name of what starts it."""
    jobs = of_kind(found, "CronJob").items()
    others = of_kind(found, "Deployment", "Rollout", "StatefulSet", "DaemonSet", "Job").items()
    return {name: each["spec"]["template"] for name, each in others} | {
        name: each["spec"]["jobTemplate"]["spec"]["template"] for name, each in jobs
    }


def containers(pod: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every container of a pod by its name, those that come first included."""
    spec = pod["spec"]
    return {each["name"]: each for each in (*spec.get("initContainers", ()), *spec["containers"])}
