"""The shape of the compose files: what must hold for every container, whoever adds one."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers import setup
from deploy.containers.stack import INSIDE, VARIABLES
from deploy.installation import configuration, secrets
from deploy.installation.broker_rights import ADMIN, MONITOR
from deploy.installation.layout import PORTS
from deploy.installation.services import BROKER_USERS
from deploy.native import postgres
from prometheus import containers

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DEVELOPMENT = yaml.safe_load((ROOT / "docker-compose.dev.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STEPS = {name for name, service in SERVICES.items() if service["restart"].startswith("on-failure")}
PROFILES = {name for name, service in SERVICES.items() if "profiles" in service}
WATCHED = {"collector"}  # no program in its image can ask it: Prometheus does
DATABASES = {"postgres", "mongo", "redis"}
PUBLIC = {"gateway"}
ELSEWHERE = {
    "gateway": {"gateway"},
    "rabbitmq": {"rabbitmq"},
    "mongo-users": {"mongo"},
}  # named in files of theirs
BUDGET = 4 * 2**30  # bytes for everything that runs after a start
_UNITS = {"m": 2**20, "g": 2**30}
OURS = "glasshouse.localhost/"  # no registry can have a name below .localhost
_PINNED = re.compile(
    rf".+:v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{{64}})?|{re.escape(OURS)}[a-z-]+:\$\{{VERSION:-\d+\.\d+\.\d+\}}"
)
# Names without a host are Docker Hub's. These are the publishers' own there.
PUBLISHERS = {
    *("debian", "grafana", "jaegertracing", "mongo", "nginx", "node", "oliver006", "otel", "postgres", "prom"),
    *("prometheuscommunity", "python", "rabbitmq", "redis"),
}
EACH = pytest.mark.parametrize("name", SERVICES)
EACH_THAT_RUNS = pytest.mark.parametrize("name", sorted(SERVICES.keys() - STEPS))


@EACH
def test_nothing_may_be_gained_or_written(name: str) -> None:
    """No capability, no way to a new one, a read-only file system, logs that end, bounds."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    copy = "cache-" if service["logging"]["driver"] == "fluentd" else ""  # the engine's own, of what it sends away
    assert service["logging"]["options"].keys() >= {f"{copy}max-size", f"{copy}max-file"}
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["pids_limit"]


@EACH
def test_nobody_is_root(name: str) -> None:
    """By `user:`, or by the USER of an image of ours."""
    service = SERVICES[name]
    ours = service["image"].startswith(OURS)
    assert ours or not service["user"].startswith(("0", "root"))


@EACH
def test_every_image_has_a_version(name: str) -> None:
    """So that tomorrow's start is today's."""
    assert _PINNED.fullmatch(SERVICES[name]["image"])
    assert "latest" not in SERVICES[name]["image"]


@pytest.mark.parametrize("overlay", [{}, DEVELOPMENT["services"]], ids=["production", "development"])
def test_no_registry_is_asked_for_images_of_ours(overlay: dict[str, Any]) -> None:
    """Their name belongs to this machine, the policy is never to pull, and each is built by somebody."""
    merged = {name: {**service, **overlay.get(name, {})} for name, service in SERVICES.items()}
    built = [service["image"] for service in merged.values() if "build" in service]
    assert len(built) == len(set(built))  # two builds of one image undo each other: its containers are always old
    assert all(image.startswith(OURS) for image in built)
    for name, service in merged.items():
        if service["image"].startswith(OURS):
            assert service["image"] in built, name
            assert service["pull_policy"] == "never", name
        else:
            assert service["image"].partition("/")[0].partition(":")[0] in PUBLISHERS, name


def test_development_changes_only_the_tag_of_an_image() -> None:
    """A step that has the libraries of another service would not find its own."""
    for name, service in DEVELOPMENT["services"].items():
        assert service["image"] == SERVICES[name]["image"].partition(":")[0] + ":dev", name


def test_steps_find_their_modules_in_development(tmp_path: Path) -> None:
    """Images of the target `dev` hold no sources: what a step imports is mounted."""
    steps: dict[tuple[str, ...], list[str]] = {}
    for name in STEPS & DEVELOPMENT["services"].keys():
        overlay = DEVELOPMENT["services"][name]
        service = {**SERVICES[name], **overlay}
        volumes = [*SERVICES[name]["volumes"], *overlay.get("volumes", ())]
        assert "secrets:/run/secrets:ro" not in volumes or name != "secrets"  # which fills it
        start = [*service.get("entrypoint", ()), *service["command"]]
        if "-m" in start:
            mounted = tuple(sorted(volume.split(":")[0] for volume in volumes if volume.startswith("./")))
            steps.setdefault(mounted, []).append(start[start.index("-m") + 1])
    assert len([module for modules in steps.values() for module in modules]) >= 8
    for number, (mounted, modules) in enumerate(steps.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        for source in mounted:
            (folder / source).symlink_to(ROOT / source)
        command = [sys.executable, "-P", "-c", f"import {', '.join(modules)}"]
        done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)
        assert done.returncode == 0, (modules, done.stderr)


def test_pages_find_their_entries_in_development() -> None:
    """Vite looks for each input of its configuration at the start."""
    inputs = re.search(r"input: \[(.+)\]", (ROOT / "frontend" / "vite.config.ts").read_text())
    assert inputs
    mounted = {volume.split(":")[0] for volume in DEVELOPMENT["services"]["frontend"]["volumes"]}
    for name in re.findall(r'"([^"]+)"', inputs[1]):
        assert f"./frontend/{name.partition('/')[0]}" in mounted, name


def test_recipes_begin_with_images_of_their_publishers() -> None:
    """By default: other bases can be given as build arguments."""
    for recipe in (*ROOT.glob("*/Dockerfile"), *ROOT.glob("*/*.Dockerfile")):
        text = recipe.read_text()
        stages = set(re.findall(r"^FROM \S+ AS (\S+)$", text, re.M))
        arguments = dict(re.findall(r"^ARG ([A-Z_]+_IMAGE)=(\S+)$", text, re.M))
        sources = re.findall(r"^(?:FROM|COPY --from=)\s*(\S+)", text, re.M) + re.findall(r"--from=(\S+)", text)
        for source in set(sources) - stages:
            base = arguments[source[2:-1]] if source.startswith("${") else source
            assert base.partition(":")[0] in PUBLISHERS, (recipe, base)


@EACH_THAT_RUNS
def test_whatever_runs_says_whether_it_is_healthy_and_comes_back(name: str) -> None:
    """Here, or in its image's recipe."""
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped" or name in PROFILES
    if name in WATCHED:
        assert f"{name}:" in str(yaml.safe_load(containers.TARGET.read_text()))
    elif "healthcheck" not in service:
        recipe = (ROOT / service["build"]["dockerfile"]).read_text()
        assert "HEALTHCHECK" in recipe
        assert 'CMD ["' in recipe.partition("HEALTHCHECK")[2]  # no shell


@EACH
def test_the_order_of_a_start_is_said(name: str) -> None:
    """Steps that are waited for have ended well; what runs is healthy (but mtail begins with the gateway)."""
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in STEPS else "service_healthy"
        assert how["condition"] == wanted or (name, other) == ("gateway-log-exporter", "gateway")


def test_everything_together_fits_into_four_gigabytes() -> None:
    """Of what runs after a start. Steps have ended by then."""
    limits = [SERVICES[name]["mem_limit"] for name in SERVICES.keys() - STEPS - PROFILES]
    assert sum(int(limit[:-1]) * _UNITS[limit[-1]] for limit in limits) <= BUDGET


def test_databases_cannot_be_reached_from_the_front() -> None:
    """They are on `back` only, the broker on `queue` only, and the edge on `front` only."""
    networks = {name: set(service.get("networks", ())) for name, service in SERVICES.items()}
    assert all(networks[name] == {"back"} for name in DATABASES)
    assert networks["rabbitmq"] == {"queue"}
    assert all(
        networks[name] == {"front"} for name in ("gateway", "frontend", "payment-provider", "grafana", "jaeger")
    )


def test_only_the_gateway_answers_other_machines() -> None:
    """Every other port is bound to loopback, in the development files too."""
    for services in (SERVICES, DEVELOPMENT["services"]):
        for name, service in services.items():
            for port in service.get("ports", ()):
                assert port.startswith("127.0.0.1:") or name in PUBLIC


def test_pages_of_other_sites_read_no_metrics() -> None:
    """Prometheus would let them; it is told which site is ours."""
    (origin,) = (word for word in SERVICES["prometheus"]["command"] if word.startswith("--web.cors.origin="))
    assert origin == "--web.cors.origin=http://localhost:${PROMETHEUS_PORT:-9090}"


def test_data_outlive_their_container() -> None:
    """Whatever a store keeps is in a volume with a name."""
    for name in (
        *DATABASES,
        "rabbitmq",
        "jaeger",
        "loki",
        "prometheus",
        "alertmanager",
        "grafana",
        "payment-provider",
    ):
        volumes = [str(volume).split(":")[0] for volume in SERVICES[name]["volumes"]]
        assert any(volume.endswith("-data") and volume in COMPOSE["volumes"] for volume in volumes), name


def test_groups_of_secrets_are_the_same_in_both_places() -> None:
    """Each container has the groups of the folders that it names, and the one that fills them has all."""
    groups = {str(number): folder for folder, number in setup.GROUPS.items()}
    assert SERVICES["secrets"]["group_add"] == sorted(groups)
    for name, service in SERVICES.items():
        if name == "secrets":
            continue
        named = set(re.findall(r"/run/secrets/([a-z-]+)", yaml.safe_dump(service)))
        given = {groups[group] for group in service.get("group_add", ())}
        assert named | ELSEWHERE.get(name, set()) == given, name


def test_no_secret_is_in_the_files() -> None:
    """What may be given by `.env` is empty here, and .env.example knows all of it."""
    example = (ROOT / ".env.example").read_text()
    variables = SERVICES["secrets"]["environment"]
    for name in (value.upper() for value in setup.GIVEN):
        assert variables[name] == f"${{{name}:-}}"
        assert f"{name}=" in example


def test_every_setting_is_in_the_example() -> None:
    """Whatever the files ask of `.env` is explained there."""
    asked = set()
    for file in ("docker-compose.yml", "docker-compose.dev.yml"):
        asked |= set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / file).read_text()))
    example = (ROOT / ".env.example").read_text()
    assert {name for name in asked if f"{name}=" not in example} == set()


def test_ports_are_those_of_the_native_run() -> None:
    """But for the shop itself, which has 80 and 443; ./shop finds each by the port inside."""
    published: dict[str, tuple[str | None, int]] = {}
    for service_name, service in SERVICES.items():
        for port in service.get("ports", ()):
            found = re.fullmatch(r"\S+:\$\{(?P<variable>[A-Z_]+):-(?P<default>\d+)\}:(?P<inside>\d+)", port)
            assert found, port
            published[found["variable"]] = (
                INSIDE.get((service_name, int(found["inside"]))),
                int(found["default"]),
            )
    assert {variable: name for variable, (name, _) in published.items()} == dict(VARIABLES)
    for name, default in published.values():
        assert default == {"gateway": 80, "gateway-tls": 443}.get(str(name), PORTS[str(name)])


def test_what_prometheus_scrapes_in_containers_is_fresh() -> None:
    """containers.yml has every job of prometheus.yml, and only names of services and networks that there are."""
    assert containers.TARGET.read_text() == containers.render(containers.SOURCE.read_text())
    native = [job["job_name"] for job in yaml.safe_load(containers.SOURCE.read_text())["scrape_configs"]]
    jobs = yaml.safe_load(containers.TARGET.read_text())["scrape_configs"]
    assert [job["job_name"] for job in jobs] == native
    aliases = {
        alias
        for service in SERVICES.values()
        if isinstance(service.get("networks"), dict)
        for network in service["networks"].values()
        for alias in (network or {}).get("aliases", ())
    }
    for job in jobs:
        for found in job.get("dns_sd_configs", ()):
            assert set(found["names"]) <= aliases
        for group in job.get("static_configs", ()):
            assert all(target.partition(":")[0] in {*SERVICES, "localhost"} for target in group["targets"])


def test_a_change_of_rights_reaches_a_broker_that_runs() -> None:
    """It loads users, rights and limits at its start: Compose starts it anew when their fingerprint is another."""
    made = setup.broker_definitions(dict.fromkeys((ADMIN, MONITOR, *BROKER_USERS), ""))
    fingerprint = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:12]
    assert SERVICES["rabbitmq"]["environment"]["USERS_AND_RIGHTS"] == fingerprint, (
        "write this into docker-compose.yml"
    )


def test_a_change_of_users_reaches_a_redis_that_runs(tmp_path: Path) -> None:
    """It reads its configuration at its start, too."""
    keys = secrets.ensure(tmp_path)
    made = configuration.redis(keys, "", 0, "")
    for password in (keys.redis_password, keys.redis_monitoring_password):
        made = made.replace(password, "")
    fingerprint = hashlib.sha256(made.encode()).hexdigest()[:12]
    assert SERVICES["redis"]["environment"]["USERS_AND_RIGHTS"] == fingerprint, (
        "write this into docker-compose.yml"
    )


def test_nothing_keeps_a_volume_without_a_name() -> None:
    """What an image declares as a volume is covered: else Docker makes one more at each start, for ever."""
    assert any(mount.startswith("/var/lib/postgresql/data") for mount in SERVICES["databases"]["tmpfs"])


def test_postgres_logs_as_natively() -> None:
    """Who said it and when, and none of the values."""
    native = {f"-c{name}={value}" for name, value in postgres.SETTINGS.items() if name.startswith("log_")}
    assert native <= set(SERVICES["postgres"]["command"])


def test_reloads_leave_no_dead_processes() -> None:
    """In development something takes them away, in every service."""
    services = {name for name, service in SERVICES.items() if name.endswith("-service")} | {"payment-provider"}
    assert all(DEVELOPMENT["services"][name]["init"] for name in services)
