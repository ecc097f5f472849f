"""Redis: sessions and caches, with an append-only file and a password."""

from __future__ import annotations

import socket

from deploy.installation import configuration
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets
from deploy.native import packages
from deploy.native.programs import Program


def program(layout: Layout, secrets: Secrets) -> Program:
    port = layout.port("redis")
    config = layout.conf / "redis.conf"
    return Program(
        name="redis",
        command=(packages.program("redis-server"), str(config)),
        ports=(port,),
        ready=lambda: _is_ready(port, secrets.redis_password),
        watch=(config,),
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    data = layout.data / "redis"
    data.mkdir(parents=True, exist_ok=True)
    port = layout.port("redis")
    write_private(layout.conf / "redis.conf", configuration.redis(secrets, "127.0.0.1", port, str(data)))


def _is_ready(port: int, password: str) -> str | None:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as answers:
                text = answers.read().decode()
    except OSError as error:
        return str(error)
    return None if "+PONG" in text else text.strip()
