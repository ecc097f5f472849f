"""The parts of the platform as docker-compose.yml has them, in the terms of Kubernetes.

Images, versions, commands, settings, users, limits and health come from there. What Kubernetes must know besides,
such as the names of ports, is in the tables below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.installation.services import BEHIND_GATEWAY, CONTAINER_PORT, PROVIDER, SERVICES
from deploy.kubernetes import traces
from deploy.operations.backup.pause import DOOR
from services.shared.events import topology

OURS = "glasshouse.localhost/"
# The ports of each part by their names: what a Service offers, a policy allows and a probe asks.
PORTS: Mapping[str, Mapping[str, int]] = {
    **{service.name: {"http": CONTAINER_PORT} for service in SERVICES},
    "frontend": {"http": 8080},
    "gateway": {"http": 8080, "https": 8443, "pause": DOOR},
    "postgres": {"postgresql": 5432},
    "mongo": {"mongodb": 27017},
    "redis": {"redis": 6379},
    "rabbitmq": {"amqp": 5672, "management": 15672, "metrics": 15692},
    "jaeger": {
        **{"otlp-grpc": 4317, "otlp-http": 4318, "otlp-browser": 4319, "query": 16686},
        **{"metrics": 8888, "span-metrics": 8889, "health": 13133},
    },
    "prometheus": {"http": 9090},
    "alertmanager": {"http": 9093},
    "loki": {"http": 3100},
    traces.BALANCER: {
        **{"otlp-grpc": 4317, "otlp-http": 4318, "otlp-browser": 4319},
        **{"metrics": 8888, "span-metrics": 8889},
    },
    traces.SAMPLER: {"otlp-grpc": 4317, "metrics": 8888},
    "grafana": {"http": 3000},
    "locust": {"load": 8089, "workers": 5557},
    "postgres-exporter": {"metrics": 9187},
    "redis-exporter": {"metrics": 9121},
    "blackbox-exporter": {"http": 9115},
}
# They share the gateway's pod: two read its log and status page, and Locust's worker loads its loopback.
SIDECARS: Mapping[str, str] = dict.fromkeys(("gateway-log-exporter", "nginx-exporter", "locust-worker"), "gateway")
SIDECAR_PORTS: Mapping[str, Mapping[str, int]] = {
    "gateway-log-exporter": {"log-metrics": 3903},
    "nginx-exporter": {"nginx-metrics": 9113},
    "locust-worker": {},
}
# Parts that belong to a store; they are left out where the store is somebody else's.
STORES: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("postgres", "postgres-exporter"),
    "mongodb": ("mongo",),
    "redis": ("redis", "redis-exporter"),
    "rabbitmq": ("rabbitmq",),
}
# Parts and edges that a value `<name>.enabled` brings, and nothing else.
OPTIONAL: Mapping[str, str] = {
    "loki": "logs",
    "locust": "load",
    "locust-worker": "load",
    traces.BALANCER: traces.VALUE,
    traces.SAMPLER: traces.VALUE,
}
# What runs on each node, in a namespace of its own.
ON_NODES: Mapping[str, Mapping[str, int]] = {"collector": {"metrics": 8888}}
# The size of each volume, unless the values say otherwise.
_DATA: Mapping[str, str] = {
    "postgres": "8Gi",
    "mongo": "8Gi",
    "redis": "1Gi",
    "rabbitmq": "4Gi",
    PROVIDER.name: "1Gi",
    "jaeger": "8Gi",
    "prometheus": "4Gi",
    "alertmanager": "1Gi",
    "grafana": "1Gi",
    "loki": "8Gi",
}
# The addresses that people open; a variable of docker-compose.yml by the name in the values.
URLS: Mapping[str, str] = {
    "shop": "HTTP_PORT",
    **{name: f"{name.upper()}_PORT" for name in ("jaeger", "grafana", "prometheus", "rabbitmq", "alertmanager")},
}
# What a part needs in a cluster besides what it has in Compose.
_MORE: Mapping[str, Mapping[str, str]] = {
    # Only its sidecar reads its status page. Names are asked of the cluster's DNS.
    "gateway": {"STATUS_ADDRESS": "127.0.0.1", "RESOLVER": "system"},
    # The admin's password alone, without the address of a database.
    "locust-worker": {"LOAD_ADMIN_PASSWORD_FILE": "/run/secrets/locust-worker/admin_password"},
    # A volume may have a folder lost+found; PostgreSQL wants one of its own.
    "postgres": {"PGDATA": "/var/lib/postgresql/data/pgdata"},
}
_SETTING = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
_ADDRESS = re.compile(r"http://localhost:\$\{([A-Z_]+):-(\d+)\}")
_GET = re.compile(r"http://127\.0\.0\.1:(?P<port>\d+)(?P<path>/\S*)")
_USER = re.compile(r"^USER (?P<user>\d+):(?P<group>\d+)$", re.MULTILINE)


def load() -> dict[str, Any]:
    """docker-compose.yml, and what only a cluster has in the same form."""
    found: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
    found["services"] |= traces.services(found["services"]["collector"])
    return found


def parts(compose: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each part by its name, the sidecars of a part as its `sidecars`."""
    services = compose["services"]
    found = {name: _part(name, services[name]) for name in PORTS}
    for name, host in SIDECARS.items():
        container = _container(name, services[name])
        container["when"] = OPTIONAL.get(name, "")
        container["args"] = [word.replace(f"http://{host}:", "http://127.0.0.1:") for word in container["args"]]
        found[host].setdefault("sidecars", {})[name] = {**container, "ports": dict(SIDECAR_PORTS[name])}
    return found


def agents(compose: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What runs on each node by its name: it reads a folder that belongs to the node's root."""
    return {
        name: {
            **_container(name, compose["services"][name]),
            **{"user": 0, "group": 0, "ports": dict(ports)},
            "probe": {"port": ports["metrics"], "path": "/metrics"},
        }
        for name, ports in ON_NODES.items()
    }


def settings(compose: Mapping[str, Any]) -> dict[str, str]:
    """The settings that `.env` may give to services, gateway and load; so the values may. With their defaults."""
    found: dict[str, str] = {}
    for name in (*(service.name for service in SERVICES), "gateway", "locust"):
        for setting, value in compose["services"][name]["environment"].items():
            if (match := _SETTING.fullmatch(str(value))) and match[1] == setting:
                found[setting] = match[2]
    return found


def urls(compose: Mapping[str, Any]) -> dict[str, str]:
    """Where people find each page when `kubectl port-forward` brings it to this machine."""
    text = yaml.safe_dump(compose)
    defaults = dict(_ADDRESS.findall(text))
    return {name: f"http://localhost:{defaults[variable]}" for name, variable in URLS.items()}


def steps(compose: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What runs to its end before the services start, in this order: roles, then schemas, then the first data."""
    services = compose["services"]
    stores = [
        {"name": name, "store": store, "secrets": store_part, **_container(name, services[name])}
        for name, store, store_part in (
            ("databases", "postgresql", "postgres"),
            ("mongo-users", "mongodb", "mongo"),
        )
    ]
    own = [
        {
            "name": (name := f"{service.name}-{step}"),
            "store": "",
            "secrets": name if step == "seed" and service.seed_secrets else service.name,
            **_container(name, services[name]),
        }
        for step in ("migrate", "seed")
        for service in SERVICES
        if step in service.steps
    ]
    return [*stores, *own]


def backup(compose: Mapping[str, Any]) -> dict[str, Any]:
    """The container that makes backups: that of a service, with an image that has pg_dump."""
    like = _container(PROVIDER.name, compose["services"][PROVIDER.name])
    return {
        **{key: like[key] for key in ("user", "group", "sharedMemory")},
        "image": _image(f"{OURS}backup"),
        "command": ["python", "-m", "deploy.kubernetes.in_pod"],
        **{"environment": {}, "memory": "384Mi", "millicores": 1000},
        "scratch": {"/tmp": ""},  # noqa: S108 - a volume of its own
        **{"data": "", "shared": {}, "probe": {}, "files": []},
    }


def _part(name: str, service: Mapping[str, Any]) -> dict[str, Any]:
    kept = any(":" in volume and _is_kept(volume) for volume in service.get("volumes", ()))
    is_tier = name in (traces.BALANCER, traces.SAMPLER)
    is_service = any(name == each.name for each in SERVICES)
    store = next((store for store, members in STORES.items() if name in members), "")
    return {
        **_container(name, service),
        "workload": "StatefulSet" if kept else "Deployment",
        "component": "service" if is_service else "store" if store else "edge" if _is_edge(name) else "watch",
        "store": store,
        "when": OPTIONAL.get(name, ""),
        "replicas": next((len(each.ports) for each in SERVICES if each.name == name), 2 if is_tier else 1),
        # A replica that goes on while another takes over: the others hold data, or watch.
        "scales": name in BEHIND_GATEWAY or _is_edge(name) or is_tier,
        "grace": int(str(service["stop_grace_period"]).removesuffix("s"))
        + (15 if is_service or _is_edge(name) else 10),
        "ports": dict(PORTS[name]),
        "queues": next((topology.queues_of(each.package) for each in SERVICES if each.name == name), []),
        "size": _DATA.get(name, ""),
    }


def _is_edge(name: str) -> bool:
    return name in ("gateway", "frontend")


def _container(name: str, service: Mapping[str, Any]) -> dict[str, Any]:
    user, group = _user(service)
    environment = {key: _text(str(value)) for key, value in service.get("environment", {}).items()}
    return {
        "image": _image(service["image"]),
        "command": [_text(word) for word in _words(service.get("entrypoint"))],
        "args": [_text(word) for word in _words(service.get("command"))],
        "environment": {**environment, **_MORE.get(name, {})},
        "user": user,
        "group": group,
        "memory": service["mem_limit"].removesuffix("m") + "Mi",
        "millicores": round(float(service["cpus"]) * 1000),
        "scratch": dict(_scratch(service)),
        "data": next((path for volume, path in _mounts(service) if volume.endswith("-data")), ""),
        "shared": {volume: path for volume, path in _mounts(service) if volume == "gateway-logs"},
        "sharedMemory": service.get("shm_size", "").replace("m", "Mi"),
        "probe": _probe(name, service),
    }


def _words(command: str | list[str] | None) -> list[str]:
    return command.split() if isinstance(command, str) else list(command or ())


def _text(text: str) -> str:
    """What Compose would make of it; the addresses that people open stay as `<url:name>` for the values."""
    names = {variable: name for name, variable in URLS.items()}
    named = _ADDRESS.sub(lambda found: f"<url:{names[found[1]]}>", text)
    return (
        _SETTING.sub(lambda found: found[2], named).replace("$$", "$").replace("containers.yml", "kubernetes.yml")
    )


def _image(image: str) -> dict[str, Any]:
    repository, _, tag = image.partition(":")
    ours = repository.startswith(OURS)
    return {"ours": ours, "name": repository.removeprefix(OURS), "tag": "" if ours else tag}


def _user(service: Mapping[str, Any]) -> tuple[int, int]:
    """By `user:`, or by the USER of the image's recipe."""
    if "user" in service:
        user, group = service["user"].split(":")
        return int(user), int(group)
    recipe = service.get("build", {"dockerfile": "services/Dockerfile"})["dockerfile"]
    found = _USER.findall((CHECKOUT / recipe).read_text(encoding="utf-8"))[-1]
    return int(found[0]), int(found[1])


def _mounts(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for volume in service.get("volumes", ()):
        source, path = volume.split(":")[:2]
        yield source, path


def _is_kept(volume: str) -> bool:
    return volume.partition(":")[0].endswith("-data")


def _scratch(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for line in service.get("tmpfs", ()):
        path, _, options = line.partition(":")
        size = next((option for option in options.split(",") if option.startswith("size=")), "")
        if size:  # else it covers a volume of the image, which a cluster does not make
            yield path, size.removeprefix("size=").removesuffix("m") + "Mi"


def _probe(name: str, service: Mapping[str, Any]) -> dict[str, Any]:
    """How to ask whether it is ready: by a path, else by the command of its health check."""
    if any(name == each.name for each in SERVICES):
        return {"port": CONTAINER_PORT, "path": "/health", "start": "/health/ready"}
    if service.get("healthcheck", {}).get("disable"):
        return {}
    if "healthcheck" not in service:
        port = next(iter((PORTS.get(name) or SIDECAR_PORTS[name]).values()))
        host = {"host": "localhost"} if name == "locust" else {}  # it refuses names that are not its own
        return {"port": port, "path": "/health" if name == "gateway" else "/", **host}
    test = [word.replace("$$", "$") for word in service["healthcheck"]["test"]]
    if found := _GET.search(" ".join(test)):
        return {"port": int(found["port"]), "path": found["path"]}
    command = ["sh", "-c", *test[1:]] if test[0] == "CMD-SHELL" else test[1:]
    return {"port": next(iter(PORTS[name].values())), "command": command}
