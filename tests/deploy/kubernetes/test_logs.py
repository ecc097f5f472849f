"""With logs: Loki beside the others, and a Collector on each node that reads the lines of this namespace."""

from pathlib import Path

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes import lines
from tests.deploy.kubernetes.chart import containers, elsewhere, objects, of_kind, pods

SOURCE = yaml.safe_load((CHECKOUT / "loki" / "collector.yaml").read_text(encoding="utf-8"))


def test_lines_go_the_way_that_they_go_in_containers(packed: Path) -> None:
    """Only where they come from differs: the same fields, hidden secrets and labels."""
    ours = yaml.safe_load(elsewhere(objects(packed, "logs"))["ConfigMap"]["data"]["collector.yaml"])
    assert ours == yaml.safe_load(lines.collector())
    theirs = SOURCE["processors"]
    for name in set(theirs) - {"transform/line"}:
        assert ours["processors"][name] == theirs[name]
    assert (
        ours["service"]["pipelines"]["logs"]["processors"] == SOURCE["service"]["pipelines"]["logs"]["processors"]
    )
    log, resource = ours["processors"]["transform/line"]["log_statements"]
    told = theirs["transform/line"]["log_statements"][0]["statements"]
    kept = [text for text in log["statements"] if text in told]
    docker = [text for text in told if text not in kept]
    assert len(docker) == 3
    assert all("com.docker" in text or 'attributes["source"]' in text for text in docker)
    assert [text.partition(", ")[2] for text in log["statements"] if text not in told] == [
        'resource.attributes["k8s.container.name"])',
        'resource.attributes["k8s.pod.name"])',
    ]
    assert resource == {"context": "resource", "statements": ['delete_matching_keys(attributes, "^k8s[.]")']}


def test_only_the_lines_of_this_namespace_are_read(packed: Path) -> None:
    """By the names of files; nothing is asked of the API server, so there is no token."""
    found = objects(packed, "logs")
    (config,) = elsewhere(found)["ConfigMap"]["data"].values()
    assert yaml.safe_load(config)["receivers"]["file_log"]["include"] == [
        "/var/log/pods/${env:NAMESPACE}_*/*/*.log"
    ]
    pod = elsewhere(found)["DaemonSet"]["spec"]["template"]
    (container,) = containers(pod).values()
    assert {"name": "NAMESPACE", "value": "shop"} in container["env"]
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert not of_kind(found, "ClusterRole", "ClusterRoleBinding")


def test_the_collector_is_root_that_can_do_nothing_but_read(packed: Path) -> None:
    """Where the folder of the node is mounted. It is the one pod that `restricted` would refuse: elsewhere."""
    found = objects(packed, "logs")
    kinds = {"ConfigMap", "DaemonSet", "NetworkPolicy", "ServiceAccount"}
    assert {kind: each["metadata"]["namespace"] for kind, each in elsewhere(found).items()} == dict.fromkeys(
        kinds, "glasshouse-logs"
    )
    pod = elsewhere(found)["DaemonSet"]["spec"]["template"]["spec"]
    (container,) = containers({"spec": pod}).values()
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert (context["runAsUser"], context["runAsNonRoot"]) == (0, False)
    assert pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert mounts.keys() == volumes.keys()
    assert {name for name, volume in volumes.items() if "hostPath" in volume} == {"node-logs", "places"}
    assert mounts["node-logs"]["mountPath"] == volumes["node-logs"]["hostPath"]["path"] == lines.NODE_LOGS
    assert mounts["node-logs"]["readOnly"] is True
    # It outlives the pod, and no other release on this node writes there.
    assert "readOnly" not in mounts["places"]
    assert volumes["places"]["hostPath"] == {
        **{"path": "/var/lib/glasshouse-logs/collector-shop", "type": "DirectoryOrCreate"}
    }
    assert {key for key in container if key.endswith("Probe")} == {
        "startupProbe",
        "readinessProbe",
        "livenessProbe",
    }


def test_it_reaches_loki_and_no_more(packed: Path) -> None:
    """Nobody reaches it; Loki's own policy lets it in."""
    found = objects(packed, "logs")
    policy = elsewhere(found)["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy
    names, to_loki = policy["egress"]
    assert [port["port"] for port in names["ports"]] == [53, 53]
    (peer,) = to_loki["to"]
    loki = pods(found)["loki"]["metadata"]["labels"]
    assert peer["podSelector"]["matchLabels"].items() <= loki.items()
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "shop"}
    assert to_loki["ports"] == [{"protocol": "TCP", "port": 3100}]
    coming = [
        other
        for rule in of_kind(found, "NetworkPolicy")["loki"]["spec"]["ingress"]
        for other in rule["from"]
        if "namespaceSelector" in other
    ]
    pod = elsewhere(found)["DaemonSet"]["spec"]["template"]["metadata"]["labels"]
    (peer,) = coming
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "glasshouse-logs"}
    assert peer["podSelector"]["matchLabels"].items() <= pod.items()


def test_grafana_shows_logs_where_there_are_some(packed: Path) -> None:
    """The source and the links of containers, and its pods are made anew when that changes."""
    theirs = yaml.safe_load(
        (CHECKOUT / "grafana" / "provisioning" / "datasources" / "datasources.yml").read_text()
    )
    with_logs, without = objects(packed, "logs"), objects(packed, "small")
    texts = [
        of_kind(found, "ConfigMap")["grafana-provisioning"]["data"]["datasources..datasources.yml"]
        for found in (with_logs, without)
    ]
    assert yaml.safe_load(texts[0]) == theirs
    assert "loki" not in texts[1].lower()
    sums = {pods(found)["grafana"]["metadata"]["annotations"]["checksum/files"] for found in (with_logs, without)}
    assert len(sums) == 2
    assert "loki" not in pods(without)
