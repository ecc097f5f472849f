"""RabbitMQ: one node with the management UI and its Prometheus endpoint, and Erlang's port mapper."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from deploy.installation import readiness
from deploy.installation.addresses import broker_passwords
from deploy.installation.broker_rights import MONITOR, VHOST, definitions
from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.installation.queue_limits import MESSAGE_BYTES, policies
from deploy.installation.secrets import Secrets
from deploy.native import packages
from deploy.native.programs import Program

# The script in sbin changes to the system's own user; this one does not.
_SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
_CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"


def port_mapper(layout: Layout) -> Program:
    """epmd, as a program of its own: one that RabbitMQ starts would outlive it."""
    port = layout.port("epmd")
    return Program(
        name="epmd",
        command=(packages.program("epmd"), "-port", str(port), "-address", "127.0.0.1"),
        ports=(port,),
        ready=readiness.tcp(port),
        environment={"ERL_EPMD_RELAXED_COMMAND_CHECK": "true"},
    )


def program(layout: Layout, secrets: Secrets) -> Program:
    home, conf = _home(layout), _conf(layout)
    ports = tuple(layout.port(name) for name in ("amqp", "amqp-distribution", "rabbitmq-ui", "rabbitmq-metrics"))
    return Program(
        name="rabbitmq",
        command=(_SERVER,),
        ports=ports,
        ready=readiness.each(readiness.tcp(*ports), lambda: _api_answers(layout, secrets)),
        environment={
            "HOME": str(home),  # Erlang's cookie lies there
            "RABBITMQ_NODENAME": "shop@localhost",
            "RABBITMQ_NODE_PORT": str(layout.port("amqp")),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(layout.port("amqp-distribution")),
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(conf / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(conf / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(conf / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(home / "rabbitmq.pid"),
            "ERL_EPMD_PORT": str(layout.port("epmd")),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # One scheduler that sleeps when idle: the broker shares the machine, and two would wake each other.
            # In containers it has two, as what they run on mostly has more processors.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            "RUNNING_UNDER_SYSTEMD": "true",  # the script replaces itself by the node: signals arrive
        },
        stop_seconds=30,
        watch=(conf / "rabbitmq.conf", conf / "enabled_plugins", conf / "definitions.json"),
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    _home(layout).mkdir(parents=True, exist_ok=True)
    conf = _conf(layout)
    write_private(conf / "rabbitmq-env.conf", "")
    write_private(conf / "enabled_plugins", "[rabbitmq_management,rabbitmq_prometheus].\n")
    write_private(
        conf / "definitions.json", json.dumps(definitions(broker_passwords(secrets), policies(VHOST)), indent=2)
    )
    write_private(
        conf / "rabbitmq.conf",
        f"""default_vhost = {VHOST}
load_definitions = {conf / "definitions.json"}
max_message_size = {MESSAGE_BYTES}
management.tcp.ip = 127.0.0.1
management.tcp.port = {layout.port("rabbitmq-ui")}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {layout.port("rabbitmq-metrics")}
log.console = true
log.console.level = warning
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 200MB
""",
    )


def control(layout: Layout, secrets: Secrets, command: Sequence[str]) -> None:
    """Give one command of rabbitmqctl. Raises ShopError."""
    environment = {**program(layout, secrets).environment, "PATH": os.environ.get("PATH", os.defpath)}
    done = subprocess.run([_CONTROL, *command], env=environment, cwd="/", capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise ShopError(f"rabbitmqctl {command[0]} failed:\n{said}", "Does the broker run? ./shop status")


def _api_answers(layout: Layout, secrets: Secrets) -> str | None:
    token = base64.b64encode(f"{MONITOR}:{secrets.rabbitmq_monitoring_password}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310  our own loopback address
        f"{layout.url('rabbitmq-ui')}/api/health/checks/virtual-hosts", headers={"Authorization": f"Basic {token}"}
    )
    return readiness.http(request)()


def _home(layout: Layout) -> Path:
    return layout.data / "rabbitmq"


def _conf(layout: Layout) -> Path:
    return layout.conf / "rabbitmq"
