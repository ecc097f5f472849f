"""The one-shot `secrets`: passwords, keys, a certificate, and the configuration files that contain them.

It fills the volume that is mounted at /run/secrets everywhere. `all/` is for this process only; beside it there is
a folder for each container that reads secrets, open to the group which docker-compose.yml gives to that container.
The process has these groups too, so it can hand folders over without being root.

What is there is kept. At the first start, `.env` may give values instead of random ones: `REDIS_PASSWORD=...`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from deploy.installation import configuration
from deploy.installation.addresses import Stores, broker_passwords, secret_settings
from deploy.installation.broker_rights import VHOST, definitions
from deploy.installation.queue_limits import policies
from deploy.installation.secrets import NAMES, Secrets, ensure, make_password, read_or_make
from deploy.installation.services import MONGO_DATABASE, SECRETS, SERVICES, Service

VOLUME = Path("/run/secrets")
# Who may enter which folder. docker-compose.yml says the same by group_add; a test compares the two.
GROUPS: Mapping[str, int] = {
    **{service.name: service.group for service in SERVICES},
    **{f"{service.name}-seed": service.seed_group for service in SERVICES if service.seed_secrets},
    "postgres": 20007,
    "mongo": 20008,
    "redis": 20009,
    "rabbitmq": 20010,
    "gateway": 20011,
    "grafana": 20012,
    "alertmanager": 20013,
    "postgres-exporter": 20014,
    "redis-exporter": 20015,
}
GRAFANA = "grafana_password"  # the native run has no use for it
STORES = Stores(postgres="postgres:5432", mongo="mongo:27017", redis="redis:6379", rabbitmq="rabbitmq:5672")
_DATABASE = ("database_url", "mongo_url")
# What `.env` may give.
GIVEN = (*NAMES, GRAFANA)
# RabbitMQ 4 drops a message of a quorum queue that was delivered 20 times: whoever looks at dead letters would
# lose them one day. -1 is no limit; 3.x, which runs natively, does not know it.
_ANY = "0.0.0.0"  # noqa: S104 (inside of a container, whose networks decide who reaches it)
_DEAD_LETTERS_STAY = {"delivery-limit": -1}
# These stand in no URL and no configuration file.
_ANYTHING = frozenset({*SECRETS, GRAFANA})


def main(volume: Path = VOLUME) -> None:
    """Make what is missing and write every container's folder anew."""
    os.umask(0o027)
    everything = volume / "all"
    everything.mkdir(mode=0o700, exist_ok=True)
    for name in GIVEN:
        if value := os.environ.get(name.upper()):
            read_or_make(everything / name, partial(_given, name, value))
    secrets = ensure(everything)
    for container, files in contents(secrets).items():
        folder = volume / container
        folder.mkdir(mode=0o750, exist_ok=True)
        os.chown(folder, -1, GROUPS[container])
        for name, text in files.items():
            _hand_over(folder / name, text, GROUPS[container])
    print(f"{len(GROUPS)} folders below {volume} are complete.")


def _given(name: str, value: str) -> str:
    if name not in _ANYTHING and not re.fullmatch(r"[A-Za-z0-9._~-]+", value):
        sys.exit(f"{name.upper()} in .env may have letters, digits and . _ ~ - only: it becomes a part of URLs.")
    return value


def contents(secrets: Secrets) -> dict[str, dict[str, str]]:
    """The files of every folder. Those of a service are named like its settings."""
    grafana = read_or_make(secrets.directory / GRAFANA, make_password)

    return {
        **{service.name: _of_service(service, secrets) for service in SERVICES},
        **{f"{service.name}-seed": _of_seed(service, secrets) for service in SERVICES if service.seed_secrets},
        "postgres": {"password": secrets.postgres_password, "databases.sql": configuration.postgres(secrets)},
        "mongo": {"password": secrets.mongo_password, "products_password": secrets.databases[MONGO_DATABASE]},
        "redis": {
            "password": secrets.redis_password,
            "redis.conf": configuration.redis(secrets, _ANY, 6379, "/data"),
        },
        "rabbitmq": {"definitions.json": json.dumps(broker_definitions(broker_passwords(secrets)), indent=2)},
        "gateway": {
            "tls.crt": secrets.tls_certificate_file.read_text(),
            "tls.key": secrets.tls_key_file.read_text(),
        },
        "grafana": {"password": grafana},
        "alertmanager": {"alertmanager.yml": configuration.alertmanager(os.environ.get("ALERT_WEBHOOK_URL", ""))},
        "postgres-exporter": {"password": secrets.monitoring_password},
        "redis-exporter": {"passwords.json": configuration.redis_passwords(secrets, STORES.redis)},
    }


def broker_definitions(passwords: Mapping[str, str]) -> dict[str, Any]:
    """What RabbitMQ loads at its start."""
    return definitions(passwords, policies(VHOST, dead=_DEAD_LETTERS_STAY))


def _of_service(service: Service, secrets: Secrets) -> dict[str, str]:
    settings = secret_settings(service, secrets, STORES)
    return {
        **{name.lower(): value for name, value in settings.items()},
        **{file: (secrets.directory / file).read_text() for file in service.secret_files.values()},
    }


def _of_seed(service: Service, secrets: Secrets) -> dict[str, str]:
    """Its database and what it alone may know."""
    database = {name: value for name, value in _of_service(service, secrets).items() if name in _DATABASE}
    return database | {name: secrets.given[name] for name in service.seed_secrets}


def _hand_over(path: Path, text: str, group: int) -> None:
    """Replace the file at once; its group may read it. One whose text stays the same keeps its time."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text)
    if path.exists() and path.read_text() == text:
        before = path.stat()
        os.utime(temporary, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.chown(temporary, -1, group)
    temporary.chmod(0o640)
    temporary.rename(path)


if __name__ == "__main__":
    if len(sys.argv) == 2:  # docker compose run --rm secrets admin_password
        print((VOLUME / "all" / sys.argv[1]).read_text().strip())
    else:
        main()
