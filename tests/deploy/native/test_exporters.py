"""The exporter of Redis, with a real Redis: what it sees, and that nobody gets a password or a key by it."""

import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import redis

from deploy.installation import secrets
from deploy.installation.addresses import Stores, redis_url
from deploy.installation.layout import Layout
from deploy.native import exporters
from deploy.native.programs import Program
from tests.services.infrastructure import isolated_layout, running, running_redis

pytestmark = pytest.mark.skipif(
    not shutil.which("prometheus-redis-exporter"), reason="the exporter of Redis is not installed"
)


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    with isolated_layout() as layout:
        yield layout


@pytest.fixture(scope="module")
def keys(layout: Layout) -> secrets.Secrets:
    return secrets.ensure(layout.secrets)


@pytest.fixture(scope="module")
def exporter(layout: Layout, keys: secrets.Secrets) -> Iterator[str]:
    """The address of one that watches a Redis with a key in it."""
    exporters.prepare(layout, keys)
    with running_redis(layout, keys), running(_program(layout, keys)):
        with redis.Redis.from_url(redis_url(Stores.of(layout).redis, keys)) as client:
            client.set("session:one", "a hash of a token")
        yield layout.url("redis-exporter")


def _program(layout: Layout, keys: secrets.Secrets) -> Program:
    return next(one for one in exporters.programs(layout, keys) if one.name == "redis-exporter")


def test_it_sees_what_dashboards_show(exporter: str) -> None:
    """And asks for nothing that Redis refuses, because refusals are on a dashboard."""
    refused = re.compile(r"^redis_total_error_replies (\d+)$", re.MULTILINE)
    stranger = {"Origin": "https://stranger.example"}  # whose pages a browser shows nothing of it
    assert "Access-Control-Allow-Origin" not in httpx.get(f"{exporter}/metrics", headers=stranger).headers
    first, second = (httpx.get(f"{exporter}/metrics").text for _ in range(2))
    assert "\nredis_up 1\n" in second
    assert 'redis_db_keys{db="db0"} 1' in second
    assert refused.findall(first) == refused.findall(second) != []


def test_a_stranger_gets_no_password(exporter: str, keys: secrets.Secrets) -> None:
    """Whoever reaches it may name another address, to which it connects."""
    heard = bytearray()

    def listen(server: socket.socket) -> None:
        server.settimeout(10)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(10)
            while data := connection.recv(4096):
                heard.extend(data)
                connection.sendall(b"-ERR who are you?\r\n" * data.count(b"*"))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=listen, args=(server,))
        thread.start()
        target = f"redis://127.0.0.1:{server.getsockname()[1]}"
        httpx.get(f"{exporter}/scrape", params={"target": target}, timeout=10)
        thread.join(20)
    assert heard
    assert keys.redis_password.encode() not in heard
    assert keys.redis_monitoring_password.encode() not in heard


def test_a_stranger_gets_no_key(exporter: str, layout: Layout) -> None:
    """It would list and read them for everybody: its user may not."""
    asked = {
        "target": f"redis://127.0.0.1:{layout.port('redis')}",
        "check-keys": "*",
        "check-single-keys": "session:one",
    }
    shown = httpx.get(f"{exporter}/scrape", params=asked).text
    assert "\nredis_up 1\n" in shown
    assert "session:one" not in shown


def test_its_user_learns_no_password(exporter: str, layout: Layout, keys: secrets.Secrets) -> None:
    """A password that is a setting of Redis could be asked for."""
    login = f"monitoring:{keys.redis_monitoring_password}@127.0.0.1:{layout.port('redis')}"
    with redis.Redis.from_url(f"redis://{login}", decode_responses=True) as client:
        assert keys.redis_password not in json.dumps(client.config_get("*"))
        for command in ("GET session:one", "SCAN 0", "ACL LIST", "CONFIG SET maxmemory 1", "FLUSHALL", "MONITOR"):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command.split())


def test_no_exporter_has_the_password_of_redis(layout: Layout, keys: secrets.Secrets) -> None:
    """That is for the services, which open sessions with it."""
    for program in exporters.programs(layout, keys):
        assert keys.redis_password not in (*program.environment.values(), *program.command), program.name
