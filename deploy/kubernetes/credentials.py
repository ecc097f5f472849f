"""What each part reads of secrets: the same files as in containers, with a placeholder for every value.

The chart makes the values once and puts them in (chart/templates/_table.tpl): `<users_password>` stands for the
value `users_password`.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from deploy.containers import setup
from deploy.installation.addresses import amqp_url, broker_passwords, own_mongo_url, postgres_url
from deploy.installation.files import fill
from deploy.installation.layout import CHECKOUT
from deploy.installation.secrets import NAMES, Secrets, ensure
from deploy.installation.services import DATABASES, MONGO_DATABASE, SERVICES, Service
from deploy.operations.backup.reach import SECRETS

# Values that are no passwords: how the chart makes each is in chart/templates/_table.tpl.
KEYS = {"card_key": "fernet", "token_key.pem": "ed25519", "gateway.key": "tls", "gateway.crt": "tls"}
_VALUE = re.compile(r"<([a-z_.]+)>")
# What a backup is given of the stores: the store, and the key where somebody else gives its address.
_BACKED_UP = {
    **{name: ("postgresql", name) for name in DATABASES},
    "mongo": ("mongodb", MONGO_DATABASE),
    "amqp": ("rabbitmq", "backup"),
}
_STORE_OF = {"database_url": "postgresql", "mongo_url": "mongodb", "redis_url": "redis", "amqp_url": "rabbitmq"}


def values() -> dict[str, str]:
    """Every value by its name, and its kind."""
    names = (*NAMES, setup.GRAFANA, *KEYS)
    return {name: KEYS.get(name, "password") for name in dict.fromkeys(names)}


def files() -> dict[str, dict[str, str]]:
    """The files of each part, in which placeholders stand for the values."""
    with tempfile.TemporaryDirectory() as name:
        for value in values():
            Path(name, value).write_text(f"<{value}>\n", encoding="utf-8")
        secrets = ensure(Path(name))
        found = setup.contents(secrets)
        found["rabbitmq"]["definitions.json"] = _broker(found["rabbitmq"]["definitions.json"], secrets)
        found["backup"] = _of_backup(secrets)
    found["locust-worker"] = {"admin_password": secrets.given["admin_password"]}
    template = (CHECKOUT / "prometheus" / "alertmanager.yml").read_text(encoding="utf-8")
    receiver = {"ALERT_RECEIVER": "<alert_receiver>", "ALERT_WEBHOOK_URL": "<alert_webhook_url>"}
    found["alertmanager"]["alertmanager.yml"] = fill(template, receiver)
    return found


def sources() -> dict[str, dict[str, dict[str, str]]]:
    """By part and file where the text comes from.

    A `value` is taken as it is; a `connection` may be given by whoever runs the store, as the key of a Secret; any
    other text is composed of values.
    """
    return {
        part: {file: _source(part, file, text) for file, text in each.items()} for part, each in files().items()
    }


def _of_backup(secrets: Secrets) -> dict[str, str]:
    """The addresses of all stores, each with the rights of its owner, and what their data need to be read."""
    at = setup.STORES
    return {
        **{name: postgres_url(at.postgres, name, secrets.databases[name]) for name in DATABASES},
        "mongo": own_mongo_url(at.mongo, secrets),
        "amqp": amqp_url(at.rabbitmq, secrets),
        "provider_key": secrets.given["provider_key"],
        **{name: (secrets.directory / name).read_text(encoding="utf-8") for name in SECRETS},
    }


def _source(part: str, file: str, text: str) -> dict[str, str]:
    if found := _VALUE.fullmatch(text.strip()):
        return {"kind": "value", "value": found[1]}
    if part == "backup" and file in _BACKED_UP:
        store, key = _BACKED_UP[file]
        return {"kind": "connection", "store": store, "key": key}
    service = next((each for each in SERVICES if part in (each.name, f"{each.name}-seed")), None)
    if service and file in _STORE_OF:
        return {"kind": "connection", "store": _STORE_OF[file], "key": _key(service, file)}
    return {"kind": "composed"}


def _key(service: Service, file: str) -> str:
    """A database has the key of its name, a user of the broker that of its package; Redis has one for all."""
    return {"database_url": service.database, "mongo_url": service.database, "amqp_url": service.package}.get(
        file, "url"
    )


def _broker(definitions: str, secrets: Secrets) -> str:
    """With passwords in place of their hashes, which no template can compute; the broker makes them itself."""
    found: dict[str, Any] = json.loads(definitions)
    passwords = broker_passwords(secrets)
    for user in found["users"]:
        del user["password_hash"], user["hashing_algorithm"]
        user["password"] = passwords[user["name"]]
    return json.dumps(found, indent=2)
