"""With `load.enabled`: a master of Locust, and workers in the gateway's pods, as docker-compose.yml has them."""

from pathlib import Path
from urllib.parse import urlsplit

from deploy.kubernetes import compose
from loadtests.target import is_loopback
from tests.deploy.kubernetes.chart import containers, objects, of_kind, pods

SERVICES = compose.load()["services"]
WORKER = SERVICES["locust-worker"]


def test_people_come_from_beside_the_gateway_and_nowhere_else(packed: Path) -> None:
    """Only this machine may be loaded: in a pod that is the pod itself. Without the value nothing is there."""
    assert WORKER["network_mode"] == "service:gateway"
    found = pods(objects(packed, "load"))
    assert [name for name, pod in found.items() if "locust-worker" in containers(pod)] == ["gateway"]
    assert [name for name, pod in found.items() if "locust" in containers(pod)] == ["locust"]
    small = [name for pod in pods(objects(packed, "small")).values() for name in containers(pod)]
    assert not {"locust", "locust-worker"} & set(small)
    told = SERVICES["locust"]["command"]
    host = told[told.index("--host") + 1]
    assert is_loopback(host)
    ports = {each["containerPort"] for each in containers(found["gateway"])["gateway"]["ports"]}
    assert urlsplit(host).port in ports


def test_workers_find_their_master(packed: Path) -> None:
    """By its Service, at the port that it listens on; nobody else may go there."""
    found = objects(packed, "load")
    worker = containers(pods(found)["gateway"])["locust-worker"]
    assert worker["args"] == ["--worker", "--master-host", "locust"]
    assert containers(pods(found)["locust"])["locust"]["args"][0] == "--master"
    service = of_kind(found, "Service")["locust"]
    assert {port["port"] for port in service["spec"]["ports"]} >= {5557}
    policy = of_kind(found, "NetworkPolicy")["locust"]["spec"]
    (rule,) = policy["ingress"]
    assert [port["port"] for port in rule["ports"]] == [5557]
    assert [each["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for each in rule["from"]] == ["gateway"]


def test_workers_know_the_password_of_the_admin_and_no_other_secret(packed: Path) -> None:
    """Their settings are Compose's; the gateway cannot read what they read, nor they what the gateway reads."""
    pod = pods(objects(packed, "load"))["gateway"]
    worker, gateway = (containers(pod)[name] for name in ("locust-worker", "gateway"))
    told = {each["name"]: each["value"] for each in worker["env"]}
    assert told.keys() == WORKER["environment"].keys()
    assert told["LOAD_SCENARIO"] == "mixed"
    secrets = [{m["name"] for m in each["volumeMounts"] if "secrets" in m["name"]} for each in (worker, gateway)]
    assert secrets == [{"secrets-locust-worker"}, {"secrets-gateway"}]
    (mount,) = (each for each in worker["volumeMounts"] if each["name"] == "secrets-locust-worker")
    (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] == "secrets-locust-worker")
    items = [item for source in volume["projected"]["sources"] for item in source["secret"]["items"]]
    assert [f"{mount['mountPath']}/{item['path']}" for item in items] == [told["LOAD_ADMIN_PASSWORD_FILE"]]
    assert [item["key"] for item in items] == ["admin_password"]


def test_its_page_is_reached_by_a_forwarded_port_only(packed: Path) -> None:
    """No policy leads to it."""
    found = objects(packed, "load")
    locust = containers(pods(found)["locust"])["locust"]
    for kind in ("startup", "readiness", "liveness"):  # it refuses the pod's address as its name
        asked = {"path": "/", "port": 8089, "httpHeaders": [{"name": "Host", "value": "localhost"}]}
        assert locust[f"{kind}Probe"]["httpGet"] == asked
    assert "8089" not in str(of_kind(found, "NetworkPolicy"))
