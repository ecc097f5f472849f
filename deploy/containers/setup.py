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

from deploy.installation.broker_rights import MONITOR, SERVICES, VHOST, definitions
from deploy.installation.queue_limits import policies
from deploy.installation.secrets import Secrets, ensure, make_password, read_or_make
from deploy.native import alertmanager, postgres, rabbitmq, redis

VOLUME = Path("/run/secrets")
# Who may enter which folder. docker-compose.yml says the same by group_add; a test compares the two.
GROUPS: Mapping[str, int] = {
    "user-service": 20001,
    "user-service-seed": 20002,
    "product-service": 20003,
    "order-service": 20004,
    "payment-service": 20005,
    "payment-provider": 20006,
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
# What `.env` may give.
GIVEN = (
    *(f"{name}_password" for name in ("postgres", "users", "orders", "payments", "monitoring")),
    "rabbitmq_password",
    *(f"rabbitmq_{user}_password" for user in (MONITOR, *SERVICES)),
    *("redis_password", "webhook_secret", "provider_key", "card_key", "admin_password"),
    *("mongo_password", "products_password", GRAFANA),
)
# RabbitMQ 4 drops a message of a quorum queue that was delivered 20 times: whoever looks at dead letters would
# lose them one day. -1 is no limit; 3.x, which runs natively, does not know it.
_DEAD_LETTERS_STAY = {"delivery-limit": -1}
# These stand in no URL and no configuration file.
_ANYTHING = frozenset({"webhook_secret", "provider_key", "card_key", "admin_password", GRAFANA})


def main(volume: Path = VOLUME) -> None:
    """Make what is missing and write every container's folder anew."""
    os.umask(0o027)
    everything = volume / "all"
    everything.mkdir(mode=0o700, exist_ok=True)
    for name in GIVEN:
        if value := os.environ.get(name.upper()):
            read_or_make(everything / name, partial(_given, name, value))
    kept = ensure(everything)
    for container, files in contents(kept).items():
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


def contents(kept: Secrets) -> dict[str, dict[str, str]]:
    """The files of every folder. Those of a service are named like its settings."""
    grafana = read_or_make(kept.directory / GRAFANA, make_password)

    def database(name: str, password: str) -> dict[str, str]:
        return {"database_url": f"postgresql+asyncpg://{name}:{password}@postgres:5432/{name}"}

    users = database("users", kept.users_password)
    cache = {"redis_url": f"redis://:{kept.redis_password}@redis:6379/0"}
    users_of_broker = rabbitmq.passwords(kept)

    def events(service: str) -> dict[str, str]:
        return {"amqp_url": f"amqp://{service}:{users_of_broker[service]}@rabbitmq:5672/{VHOST}"}

    provider = {"webhook_secret": kept.webhook_secret, "provider_key": kept.provider_key}
    return {
        "user-service": {**users, **cache, "token_key.pem": kept.token_key_file.read_text()},
        "user-service-seed": {**users, "admin_password": kept.admin_password},
        "product-service": {
            "mongo_url": f"mongodb://products:{kept.products_password}@mongo:27017/products?directConnection=true",
            **cache,
            **events("product"),
        },
        "order-service": {**database("orders", kept.orders_password), **events("order")},
        "payment-service": {
            **database("payments", kept.payments_password),
            **events("payment"),
            **provider,
            "card_key": kept.card_key,
        },
        "payment-provider": provider,
        "postgres": {"password": kept.postgres_password, "databases.sql": postgres.statements(kept)},
        "mongo": {"password": kept.mongo_password, "products_password": kept.products_password},
        "redis": {"password": kept.redis_password, "redis.conf": redis.config(kept, "0.0.0.0", 6379, "/data")},  # noqa: S104
        "rabbitmq": {
            "definitions.json": json.dumps(
                definitions(users_of_broker, policies(VHOST, dead=_DEAD_LETTERS_STAY)), indent=2
            )
        },
        "gateway": {
            "tls.crt": kept.tls_certificate_file.read_text(),
            "tls.key": kept.tls_key_file.read_text(),
        },
        "grafana": {"password": grafana},
        "alertmanager": {"alertmanager.yml": alertmanager.config(os.environ.get("ALERT_WEBHOOK_URL", ""))},
        "postgres-exporter": {"password": kept.monitoring_password},
        "redis-exporter": {"passwords.json": json.dumps({"redis://redis:6379": kept.redis_password})},
    }


def _hand_over(path: Path, text: str, group: int) -> None:
    """Replace the file at once; its group may read it."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text)
    os.chown(temporary, -1, group)
    temporary.chmod(0o640)
    temporary.rename(path)


if __name__ == "__main__":
    if len(sys.argv) == 2:  # docker compose run --rm secrets admin_password
        print((VOLUME / "all" / sys.argv[1]).read_text().strip())
    else:
        main()
