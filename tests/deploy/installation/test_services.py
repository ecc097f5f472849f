"""The table of services agrees with itself, with the code, and with files that name services in their own form."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers import setup
from deploy.installation.layout import CHECKOUT, PORTS
from deploy.installation.services import BEHIND_GATEWAY, BROKER_USERS, SERVICES, Service
from grafana import colours
from services.shared.events import topology

COMPOSE: dict[str, dict[str, Any]] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
DEVELOPMENT: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.dev.yml").read_text())["services"]
EACH = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def test_nothing_belongs_to_two() -> None:
    """Names, packages, ports, groups of secrets, databases and paths of the API."""
    for values in (
        [service.name for service in SERVICES],
        [service.package for service in SERVICES],
        [service.database for service in SERVICES if service.database],
        [path for service in SERVICES for path in service.routes],
        list(PORTS.values()),
        list(setup.GROUPS.values()),
    ):
        assert len(values) == len(set(values))


def test_every_service_in_the_code_is_in_the_table() -> None:
    """A folder of services/ that can be started is one entry, and the other way round."""
    packages = {path.parent.name for path in (CHECKOUT / "services").glob("*/main.py")}
    assert packages == {service.package for service in SERVICES}


@EACH
def test_an_entry_is_what_the_code_is(service: Service) -> None:
    """Its steps, lock and table are there; it calls services that exist; the gateway finds it by its package."""
    folder = CHECKOUT / "services" / service.package
    assert all((folder / f"{step}.py").is_file() for step in service.steps)
    assert (CHECKOUT / "requirements" / f"{service.package}.txt").is_file()
    assert set(service.calls) <= {other.name for other in SERVICES}
    assert bool(service.store) == bool(service.database)
    assert service.name == importlib.import_module(f"services.{service.package}.settings").NAME
    if service.store == "postgresql":
        models = importlib.import_module(f"services.{service.package}.models")
        assert service.database in models.Base.metadata.tables  # `./shop backup` counts its rows
    if service.routes:
        assert service.name == f"{service.package}-service"
        assert service.title
        assert service.about


@EACH
def test_a_service_spells_its_name_once(service: Service) -> None:
    """In its settings, where its steps and jobs read it, too."""
    folder = CHECKOUT / "services" / service.package
    assert [path.name for path in folder.rglob("*.py") if f'"{service.name}"' in path.read_text()] == [
        "settings.py"
    ]


def test_those_with_events_are_those_of_the_topology() -> None:
    """Who publishes or listens has a user at the broker, whose rights come from the topology."""
    assert set(BROKER_USERS) == set(topology.PUBLISHED)
    assert {queue.partition(".")[0] for queue in topology.QUEUES} <= set(BROKER_USERS)


@EACH
def test_each_service_has_its_colour(service: Service) -> None:
    """The same on every page and in the terminal."""
    assert service.name in colours.SERVICES


@EACH
def test_compose_starts_what_the_table_says(service: Service) -> None:
    """The image, the group of its secrets, where it finds others, its choices, and the file of its database."""
    given = COMPOSE[service.name]
    environment = given["environment"]
    assert given["image"].startswith(f"glasshouse.localhost/{service.name}:")
    assert given["build"]["args"]["SERVICE"] == service.package
    assert given["group_add"] == [str(service.group)]
    assert environment["SECRETS_DIR"] == f"/run/secrets/{service.name}"
    for other in service.calls:
        assert environment[f"{other.upper().replace('-', '_')}_URL"] == f"http://{other}:8000"
    for name, default in service.choices.items():
        assert environment[name] == f"${{{name}:-{default}}}"
    for name, file in service.secret_files.items():
        assert environment[name] == f"/run/secrets/{service.name}/{file}"
    for name, path in service.own_addresses.items():
        assert environment[name] == f"http://{service.name}:8000{path}"
    if service.store == "sqlite":
        assert environment["DATABASE_URL"] == f"sqlite:////data/{service.database}.sqlite"


# What services are told in containers by a variable that is no choice of theirs, and why.
_NO_CHOICE = {
    "ENVIRONMENT": "the native run has one name for it",
    "LOG_LEVEL": "every service has it",
}


@EACH
def test_what_containers_may_choose_every_way_to_run_may(service: Service) -> None:
    """A variable of docker-compose.yml that the table does not know would change nothing natively."""
    texts = map(str, COMPOSE[service.name]["environment"].values())
    variables = {name for text in texts for name in re.findall(r"\$\{([A-Z_]+):-", text)}
    assert variables - _NO_CHOICE.keys() == set(service.choices)


@EACH
def test_compose_gives_each_service_the_networks_that_it_needs(service: Service) -> None:
    """`queue` for events, `back` for a store or a cache of ours, and a name on `front` for Prometheus."""
    networks = COMPOSE[service.name]["networks"]
    assert ("queue" in networks) == service.events
    assert ("back" in networks) == (service.redis or service.store in ("postgresql", "mongodb"))
    if service.name in BEHIND_GATEWAY:
        assert networks["front"]["aliases"] == [f"{service.name}.front"]
        assert service.name in COMPOSE["gateway"]["depends_on"]


@EACH
def test_compose_runs_the_steps_of_each_service_first(service: Service) -> None:
    """With the service's image and secrets; the last one is waited for."""
    for step in service.steps:
        given = COMPOSE[f"{service.name}-{step}"]
        seeds_alone = step == "seed" and service.seed_secrets
        assert given["command"] == ["python", "-m", f"services.{service.package}.{step}"]
        assert given["group_add"] == [str(service.seed_group if seeds_alone else service.group)]
        assert f"{service.name}-{step}" in DEVELOPMENT
    if service.steps:
        assert f"{service.name}-{service.steps[-1]}" in COMPOSE[service.name]["depends_on"]


@EACH
def test_a_release_and_the_locks_have_each_service(service: Service) -> None:
    """The image that is published, the overlay for development, and the lock of its libraries."""
    release = (CHECKOUT / ".github" / "workflows" / "release.yml").read_text()
    assert f"{{image: {service.name}, file: services/Dockerfile, service: {service.package}}}" in release
    assert service.name in DEVELOPMENT
    locked = re.search(r"for group in (.+); do", (CHECKOUT / "requirements" / "lock.sh").read_text())
    assert locked
    assert service.package in locked[1].split()


def test_services_are_named_in_few_files_besides() -> None:
    """What a service is called stands in the table; whoever else writes a name down means that one service."""
    known = {
        "deploy/cli/commands/logs.py",  # examples
        "deploy/cli/commands/restart.py",
        "deploy/cli/incidents/baseline.py",  # webhooks and the value of orders are each one service's own
        "deploy/cli/rebuild.py",  # the order service's own job
        "deploy/containers/stack.py",  # an example
        "deploy/installation/services.py",
        "deploy/kubernetes/edges.py",  # all ask the user service for its keys
    }
    found = {
        str(path.relative_to(CHECKOUT))
        for folder in ("deploy", "prometheus", "jaeger", "gateway")
        for path in (CHECKOUT / folder).rglob("*.py")
        if re.search("|".join(service.name for service in SERVICES), path.read_text())
    }
    assert found == known


def test_the_page_of_settings_names_each_choice() -> None:
    """`.env.example` is what people copy."""
    example = Path(CHECKOUT / ".env.example").read_text()
    for service in SERVICES:
        for name, default in service.choices.items():
            assert f"{name}={default}" in example
