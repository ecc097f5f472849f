"""With `load.enabled`: Locust in the gateway's pod, as docker-compose.yml has it."""

from pathlib import Path
from urllib.parse import urlsplit

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes import compose
from loadtests.target import is_loopback
from tests.deploy.kubernetes.chart import containers, objects, of_kind, pods

LOCUST = compose.load()["services"]["locust"]


def test_it_is_beside_the_gateway_and_nowhere_else(packed: Path) -> None:
    """Only this machine may be loaded: in a pod that is the pod itself. Without the value it is not there."""
    assert LOCUST["network_mode"] == "service:gateway"
    found = pods(objects(packed, "load"))
    assert [name for name, pod in found.items() if "locust" in containers(pod)] == ["gateway"]
    assert not [pod for pod in pods(objects(packed, "small")).values() if "locust" in containers(pod)]
    words = (CHECKOUT / "loadtests" / "Dockerfile").read_text(encoding="utf-8").split()
    host = words[words.index('"--host",') + 1].strip('",')
    assert is_loopback(host)
    ports = {each["containerPort"] for each in containers(found["gateway"])["gateway"]["ports"]}
    assert urlsplit(host).port in ports


def test_it_knows_the_password_of_the_admin_and_no_other_secret(packed: Path) -> None:
    """Its settings are Compose's; the gateway cannot read what it reads, nor it what the gateway reads."""
    pod = pods(objects(packed, "load"))["gateway"]
    locust, gateway = (containers(pod)[name] for name in ("locust", "gateway"))
    told = {each["name"]: each["value"] for each in locust["env"]}
    assert told.keys() == LOCUST["environment"].keys()
    assert told["LOAD_SCENARIO"] == "mixed"
    secrets = [{m["name"] for m in each["volumeMounts"] if "secrets" in m["name"]} for each in (locust, gateway)]
    assert secrets == [{"secrets-locust"}, {"secrets-gateway"}]
    (mount,) = (each for each in locust["volumeMounts"] if each["name"] == "secrets-locust")
    (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] == "secrets-locust")
    items = [item for source in volume["projected"]["sources"] for item in source["secret"]["items"]]
    assert [f"{mount['mountPath']}/{item['path']}" for item in items] == [told["LOAD_ADMIN_PASSWORD_FILE"]]
    assert [item["key"] for item in items] == ["admin_password"]


def test_its_page_is_asked_and_reached_by_a_forwarded_port_only(packed: Path) -> None:
    """No Service and no policy leads to it."""
    found = objects(packed, "load")
    locust = containers(pods(found)["gateway"])["locust"]
    assert locust["livenessProbe"]["httpGet"]["port"] == 8089
    assert locust["ports"] == [{"name": "load", "containerPort": 8089}]
    assert not [
        each
        for each in of_kind(found, "Service").values()
        for port in each["spec"]["ports"]
        if port["port"] == 8089
    ]
    assert "8089" not in str(of_kind(found, "NetworkPolicy"))
