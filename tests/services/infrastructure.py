"""Real PostgreSQL, Redis, MongoDB (or its native stand-in) and RabbitMQ for tests.

Isolated instances on free ports, ended by their own process ids.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.installation import secrets
from deploy.installation.addresses import Stores, mongo_url
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native import mongo, postgres, rabbitmq, redis
from deploy.native.programs import Program
from tests.ending import end
from tests.platform.ports import free_offset

_START = 40.0  # seconds; half a second is usual, five for RabbitMQ


@contextmanager
def isolated_layout() -> Iterator[Layout]:
    """An installation of its own in a temporary directory that PostgreSQL's user can reach."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-test-") as name:
        run = Path(name)
        run.chmod(0o755)
        layout = Layout(checkout=CHECKOUT, run=run, data=run / "data", offset=free_offset())
        layout.make_directories()
        yield layout


@contextmanager
def running_postgres(layout: Layout, keys: secrets.Secrets) -> Iterator[None]:
    """PostgreSQL of that installation."""
    postgres.prepare(layout, keys)
    with running(postgres.program(layout), "-c", "fsync=off", "-c", "full_page_writes=off"):
        yield


@contextmanager
def running_redis(layout: Layout, keys: secrets.Secrets) -> Iterator[None]:
    """Redis of that installation."""
    redis.prepare(layout, keys)
    with running(redis.program(layout, keys)):
        yield


@contextmanager
def running_mongo(layout: Layout, keys: secrets.Secrets) -> Iterator[None]:
    """MongoDB of that installation."""
    mongo.prepare(layout, keys)
    with running(mongo.program(layout, keys)):
        yield


def mongo_root_url(layout: Layout, keys: secrets.Secrets, database: str) -> str:
    """The URL for the administrator: each test has a database of its own."""
    url = mongo_url(Stores.of(layout).mongo, f"root:{keys.mongo_password}@", database)
    return f"{url}&authSource=admin"


@contextmanager
def running_rabbitmq(layout: Layout, keys: secrets.Secrets) -> Iterator[None]:
    """RabbitMQ of that installation, with its port mapper."""
    rabbitmq.prepare(layout, keys)
    node = replace(rabbitmq.program(layout, keys), stop_signal="KILL")  # six seconds faster; nothing is kept
    with running(rabbitmq.port_mapper(layout)), running(node):
        yield


@contextmanager
def running(program: Program, *options: str) -> Iterator[None]:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*program.command, *options],
            cwd="/",
            env={**os.environ, **program.environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            user=program.user,
            group=program.user,
            extra_groups=[] if program.user else None,
        )
        try:
            deadline = time.monotonic() + _START
            while reason := program.ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    output.seek(0)
                    raise RuntimeError(f"{program.name}: {reason}\n{output.read().decode()[-2000:]}")
                time.sleep(0.02)
            yield
        finally:
            end(process, program.stop_seconds, signal.Signals[f"SIG{program.stop_signal}"])
