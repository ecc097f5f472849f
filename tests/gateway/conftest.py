"""The real Nginx of the edge and of the shop's files, with the project's templates; behind the edge two stub
replicas and one dead port."""

import gzip
import itertools
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from deploy.native.gateway import stream_module
from tests.ending import end
from tests.free_ports import free_ports
from tests.gateway.certificate import write_certificate
from tests.gateway.client import ALLOWED_ORIGIN, LIMITS, ROOT, Client, Gateway, until
from tests.gateway.stub import Stub

USER_LINE = "user root;" if os.geteuid() == 0 else ""
TRUSTED_PROXY = "127.8.8.8"
PAGES = {
    "index.html": "<!doctype html><title>The shop</title>",
    "assets/index-4f2a9c01.js": "console.log('the shop');",
    "assets/index-77ab01ff.css": "body { margin: 0 }",
    "images/products/1.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "api/docs.html": '<!doctype html><title>API</title><script type="module" src="/assets/docs.js"></script>',
    ".state": "0123456789abcdef",
}


def upstream(service: str, *ports: int) -> str:
    servers = " ".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=2s;" for port in ports)
    return f"upstream {service} {{ zone {service} 64k; {servers} keepalive 32; keepalive_timeout 3s; }}"


def render(source: Path, target: Path, values: dict[str, str]) -> None:
    """Fill the templates; an unknown placeholder is an error."""
    for template in source.glob("*.template"):
        text = re.sub(r"\$\{([A-Z0-9_]+)\}", lambda match: values[match[1]], template.read_text())
        # The tests of the read timeouts should not take as long as the timeouts.
        text = text.replace("proxy_read_timeout 15s", "proxy_read_timeout 1s")
        text = text.replace("proxy_read_timeout 2s", "proxy_read_timeout 1s")
        text = text.replace("client_body_timeout 10s", "client_body_timeout 3s")
        (target / template.stem).write_text(text)


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The running gateway: users [a], products [dead, a], orders [a, b], payments [a, b], spans to [spans]."""
    folder = tmp_path_factory.mktemp("gateway")
    gateway = Gateway(folder, Stub("a"), Stub("b"), Stub("spans"))
    a, b = gateway.a.port, gateway.b.port
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))  # bound and never listening: connections are refused
        gateway.ports = free_ports("HTTP_PORT", "HTTPS_PORT", "STATUS_PORT", "PAUSE_PORT", "FRONTEND_PORT")
        blocks = [upstream("user-service", a), upstream("product-service", dead.getsockname()[1], a)]
        blocks += [upstream("order-service", a, b), upstream("payment-service", a, b)]
        blocks += [upstream("traces", gateway.spans.port), upstream("frontend", gateway.ports["FRONTEND_PORT"])]
        certificate, key = write_certificate(folder)
        render(
            ROOT / "gateway",
            folder,
            {
                **{name: str(port) for name, port in gateway.ports.items()},
                "RUN_DIR": str(folder),
                "LOG_DIR": str(folder),
                "LISTEN_ADDRESS": "127.0.0.1",
                "TLS_CERT": str(certificate),
                "TLS_KEY": str(key),
                "UPSTREAMS": "\n".join(blocks),
                "CORS_ORIGINS_MAP": f'"{ALLOWED_ORIGIN}" "{ALLOWED_ORIGIN}";',
                "NGINX_USER_LINE": USER_LINE,
                "STATUS_ADDRESS": "127.0.0.1",
                "LISTEN_HTTP2": "http2",
                "NGINX_MODULES": stream_module(),
                "TRUSTED_PROXIES_GEO": f"{TRUSTED_PROXY} 1;",
                "NGINX_HTTP": "include pause_door.conf;"
                # By what each limit counts a request. The log must not have that: tokens end in their signatures.
                f"log_format limit_keys '$req_id {' '.join(f'{name}=${name}' for name in LIMITS)}';"
                f"access_log {folder}/limit_keys limit_keys;",
                "NGINX_STREAM": f'access_log "{folder}/stdout.log" refused if=$is_refused;',
                **dict.fromkeys(("OWN_TRACE_ID", "OWN_SPAN_ID"), ""),
            },
        )
        gateway.pages = partial(serve_pages, tmp_path_factory.mktemp("frontend"), gateway.ports["FRONTEND_PORT"])
        gateway.serve_pages()
        try:
            with nginx(folder, gateway.ports["HTTP_PORT"]):
                yield gateway
        finally:
            gateway.stop_pages()
        for stub in (gateway.a, gateway.b, gateway.spans):
            stub.stop()


@contextmanager
def serve_pages(folder: Path, port: int) -> Iterator[None]:
    """The Nginx of the shop's files, with a build as small as can be."""
    dist = folder / "dist"
    for name, content in PAGES.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(content)
        if name.startswith("assets/"):
            (dist / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
    shutil.copytree(ROOT / "frontend" / "public" / "api", dist / "api", dirs_exist_ok=True)
    values = {
        "RUN_DIR": str(folder),
        "LOG_DIR": str(folder),
        "LISTEN_ADDRESS": "127.0.0.1",
        "FRONTEND_PORT": str(port),
        "STATIC_ROOT": str(dist),
        "CONFIG_JSON": '{"jaegerUrl": "http://localhost:16686"}',
        "NGINX_USER_LINE": USER_LINE,
    }
    render(ROOT / "frontend", folder, values)
    with nginx(folder, port):
        yield


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    """Nginx with the configuration of the folder, until the block ends."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    assert program, "these tests need Nginx: apt-get install nginx-light"
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")],
        cwd=folder,  # where its sockets are
    )
    try:
        wait_for_port(port, process)
        assert "[warn]" not in (folder / "start.log").read_text()
        yield
    finally:
        end(process, 5)


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
