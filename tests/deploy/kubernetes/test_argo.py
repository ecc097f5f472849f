"""With `rollout.kind: argo`: a Rollout of each service in place of its Deployment, with the same pods."""

from pathlib import Path
from typing import Any

from deploy.installation.services import BEHIND_GATEWAY
from tests.deploy.kubernetes.chart import WAYS, load, objects, of_kind, template
from tests.deploy.kubernetes.test_policies import allowed
from tests.prometheus.rules import check_values

_COLOR = "glasshouse/color"


def test_only_the_services_behind_the_gateway_are_rollouts(packed: Path) -> None:
    """The pods are those of the Deployments, without a colour; so are what selects them and what scales them."""
    ours, theirs = objects(packed, "argo"), objects(packed, "production")
    rollouts, deployments = of_kind(ours, "Rollout"), of_kind(theirs, "Deployment")
    assert set(rollouts) == set(BEHIND_GATEWAY)
    assert set(of_kind(ours, "Deployment")) == set(deployments) - {f"{name}-blue" for name in rollouts}
    for name, rollout in rollouts.items():
        assert rollout["apiVersion"] == "argoproj.io/v1alpha1"
        pod = deployments[f"{name}-blue"]["spec"]["template"]
        assert rollout["spec"]["template"] == _without_color(pod)
    services = of_kind(ours, "Service")
    for name in BEHIND_GATEWAY:
        selector = rollouts[name]["spec"]["selector"]["matchLabels"]
        assert services[name]["spec"]["selector"] == services[f"{name}-pods"]["spec"]["selector"] == selector
        assert of_kind(ours, "PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"] == selector
        scaled = of_kind(ours, "HorizontalPodAutoscaler")[name]["spec"]["scaleTargetRef"]
        assert scaled == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": name}
    gateway = of_kind(ours, "HorizontalPodAutoscaler")["gateway"]["spec"]["scaleTargetRef"]
    assert gateway == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "gateway"}


def _without_color(pod: dict[str, Any]) -> dict[str, Any]:
    """As Argo Rollouts needs it: replicas of one version are told apart by its own label."""
    labels = {key: value for key, value in pod["metadata"]["labels"].items() if key != _COLOR}
    spread = [
        {**each, "matchLabelKeys": ["rollouts-pod-template-hash"]}
        for each in pod["spec"]["topologySpreadConstraints"]
    ]
    return {
        "metadata": {**pod["metadata"], "labels": labels},
        "spec": {**pod["spec"], "topologySpreadConstraints": spread},
    }


def test_a_new_version_gets_more_step_by_step_and_never_too_few_pods(packed: Path) -> None:
    """And goes back by itself when its pods do not become ready or answer with errors."""
    for name, rollout in of_kind(objects(packed, "argo"), "Rollout").items():
        canary = rollout["spec"]["strategy"]["canary"]
        assert (canary["maxSurge"], canary["maxUnavailable"]) == (1, 0)
        assert [step["setWeight"] for step in canary["steps"] if "setWeight" in step] == [25, 50]
        assert rollout["spec"]["progressDeadlineAbort"] is True
        assert canary["analysis"]["args"][0] == {"name": "service", "value": name}
        assert canary["analysis"]["templates"] == [{"templateName": "errors"}]


def test_quantities_are_written_as_kubernetes_does(packed: Path) -> None:
    """Argo's controller rewrites others: the next upgrade would then be refused for a conflict with it."""
    more = ("--set", "parts.order-service.memory=2048Mi,parts.order-service.millicores=1500")
    found = of_kind(tuple(load(template(packed, *WAYS["argo"], *more, only=("deployments",)))), "Rollout")
    assert _resources(found["order-service"])["limits"] == {"cpu": "1500m", "memory": "2Gi"}
    for rollout in found.values():
        for named in _resources(rollout).values():
            assert isinstance(named["cpu"], str)
            assert not named["cpu"].endswith("000m")
            assert named["memory"].endswith("Gi") or int(named["memory"].removesuffix("Mi")) % 1024


def _resources(rollout: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = rollout["spec"]["template"]["spec"]["containers"][0]["resources"]
    return found


def test_the_errors_are_those_of_the_new_pods(packed: Path, tmp_path: Path) -> None:
    """promtool computes the query: another version's errors do not count, and without requests there are none."""
    metric = of_kind(objects(packed, "argo"), "AnalysisTemplate")["errors"]["spec"]["metrics"][0]
    assert metric["successCondition"] == "result[0] <= 0.072"
    query = metric["provider"]["prometheus"]["query"]
    query = query.replace("{{args.service}}", "order-service").replace("{{args.hash}}", "abc")
    name = "http_server_request_duration_seconds_count"

    def series(pod: str, status: str, values: str) -> dict[str, str]:
        labels = f'job="order-service",instance="order-service-{pod}",http_response_status_code="{status}"'
        return {"series": f"{name}{{{labels}}}", "values": values}

    check_values(
        tmp_path,
        query,
        [
            ([series("abc-1", "200", "0+30x10"), series("abc-1", "500", "0+10x10")], "{}", 0.25),
            ([series("abc-1", "200", "0+30x10"), series("old-1", "500", "0+10x10")], "{}", 0),
            ([series("abc-1", "500", "10x10")], "{}", 0),
            ([], "{}", 0),
        ],
    )


def test_its_controller_may_ask_prometheus(packed: Path) -> None:
    """From its namespace; where Prometheus is somebody else's, nothing is asked."""
    policy = of_kind(objects(packed, "argo"), "NetworkPolicy")["prometheus"]
    named = {
        (other["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"], rule["ports"][0]["port"])
        for rule in policy["spec"]["ingress"]
        for other in rule["from"]
        if "namespaceSelector" in other
    }
    assert named == {("argo-rollouts", 9090)}
    options = ("--set", "rollout.kind=argo,parts.prometheus.enabled=false")
    found = tuple(load(template(packed, *options)))
    assert not of_kind(found, "AnalysisTemplate")
    assert "analysis" not in of_kind(found, "Rollout")["order-service"]["spec"]["strategy"]["canary"]
    edges = allowed(of_kind(objects(packed, "small"), "NetworkPolicy"), "ingress", "from")
    assert allowed(of_kind(found, "NetworkPolicy"), "ingress", "from") < edges
