"""With a mesh: the edges of the network policies by identity, a proxy in each pod, and nobody else is heard."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes.compose import OPTIONAL, PORTS, SIDECAR_PORTS
from tests.deploy.kubernetes.chart import load, objects, of_kind, pods, template
from tests.deploy.kubernetes.test_policies import Edge, allowed

MESHES = pytest.mark.parametrize("mesh", ["istio", "linkerd"])
_NAME = "app.kubernetes.io/name"
_TRANSPORT = 4143  # where Linkerd's proxies meet
_DOORS = {("gateway", 8080), ("gateway", 8443)}
# What a mesh leaves open. Linkerd's policies name no door, as none leads through its proxy.
_OPEN: dict[str, set[tuple[str, int]]] = {"istio": _DOORS, "linkerd": set()}


def network(found: tuple[dict[str, Any], ...]) -> set[Edge]:
    """The edges between parts that the network policies allow."""
    return allowed(of_kind(found, "NetworkPolicy"), "ingress", "from")


def istio(found: tuple[dict[str, Any], ...]) -> tuple[set[Edge], set[tuple[str, int]]]:
    """Who may come to which port, and which ports anybody may come to."""
    named: set[Edge] = set()
    unnamed: set[tuple[str, int]] = set()
    for policy in of_kind(found, "AuthorizationPolicy").values():
        for rule in policy["spec"].get("rules", ()):
            assert policy["spec"]["action"] == "ALLOW"
            target = policy["spec"]["selector"]["matchLabels"][_NAME]
            ports = [int(port) for to in rule["to"] for port in to["operation"]["ports"]]
            whole = [name for each in rule.get("from", ()) for name in each["source"]["principals"]]
            assert all(name.startswith("cluster.local/ns/shop/sa/") for name in whole)
            named |= {(name.rpartition("/")[2], target, port) for name, port in itertools.product(whole, ports)}
            unnamed |= set() if whole else {(target, port) for port in ports}
    return named, unnamed


def linkerd(found: tuple[dict[str, Any], ...]) -> tuple[set[Edge], set[tuple[str, int]]]:
    """The same of Linkerd, whose policies name a Server and those who may come to it."""
    named: set[Edge] = set()
    unnamed: set[tuple[str, int]] = set()
    servers, accounts = of_kind(found, "Server"), of_kind(found, "MeshTLSAuthentication")
    for policy in of_kind(found, "AuthorizationPolicy").values():
        server = servers[policy["spec"]["targetRef"]["name"]]["spec"]
        place = (server["podSelector"]["matchLabels"][_NAME], server["port"])
        (who,) = policy["spec"]["requiredAuthenticationRefs"]
        if who["kind"] == "MeshTLSAuthentication":
            named |= {(each["name"], *place) for each in accounts[who["name"]]["spec"]["identityRefs"]}
        else:
            unnamed.add(place)
    return named, unnamed


READERS = {"istio": istio, "linkerd": linkerd}


@MESHES
def test_identities_have_the_edges_of_the_network_policies(packed: Path, mesh: str) -> None:
    """And only the gateway hears whom nobody vouches for."""
    found = objects(packed, mesh)
    named, unnamed = READERS[mesh](found)
    small = network(objects(packed, "small"))
    assert {edge for edge in network(found) if edge[2] != _TRANSPORT} == small
    assert named == {edge for edge in small if mesh == "istio" or edge[1:] not in _DOORS}
    assert unnamed == _OPEN[mesh]


@MESHES
def test_who_is_outside_of_the_mesh_by_a_value_is_heard(packed: Path, mesh: str) -> None:
    """What scales asks Prometheus, Collectors bring lines to Loki; network policies name their namespaces."""
    options = ("--set", f"mesh={mesh},autoscaling.metricsNamespace=monitoring,logs.enabled=true")
    found = tuple(load(template(packed, *options, only=(mesh,))))
    assert READERS[mesh](found)[1] == {*_OPEN[mesh], ("prometheus", 9090), ("loki", 3100)}
    nobody_of_ours = ("--set", "parts.grafana.enabled=false,parts.jaeger.enabled=false")
    found = tuple(load(template(packed, *options, *nobody_of_ours, only=(mesh,))))
    assert ("prometheus", 9090) in READERS[mesh](found)[1]


@MESHES
def test_a_proxy_is_in_each_pod_from_the_first_step_to_the_last(packed: Path, mesh: str) -> None:
    """A sidecar of Kubernetes' own kind: the steps before the start need it, and a Job ends without it."""
    for pod in pods(objects(packed, mesh)).values():
        told = {**pod["metadata"]["labels"], **pod["metadata"].get("annotations", {})}
        if mesh == "istio":
            assert told["sidecar.istio.io/inject"] == told["sidecar.istio.io/nativeSidecar"] == "true"
        else:
            assert told["linkerd.io/inject"] == "enabled"
            assert told["config.linkerd.io/default-inbound-policy"] == "deny"
            assert told["config.beta.linkerd.io/proxy-enable-native-sidecar"] == "true"
    assert "istio.io" not in str(objects(packed, "small"))
    assert "linkerd" not in str(objects(packed, "small"))


@MESHES
def test_proxies_reach_the_control_plane_and_no_more(packed: Path, mesh: str) -> None:
    """One further rule for each pod than without a mesh: its namespace, and the ports where it is asked."""
    policies = of_kind(objects(packed, mesh), "NetworkPolicy")
    without = of_kind(objects(packed, "small"), "NetworkPolicy")
    namespace, ports = {"istio": ("istio-system", [15012]), "linkerd": ("linkerd", [8080, 8086, 8090])}[mesh]
    for name, policy in policies.items():
        further = [
            rule
            for rule in policy["spec"].get("egress") or ()
            if rule not in (without[name]["spec"].get("egress") or ())
            and _TRANSPORT not in {port["port"] for port in rule["ports"]}
        ]
        if name == "default-deny":
            assert not further
            continue
        (rule,) = further
        assert rule["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}]
        assert [port["port"] for port in rule["ports"]] == ports


def test_istio_only_carries(packed: Path) -> None:
    """No port is read as HTTP: no retry, no timeout, no header and no span is added. Everything is encrypted."""
    found = objects(packed, "istio")
    services = of_kind(found, "Service")
    assert {port.get("appProtocol") for each in services.values() for port in each["spec"]["ports"]} == {"tcp"}
    assert of_kind(found, "Telemetry")["spans"]["spec"] == {"tracing": [{"disableSpanReporting": True}]}
    peers = of_kind(found, "PeerAuthentication")
    assert peers["default"]["spec"] == {"mtls": {"mode": "STRICT"}}
    assert {
        (name, int(port)) for name, each in peers.items() for port in each["spec"].get("portLevelMtls", ())
    } == _DOORS
    assert of_kind(found, "DestinationRule")["everybody"]["spec"] == {
        "host": "*.shop.svc.cluster.local",
        "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}},
    }
    assert of_kind(found, "AuthorizationPolicy")["default-deny"]["spec"] == {}


@MESHES
def test_the_gateway_sees_the_addresses_of_people(packed: Path, mesh: str) -> None:
    """Behind a proxy all people would have one address; so its doors bypass it."""
    key = {
        "istio": "traffic.sidecar.istio.io/excludeInboundPorts",
        "linkerd": "config.linkerd.io/skip-inbound-ports",
    }
    told = {
        pod["metadata"]["labels"][_NAME]: pod["metadata"].get("annotations", {}).get(key[mesh])
        for pod in pods(objects(packed, mesh)).values()
    }
    assert {name: ports for name, ports in told.items() if ports} == {"gateway": "8080,8443"}


def test_nobody_speaks_istios_tls_at_the_doors(packed: Path) -> None:
    """There is no proxy behind them."""
    found = objects(packed, "istio")
    rules = of_kind(found, "DestinationRule")
    for service in ("gateway", "gateway-mesh"):
        policy = rules[service]["spec"]["trafficPolicy"]
        plain = {
            each["port"]["number"] for each in policy["portLevelSettings"] if each["tls"]["mode"] == "DISABLE"
        }
        doors = of_kind(found, "Service")[service]["spec"]["ports"]
        assert plain == {each["port"] for each in doors if each["targetPort"] in ("http", "https")}


def test_istio_knows_every_port_of_every_pod(packed: Path) -> None:
    """Prometheus asks pods by their addresses, those of sidecars and pods that are not ready included."""
    services = of_kind(objects(packed, "istio"), "Service")
    for name, ports in PORTS.items():
        if name in OPTIONAL:
            continue
        spec = services[f"{name}-mesh"]["spec"]
        further = [each for sidecar, each in SIDECAR_PORTS.items() if sidecar not in OPTIONAL]
        further = further if name == "gateway" else []
        assert {each["port"] for each in spec["ports"]} == {
            *(number for port, number in ports.items() if port != "pause"),  # of backups
            *(port for each in further for port in each.values()),
        }
        assert spec["publishNotReadyAddresses"] is True
        assert "glasshouse/color" not in spec["selector"]


def test_linkerd_only_carries(packed: Path) -> None:
    """No port to which an edge leads is read as HTTP: a proxy would answer itself for a replica that is gone.

    All meet at one port of the proxies. A Server is not opaque, since the kubelet's probes have no identity.
    """
    found = objects(packed, "linkerd")
    edges = {edge for edge in network(found) if edge[2] != _TRANSPORT}
    assert network(found) - edges == {(source, target, _TRANSPORT) for source, target, _ in edges}
    meshed: dict[str, set[int]] = {}
    for _, target, port in edges:
        meshed.setdefault(target, set()).add(port)
    for templates in (pods(found).values(), of_kind(found, "Service").values()):
        for each in templates:
            ports = each["metadata"].get("annotations", {}).get("config.linkerd.io/opaque-ports")
            told = {int(port) for port in ports.split(",")} if ports else set()
            assert told == meshed.get(each["metadata"]["labels"][_NAME], set())
    assert {server["spec"]["proxyProtocol"] for server in of_kind(found, "Server").values()} == {"unknown"}


def test_the_page_names_what_is_switched_where() -> None:
    """docs/mesh.md: each mechanism of the code with its file, which is there."""
    page = (CHECKOUT / "docs" / "mesh.md").read_text(encoding="utf-8")
    for path in (
        "observability/retry.py",
        "observability/breaker.py",
        "services/shared/peer.py",
        "services/shared/admission.py",
        "gateway/proxy.conf.template",
        "observability/propagation.py",
    ):
        assert f"`{path}`" in page
        assert (CHECKOUT / path).is_file()
