"""The chart as Helm and Kubernetes see it: which values it accepts, and what it makes of them."""

import base64
import json
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jsonschema import Draft7Validator
from kubernetes_validate import utils

from deploy.installation.services import SERVICES
from tests.deploy.kubernetes import helm
from tests.deploy.kubernetes.chart import LOCAL, WAYS, containers, is_own, load, objects, of_kind, pods, template

KUBERNETES = "1.34"
EACH_WAY = pytest.mark.parametrize("way", WAYS)


@EACH_WAY
def test_every_object_is_one_of_kubernetes(packed: Path, way: str, valid: set[str]) -> None:
    """Without a field that it does not know, and no two have the same name."""
    found = objects(packed, way)
    assert len(found) > 50
    names = [(each["kind"], each["metadata"]["name"]) for each in found]
    assert len(set(names)) == len(names)
    for each in filter(is_own, found):
        if (text := json.dumps(each)) not in valid:
            kubernetes_validate.validate(each, KUBERNETES, strict=True)
            valid.add(text)


@pytest.fixture(scope="module")
def valid() -> Iterator[set[str]]:
    """The objects that were found valid; most are the same whichever way. Each schema is read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utils, "schema_contents", cache(utils.schema_contents))
        yield set()


def test_a_field_that_kubernetes_does_not_know_is_noticed(packed: Path) -> None:
    """By the check above."""
    service = of_kind(objects(packed, "small"), "Service")["gateway"]
    wrong = {**service, "spec": {**service["spec"], "sellector": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


@pytest.mark.parametrize("profile", ["small", "production"])
def test_helm_finds_nothing_to_say(packed: Path, profile: str) -> None:
    """`helm lint` with each profile; it would like an icon, and there is none."""
    done = helm.run("lint", "--strict", str(packed), *WAYS[profile])
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout
    assert "ERROR" not in done.stdout


@pytest.mark.parametrize(
    "values",
    [
        "nonsense=1",
        "image.nonsense=1",
        "parts.toy-service.replicas=2",
        "parts.gateway.replica=2",
        "parts.gateway.replicas=0",
        "parts.gateway.memory=lots",
        "settings.NONSENSE=1",
        "urls.shop=shop.test/",
        "stores.mysql.inside=true",
        "stores.redis.nonsense=1",
        "expose.type=Nonsense",
        "expose.ingress.nonsense=1",
        "rollout.active=red",
        "rollout.kind=statefulset",
        "rollout.tags.red=1",
        "autoscaling.cpu=0",
        "autoscaling.cpu=101",
        "network.dns.nonsense=1",
        "network.gatewayFrom={everywhere}",
        "alerts.webhookUrl=nonsense",
        "mesh=nonsense",
        "monitoring.operator=always",
        "monitoring.nonsense=1",
        "spread=ScheduleAnyway",
        "spread.nodes=Nonsense",
        "backup.nonsense=1",
        "backup.keep=0",
        "backup.schedule=sometimes",
        "backup.target=/mnt/backups",
        "backup.recipient=AGE-SECRET-KEY-1QQQ",
    ],
)
def test_values_that_mean_nothing_are_refused(packed: Path, values: str) -> None:
    """By the schema: what is misspelt, and what has no sense."""
    path, _, value = values.partition("=")
    given = _nested(path.split("."), yaml.safe_load(value.replace("{", "[").replace("}", "]")))
    schema = json.loads((packed / "values.schema.json").read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(given))


def _nested(path: list[str], value: object) -> object:
    return {path[0]: _nested(path[1:], value)} if path else value


def test_helm_asks_the_schema(packed: Path) -> None:
    """Before anything is rendered."""
    done = helm.run("template", "x", str(packed), "--set", "parts.toy-service.replicas=2")
    assert done.returncode != 0
    assert "additional properties 'toy-service' not allowed" in done.stderr


def test_the_schema_leaves_nothing_open(packed: Path) -> None:
    """Each object in it says what it may have; labels alone are free. It explains exactly what values.yaml has."""
    schema = json.loads((packed / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((packed / "values.yaml").read_text(encoding="utf-8"))
    open_ones = [path for path, each in _objects(schema, "") if each.get("additionalProperties") is not False]
    assert open_ones == [
        ".properties.network.properties.dns.properties.labels",
        ".properties.monitoring.properties.labels",
    ]
    assert _names(values) == _names(_example(schema))


def _objects(schema: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return []
    here = [(path, schema)] if schema.get("type") == "object" else []
    return here + [found for key, each in schema.items() for found in _objects(each, f"{path}.{key}")]


def _example(schema: dict[str, Any]) -> Any:
    return {key: _example(each) for key, each in schema.get("properties", {}).items()}


def _names(values: Any, path: str = "") -> set[str]:
    """Paths of the values, without what stands below parts, settings, pages and stores."""
    if not isinstance(values, dict) or path in (
        ".parts",
        ".settings",
        ".urls",
        ".stores",
        ".network.dns.labels",
        ".monitoring.labels",
    ):
        return {path}
    return {path, *(name for key, each in values.items() for name in _names(each, f"{path}.{key}"))}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["image.registry="], "image.registry says where"),
        (["stores.redis.inside=false"], "stores.redis.connections must name a Secret"),
        (["expose.ingress.enabled=true"], "expose.ingress.host"),
        (["expose.route.enabled=true"], "expose.route.gateway"),
        (["monitoring.operator=true", "mesh=istio"], "exclude each other"),
        (["rollout.kind=argo", "rollout.tags.green=0.2.0"], "rollout.tags are of"),
        (["secrets.existing=mine"], "The Secret mine has no value"),
    ],
)
def test_what_is_missing_is_said(packed: Path, values: list[str], told: str) -> None:
    """In words that name the value."""
    done = helm.run("template", "x", str(packed), *(word for value in values for word in ("--set", value)))
    assert done.returncode != 0
    assert told in done.stderr


def test_the_small_profile_has_everything_inside(packed: Path) -> None:
    """Every part of the run in containers but those that carry logs and loads."""
    found = {
        pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in pods(objects(packed, "small")).values()
    }
    compose = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text(encoding="utf-8"))
    running = {name for name, each in compose["services"].items() if each["restart"] == "unless-stopped"}
    others = {"collector", "loki", "locust", "locust-worker", "gateway-log-exporter", "nginx-exporter"}
    assert found == running - others | {"prepare"}


def test_the_local_profile_pulls_nothing(packed: Path) -> None:
    """Neither our images nor those of others."""
    found = pods(tuple(load(template(packed, *LOCAL, only=("deployments", "statefulsets", "prepare")))))
    assert len(found) == len(pods(objects(packed, "small")))
    assert {each["imagePullPolicy"] for pod in found.values() for each in containers(pod).values()} == {"Never"}


def test_a_balancer_keeps_the_addresses_of_people(packed: Path) -> None:
    """The gateway limits each address, and must not see that of a node in its place."""
    gateway = of_kind(objects(packed, "production"), "Service")["gateway"]["spec"]
    assert (gateway["type"], gateway["externalTrafficPolicy"]) == ("LoadBalancer", "Local")
    assert "externalTrafficPolicy" not in of_kind(objects(packed, "small"), "Service")["gateway"]["spec"]


def test_production_brings_no_store(packed: Path) -> None:
    """And reads the addresses of each service, and of no other, from the Secrets of those who run them."""
    found = objects(packed, "production")
    assert {"postgres", "mongo", "redis", "rabbitmq"}.isdisjoint(pods(found))
    volume = _secret_volume(pods(found)["payment-service-blue"], "payment-service")
    given = {
        (source["secret"]["name"], item["key"]): item["path"]
        for source in volume["projected"]["sources"]
        for item in source["secret"]["items"]
    }
    assert given[("postgresql-connections", "payments")] == "database_url"
    assert given[("rabbitmq-connections", "payment")] == "amqp_url"
    assert {name for name, _ in given} == {"postgresql-connections", "rabbitmq-connections", "glasshouse"}
    assert "databases" not in containers(pods(found)["prepare-1"])


def test_every_secret_that_is_read_is_there(packed: Path) -> None:
    """With the key; and each service reads the files that it reads in containers."""
    found = objects(packed, "small")
    secrets = of_kind(found, "Secret")
    for name, pod in pods(found).items():
        for volume in pod["spec"]["volumes"]:
            for source in volume.get("projected", {"sources": []})["sources"]:
                for item in source["secret"]["items"]:
                    assert item["key"] in secrets[source["secret"]["name"]]["data"], (name, item)
    paths = {
        item["path"]
        for source in _secret_volume(pods(found)["user-service-blue"], "user-service")["projected"]["sources"]
        for item in source["secret"]["items"]
    }
    assert paths == {"database_url", "redis_url", "token_key.pem"}


def test_no_placeholder_is_left_in_a_secret(packed: Path, tmp_path: Path) -> None:
    """What is composed has the same password on both sides; the keys are of the kinds that the services read."""
    secrets = {
        name: {key: base64.b64decode(value).decode() for key, value in each["data"].items()}
        for name, each in of_kind(objects(packed, "small"), "Secret").items()
    }
    own = secrets["glasshouse"]
    assert not [name for name, each in secrets.items() for text in each.values() if "<" in text]
    assert secrets["order-service"]["database_url"] == (
        f"postgresql+asyncpg://orders:{own['orders_password']}@postgres:5432/orders"
    )
    assert f"ALTER ROLE orders PASSWORD '{own['orders_password']}'" in secrets["postgres"]["databases.sql"]
    users = {
        user["name"]: user["password"] for user in json.loads(secrets["rabbitmq"]["definitions.json"])["users"]
    }
    assert secrets["order-service"]["amqp_url"] == f"amqp://order:{users['order']}@rabbitmq:5672/shop"
    Fernet(own["card_key"])
    assert isinstance(load_pem_private_key(own["token_key.pem"].encode(), password=None), Ed25519PrivateKey)
    for name in ("gateway.crt", "gateway.key"):
        (tmp_path / name).write_text(own[name])
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "gateway.crt", tmp_path / "gateway.key")


def test_secrets_outlive_the_release(packed: Path) -> None:
    """`helm uninstall` leaves what data were sealed with."""
    secret = of_kind(objects(packed, "small"), "Secret")["glasshouse"]
    assert secret["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_with_a_secret_of_yours_nothing_is_made(packed: Path) -> None:
    """Nor composed, where the stores are somebody else's: a renderer without a cluster makes the same."""
    found = tuple(
        load(
            template(
                packed, *WAYS["production"], "--set", "secrets.existing=mine", only=("secrets", "deployments")
            )
        )
    )
    assert set(of_kind(found, "Secret")) == {"alertmanager"}
    named = {
        source["secret"]["name"]
        for source in _secret_volume(pods(found)["gateway"], "gateway")["projected"]["sources"]
    }
    assert named == {"mine"}


def _secret_volume(pod: dict[str, Any], name: str) -> dict[str, Any]:
    volumes = {each["name"]: each for each in pod["spec"]["volumes"]}
    volume: dict[str, Any] = volumes[f"secrets-{name}"]
    return volume


def test_an_upgrade_waits_for_the_migrations(packed: Path) -> None:
    """At an installation they run beside the stores that they need, so they must not be waited for first."""
    first = of_kind(objects(packed, "small"), "Job")["prepare-1"]
    later = of_kind(objects(packed, "everything"), "Job")["prepare-1"]
    assert "annotations" not in first["metadata"]
    assert later["metadata"]["annotations"]["helm.sh/hook"] == "pre-upgrade"


@pytest.mark.parametrize("way", [("--is-upgrade", *LOCAL), WAYS["everything"]], ids=["small", "everything"])
def test_an_upgrade_that_adds_a_database_waits_for_nothing_that_waits_for_it(
    packed: Path, way: tuple[str, ...]
) -> None:
    """What the Job reads comes before it as hooks, or is there already."""
    found = tuple(load(template(packed, *way)))
    given = {"postgresql-connections", "mongodb-connections", "redis-connections", "rabbitmq-connections"}
    before = {
        (each["kind"], each["metadata"]["name"]): each.get("data", {})
        for each in found
        if each["metadata"].get("annotations", {}).get("helm.sh/hook-weight") == "-5"
    }
    sources = _read(of_kind(found, "Job")["prepare-1"]["spec"]["template"])
    assert sources
    for kind, name, key in sources:
        assert name in given or key in before[kind, name], (kind, name, key)


def _read(pod: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The kind, the name and the key of every file that a pod mounts."""
    volumes = pod["spec"]["volumes"]
    secrets = [
        source["secret"] for volume in volumes for source in volume.get("projected", {"sources": []})["sources"]
    ]
    configs = [volume["configMap"] for volume in volumes if "configMap" in volume]
    return [
        *(("Secret", each["name"], item["key"]) for each in secrets for item in each["items"]),
        *(("ConfigMap", each["name"], item["key"]) for each in configs for item in each["items"]),
    ]


def test_steps_come_in_their_order(packed: Path) -> None:
    """Roles, then schemas, then data; each with the settings and the image of its service."""
    pod = pods(objects(packed, "small"))["prepare-1"]
    names = list(containers(pod))
    schemas = [f"{service.name}-migrate" for service in SERVICES if "migrate" in service.steps]
    data = [f"{service.name}-seed" for service in SERVICES if "seed" in service.steps]
    assert names == ["databases", "mongo-users", *schemas, *data]
    seed = containers(pod)["user-service-seed"]
    assert seed["image"] == "glasshouse.localhost/user-service:0.1.0"
    assert [mount["name"] for mount in seed["volumeMounts"]] == ["secrets-user-service-seed"]


def test_settings_and_addresses_reach_the_parts(packed: Path) -> None:
    """Where Compose would take them from `.env`."""
    options = (
        "--set",
        "settings.ORDER_EXPIRY_SECONDS=60,urls.grafana=https://grafana.test,urls.shop=https://shop.test",
    )
    found = tuple(load(template(packed, *options, only=("deployments", "statefulsets"))))
    order = containers(pods(found)["order-service-blue"])["order-service"]
    assert {"name": "ORDER_EXPIRY_SECONDS", "value": "60"} in order["env"]
    grafana = {each["name"]: each["value"] for each in containers(pods(found)["grafana"])["grafana"]["env"]}
    assert grafana["SHOP_URL"] == "https://shop.test"
    assert grafana["GF_SERVER_ROOT_URL"] == "https://grafana.test/"
    assert "<url:" not in str(found)


def test_the_gateway_finds_pods_by_their_whole_names(packed: Path) -> None:
    """Nginx asks the cluster's DNS, which adds nothing to a name; the Services exist."""
    found = objects(packed, "small")
    gateway = {each["name"]: each["value"] for each in containers(pods(found)["gateway"])["gateway"]["env"]}
    suffix = gateway["UPSTREAM_SUFFIX"]
    assert suffix == "-pods.shop.svc.cluster.local"
    services = of_kind(found, "Service")
    for name in ("user-service", "product-service", "order-service", "payment-service", "frontend", "jaeger"):
        assert services[f"{name}-pods"]["spec"]["clusterIP"] == "None"
        assert services[f"{name}-pods"]["spec"]["selector"] == services[name]["spec"]["selector"]


def test_the_other_colour_runs_beside_and_gets_no_requests(packed: Path) -> None:
    """It has an image of its own and an address to look at it; a switch is one value."""
    found = objects(packed, "everything")
    blue, green = (pods(found)[f"order-service-{color}"] for color in ("blue", "green"))
    assert containers(blue)["order-service"]["image"].endswith(":0.1.0")
    assert containers(green)["order-service"]["image"].endswith(":0.2.0")
    services = of_kind(found, "Service")
    assert services["order-service"]["spec"]["selector"]["glasshouse/color"] == "blue"
    assert services["order-service-pods"]["spec"]["selector"]["glasshouse/color"] == "blue"
    assert services["order-service-preview"]["spec"]["selector"]["glasshouse/color"] == "green"
    switched = tuple(
        load(
            template(
                packed, "--set", "rollout.active=green,rollout.tags.green=0.2.0", only=("services", "deployments")
            )
        )
    )
    assert of_kind(switched, "Service")["order-service"]["spec"]["selector"]["glasshouse/color"] == "green"
    assert "order-service-blue" not in pods(switched)


def test_the_newer_version_migrates_while_the_older_one_serves(packed: Path) -> None:
    """The first of three upgrades that change the colour."""
    tags = "image.tag=0.2.0,rollout.tags.blue=0.1.0,rollout.tags.green=0.2.0"
    found = pods(tuple(load(template(packed, "--is-upgrade", "--set", tags, only=("deployments", "prepare")))))
    images = {
        name: set(_versions(found[name])) for name in ("order-service-blue", "order-service-green", "gateway")
    }
    assert images == {"order-service-blue": {"0.1.0"}, "order-service-green": {"0.2.0"}, "gateway": {"0.2.0"}}
    assert set(_versions(found["prepare-1"])) == {"0.2.0"}


def _versions(pod: dict[str, Any]) -> Iterator[str]:
    """Of our own images."""
    for container in containers(pod).values():
        if container["image"].startswith("glasshouse.localhost/"):
            yield container["image"].rpartition(":")[2]


def test_scaling_asks_what_it_can_and_does_not_flap(packed: Path) -> None:
    """Processor time of the container that works, requests of services, messages of those who consume."""
    scalers = of_kind(objects(packed, "everything"), "HorizontalPodAutoscaler")
    replicated = {
        "gateway",
        "frontend",
        *(f"{s.name}-{c}" for s in SERVICES if s.routes for c in ("blue", "green")),
    }
    assert set(scalers) == replicated
    order = scalers["order-service-blue"]["spec"]
    assert [next(iter(each.values())) for each in order["metrics"]] == ["ContainerResource", *["External"] * 4]
    queues = {each["external"]["metric"]["selector"]["matchLabels"].get("queue") for each in order["metrics"][1:]}
    assert queues == {None, "order.stock", "order.payments", "order.products"}
    # Percent of the limit: what is requested is a tenth of it, what a pod needs at rest.
    cpu = {name: each["spec"]["metrics"][0]["containerResource"]["target"] for name, each in scalers.items()}
    assert cpu["order-service-blue"] == {"type": "AverageValue", "averageValue": "700m"}
    assert cpu["frontend"] == {"type": "AverageValue", "averageValue": "350m"}
    assert order["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
    assert "replicas" not in of_kind(objects(packed, "everything"), "Deployment")["order-service-blue"]["spec"]


def test_keda_and_the_gateway_api_by_values(packed: Path) -> None:
    """Their kinds are not Kubernetes' own: the shape is looked at here, and no schema was asked."""
    options = ("--set", "autoscaling.enabled=true,autoscaling.keda=true,autoscaling.queueLength=100")
    route = ("--set", "expose.route.enabled=true,expose.route.gateway=edge,expose.route.host=shop.test")
    found = tuple(load(template(packed, *options, *route, only=("autoscalers", "expose"))))
    assert not of_kind(found, "HorizontalPodAutoscaler")
    scaled = of_kind(found, "ScaledObject")["order-service-blue"]["spec"]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "order-service-blue"}
    assert scaled["scaleTargetRef"] == target
    assert scaled["triggers"][0]["metricType"] == "AverageValue"
    assert scaled["triggers"][0]["metadata"] == {"value": "700m", "containerName": "order-service"}
    assert scaled["triggers"][1]["metadata"]["threshold"] == "100"
    spec = of_kind(found, "HTTPRoute")["gateway"]["spec"]
    assert spec["hostnames"] == ["shop.test"]
    assert {
        each["kind"] for each in found if "k8s.io" not in each["apiVersion"] and "." in each["apiVersion"]
    } == {"ScaledObject"}
