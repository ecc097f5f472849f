"""A real Nginx on free ports with the project's templates, two stub replicas and one dead port behind it."""

import itertools
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.certificate import write_certificate
from tests.gateway.client import ALLOWED_ORIGIN, ROOT, Client, Gateway, until
from tests.gateway.stub import Stub


def upstream(service: str, *ports: int) -> str:
    servers = " ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;" for port in ports)
    return f"upstream {service} {{ zone {service} 64k; {servers} keepalive 32; keepalive_timeout 3s; }}"


def render(target: Path, values: dict[str, str]) -> None:
    """Fill the templates; an unknown placeholder is an error."""
    for template in (ROOT / "gateway").glob("*.template"):
        text = re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], template.read_text())
        # The test of the read timeout should not take as long as the timeout.
        text = text.replace("proxy_read_timeout 15s", "proxy_read_timeout 300ms")
        (target / template.stem).write_text(text)


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The running gateway: users [a], products [dead, a], orders [a, b], payments [a, b]."""
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    assert nginx, "these tests need Nginx: apt-get install nginx-light"
    folder = tmp_path_factory.mktemp("gateway")
    gateway = Gateway(folder, Stub("a"), Stub("b"))
    a, b = gateway.a.port, gateway.b.port
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))  # bound and never listening: connections are refused
        blocks = [upstream("user-service", a), upstream("product-service", dead.getsockname()[1], a)]
        blocks += [upstream("order-service", a, b), upstream("payment-service", a, b)]
        gateway.ports = free_ports("HTTP_PORT", "HTTPS_PORT", "STATUS_PORT")
        certificate, key = write_certificate(folder)
        render(
            folder,
            {
                **{name: str(port) for name, port in gateway.ports.items()},
                "RUN_DIR": str(folder),
                "LOG_DIR": str(folder),
                "LISTEN_ADDRESS": "127.0.0.1",
                "TLS_CERT": str(certificate),
                "TLS_KEY": str(key),
                "UPSTREAMS": "\n".join(blocks),
                "STATIC_ROOT": str(ROOT / "frontend/public"),
                "CORS_ORIGINS_MAP": f'"{ALLOWED_ORIGIN}" "{ALLOWED_ORIGIN}";',
                "NGINX_USER_LINE": "user root;" if os.geteuid() == 0 else "",
                "NGINX_MODULES": "",
            },
        )
        process = subprocess.Popen(
            [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")]
        )
        try:
            wait_for_port(gateway.ports["HTTP_PORT"], process)
            yield gateway
        finally:
            process.terminate()
            process.wait(5)
            gateway.a.stop()
            gateway.b.stop()


def free_ports(*names: str) -> dict[str, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = {name: int(server.getsockname()[1]) for name, server in zip(names, sockets, strict=True)}
    for server in sockets:
        server.close()
    return ports


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in until(5):
        assert process.poll() is None, "Nginx ended at once: see above"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("Nginx does not listen")


_addresses = (f"127.9.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))


@pytest.fixture
def new_client(gateway: Gateway) -> Callable[[], Client]:
    """Makes clients, each with its own address."""
    return lambda: Client(gateway, next(_addresses))


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    """One client with its own address."""
    return new_client()
