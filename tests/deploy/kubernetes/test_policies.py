"""Who may talk to whom in the cluster: exactly what the trace contract shows, and what has a reason."""

from pathlib import Path
from typing import Any

import pytest

from deploy.installation.services import SERVICES
from deploy.kubernetes.compose import PORTS, SIDECAR_PORTS
from deploy.kubernetes.edges import INFRASTRUCTURE
from tests.contract.traces import CLIENT, JOURNEYS, contract
from tests.deploy.kubernetes.chart import WAYS, load, objects, of_kind, pods, template

EACH_WAY = pytest.mark.parametrize("way", WAYS)
_NAME = "app.kubernetes.io/name"
_SYSTEMS = {"postgresql": ("postgres", 5432), "mongodb": ("mongo", 27017), "redis": ("redis", 6379)}
Edge = tuple[str, str, int]


def traced() -> set[Edge]:
    """What the journeys show: who opens a connection to whom. A message has two of them, both to the broker."""
    found: set[Edge] = set()
    for journey in JOURNEYS:
        agreed = contract(journey)
        for caller, callee, kind in {*agreed.edges, *agreed.optional}:
            source, target = caller.split()[0], callee.split()[0]
            if kind == "http":
                found.add(("gateway" if source == CLIENT else source, target, 8000))
            elif kind == "message":
                found |= {(source, "rabbitmq", 5672), (target, "rabbitmq", 5672)}
            elif target in _SYSTEMS:
                found.add((source, *_SYSTEMS[target]))
    return found


def reasoned(*values: str) -> set[Edge]:
    """What no trace shows, with what these values bring."""
    ports = {name: dict(each) for name, each in PORTS.items()}
    for each in SIDECAR_PORTS.values():
        ports["gateway"] |= each
    return {
        (edge.source, edge.target, ports[edge.target][edge.port])
        for edge in INFRASTRUCTURE
        if all(is_on(value, values) for value in edge.when.split("+") if value)
    }


def is_on(value: str, values: tuple[str, ...]) -> bool:
    """Whether a value is among these, or !<value> is not."""
    return value[1:] not in values if value.startswith("!") else value in values


def allowed(policies: dict[str, dict[str, Any]], direction: str, peer: str) -> set[Edge]:
    """The edges between parts that the policies of one direction let through."""
    found: set[Edge] = set()
    for policy in policies.values():
        own = policy["spec"]["podSelector"].get("matchLabels", {}).get(_NAME, "")
        for rule in policy["spec"].get(direction) or ():
            for other in rule.get(peer, ()):
                if _NAME in other.get("podSelector", {}).get("matchLabels", {}):
                    name = other["podSelector"]["matchLabels"][_NAME]
                    pair = (name, own) if direction == "ingress" else (own, name)
                    found |= {(*pair, port["port"]) for port in rule["ports"]}
    return found


def test_both_directions_allow_what_is_traced_or_has_a_reason_and_nothing_else(packed: Path) -> None:
    """With everything inside. An edge that is gone from the contract is gone from the policies."""
    policies = of_kind(objects(packed, "small"), "NetworkPolicy")
    coming, going = allowed(policies, "ingress", "from"), allowed(policies, "egress", "to")
    assert coming == going
    assert coming == traced() | reasoned()
    assert len(traced()) > 10


def test_what_a_value_brings_has_its_edges_and_no_more(packed: Path) -> None:
    """Beside those that are always there."""
    policies = of_kind(objects(packed, "logs"), "NetworkPolicy")
    coming, going = allowed(policies, "ingress", "from"), allowed(policies, "egress", "to")
    assert going == traced() | reasoned("logs")
    assert coming == going | {("collector", "loki", 3100)}
    policies = of_kind(objects(packed, "sampled"), "NetworkPolicy")
    coming, going = allowed(policies, "ingress", "from"), allowed(policies, "egress", "to")
    assert coming == going == traced() | reasoned("tracing.tailSampling")
    assert {edge for edge in going if edge[1:] == ("jaeger", 4318)} == set()
    policies = of_kind(objects(packed, "load"), "NetworkPolicy")
    coming, going = allowed(policies, "ingress", "from"), allowed(policies, "egress", "to")
    assert coming == going == traced() | reasoned() | {("gateway", "jaeger", 4318), ("gateway", "locust", 5557)}
    policies = of_kind(objects(packed, "backup"), "NetworkPolicy")
    coming, going = allowed(policies, "ingress", "from"), allowed(policies, "egress", "to")
    assert coming == going == traced() | reasoned("backup")
    both = "tracing.tailSampling.enabled=true,load.enabled=true"
    policies = of_kind(tuple(load(template(packed, "--set", both))), "NetworkPolicy")
    going = allowed(policies, "egress", "to")
    assert ("gateway", "trace-balancer", 4318) in going
    assert ("gateway", "jaeger", 4318) not in going


def test_every_reason_is_needed_and_said() -> None:
    """What a trace shows needs none."""
    assert traced() & reasoned() == set()
    assert all(edge.why for edge in INFRASTRUCTURE)


def test_services_reach_what_the_table_says_they_use() -> None:
    """Their stores, the broker, the services that they ask, and no store of another."""
    edges = traced() | reasoned()
    for service in SERVICES:
        goes_to = {target for source, target, _ in edges if source == service.name}
        uses = {"jaeger", *service.calls}
        uses |= {_SYSTEMS[service.store][0]} if service.store in _SYSTEMS else set()
        uses |= ({"redis"} if service.redis else set()) | ({"rabbitmq"} if service.events else set())
        back = {"payment-service"} if service.name == "payment-provider" else set()  # it calls back
        assert goes_to == uses | back, service.name


def test_the_gateway_reaches_every_service_that_has_routes() -> None:
    """One that no journey of the trace contract walks would be refused in a cluster: write its journey."""
    reached = {target for source, target, _ in traced() | reasoned() if source == "gateway"}
    assert {service.name for service in SERVICES if service.routes} <= reached


@EACH_WAY
def test_whatever_is_not_named_is_refused(packed: Path, way: str) -> None:
    """One policy for all pods has no rule, and each pod has one of its own for both directions."""
    found = objects(packed, way)
    policies = of_kind(found, "NetworkPolicy")
    assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    names = {pod["metadata"]["labels"][_NAME] for pod in pods(found).values()}
    assert policies.keys() == names | {"default-deny"}
    for name in names:
        assert policies[name]["spec"]["policyTypes"] == ["Ingress", "Egress"]
        for rule in (*(policies[name]["spec"]["ingress"] or ()), *policies[name]["spec"]["egress"]):
            assert rule["ports"], name
            assert all("port" in port for port in rule["ports"])


@EACH_WAY
def test_only_the_gateway_is_open_to_everybody(packed: Path, way: str) -> None:
    """Only it, Prometheus, Alertmanager, backups and clients of foreign stores may leave; all ask for names."""
    policies = of_kind(objects(packed, way), "NetworkPolicy")
    open_ones = {
        name for name, each in policies.items() for rule in each["spec"].get("ingress") or () if "from" not in rule
    }
    leaving = {
        name
        for name, each in policies.items()
        for rule in each["spec"].get("egress") or ()
        if any("ipBlock" in other for other in rule["to"])
    }
    assert open_ones == {"gateway"}
    clients = {
        source
        for source, target, _ in traced() | reasoned()
        if target in ("mongo", "redis", "rabbitmq", "postgres")
    }
    assert leaving <= {"prometheus", "alertmanager", "backup"} | (
        clients if way in ("production", "everything", "argo") else set()
    )


def test_a_store_that_runs_elsewhere_is_reached_where_it_is(packed: Path) -> None:
    """By the address that the values name, at its port, from those who use it."""
    policies = of_kind(objects(packed, "production"), "NetworkPolicy")
    outside = {
        (name, other["ipBlock"]["cidr"], rule["ports"][0]["port"])
        for name, each in policies.items()
        for rule in each["spec"].get("egress") or ()
        for other in rule["to"]
        if "ipBlock" in other
    }
    assert ("order-service", "10.0.0.0/8", 5432) in outside
    assert ("order-service", "10.0.0.0/8", 27017) not in outside
    assert ("prepare", "10.0.0.0/8", 27017) in outside
