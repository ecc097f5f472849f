"""Configuration files of stores and of Alertmanager that both ways of running write: the text of each."""

from __future__ import annotations

import json

from deploy.installation.files import fill
from deploy.installation.layout import CHECKOUT
from deploy.installation.secrets import Secrets
from deploy.installation.services import DATABASES

POSTGRES_MONITOR = "monitoring"  # the exporter's role: sees statistics, no data
REDIS_MONITOR = "monitoring"  # the same at Redis: it reaches no key
# What the exporter asks at each scrape. CONFIG GET shows no password as long as `requirepass` is not used.
_REDIS_MONITORED = (
    "-@all +ping +info +select +config|get +client|setname "
    "+latency|latest +latency|histogram +slowlog|len +slowlog|get"
)
# For psql: \gexec runs the statement that the query before it returns.
_DATABASE = r"""
SELECT 'CREATE ROLE {name} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \gexec
ALTER ROLE {name} PASSWORD '{password}';
SELECT 'CREATE DATABASE {name} OWNER {name}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \gexec
REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;
"""
_MONITOR = r"""
SELECT 'CREATE ROLE {name} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \gexec
ALTER ROLE {name} PASSWORD '{password}' CONNECTION LIMIT 5;
GRANT pg_monitor TO {name};
"""
_UNUSED = "http://127.0.0.1:9/"  # the file must be valid, the receiver `nobody` never sends


def postgres(secrets: Secrets) -> str:
    """SQL for psql: a role and a database for each service; no role may connect to another's database."""
    databases = "".join(
        _DATABASE.format(name=name, password=password)
        for name, password in secrets.databases.items()
        if name in DATABASES
    )
    return databases + _MONITOR.format(name=POSTGRES_MONITOR, password=secrets.monitoring_password)


def redis(secrets: Secrets, address: str, port: int, data: str) -> str:
    """redis.conf. data: the directory of the append-only file.

    hz: half of the default, so that an idle Redis wakes less often. To remove keys that expire together it stops
    for a quarter of a tick at most, which is 50 ms.
    """
    return f"""bind {address}
port {port}
user default on >{secrets.redis_password} ~* &* +@all
user {REDIS_MONITOR} on >{secrets.redis_monitoring_password} {_REDIS_MONITORED}
dir "{data}"
appendonly yes
appendfsync everysec
save ""
hz 5
set-proc-title no
maxmemory 128mb
maxmemory-policy volatile-ttl
"""


def redis_passwords(secrets: Secrets, address: str) -> str:
    """The exporter's password file, which gives the password to this address only.

    The exporter connects to any address that somebody asks of it, and would send a password of its environment
    there. Newer ones look for the address with the user's name, older ones without.
    """
    keys = (f"redis://{address}", f"redis://{REDIS_MONITOR}@{address}")
    return json.dumps(dict.fromkeys(keys, secrets.redis_monitoring_password))


def alertmanager(webhook_url: str) -> str:
    """prometheus/alertmanager.yml for this receiver; an empty address is nobody."""
    template = (CHECKOUT / "prometheus" / "alertmanager.yml").read_text()
    values = {
        "ALERT_RECEIVER": "webhook" if webhook_url else "nobody",
        "ALERT_WEBHOOK_URL": webhook_url or _UNUSED,
    }
    return fill(template, values)
