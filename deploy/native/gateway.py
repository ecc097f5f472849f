"""The gateway: Nginx with the templates of gateway/ filled in for this installation."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.native import packages, readiness
from deploy.native.files import fill, write_private
from deploy.native.layout import CHECKOUT, Layout, reachable_by_all
from deploy.native.programs import Program
from deploy.native.secrets import Secrets

_UPSTREAMS = {
    "user-service": ("user-service-1",),
    "product-service": ("product-service-1", "product-service-2"),
    "order-service": ("order-service-1", "order-service-2"),
    "payment-service": ("payment-service-1",),
}


def program(layout: Layout, secrets: Secrets) -> Program:
    conf = _conf(layout)
    return Program(
        name="gateway",
        command=(
            *(sys.executable, "-m", "deploy.native.start_nginx", packages.program("nginx")),
            *("-p", f"{layout.gateway}/", "-c", str(conf / "nginx.conf")),
            *("-e", str(layout.logs / "gateway.err.log")),
        ),
        ports=tuple(layout.port(name) for name in ("gateway", "gateway-tls", "gateway-status")),
        ready=readiness.http(f"{layout.url('gateway')}/health"),
        environment={"PYTHONPATH": str(CHECKOUT)},
        directory=layout.gateway,
        stop_signal="QUIT",  # answers what it has begun
        stop_seconds=5,
        watch=(conf, secrets.tls_certificate_file),
        capture_stdout=False,
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    layout.gateway.mkdir(parents=True, exist_ok=True)
    values = _values(layout, secrets)
    for template in (CHECKOUT / "gateway").glob("*.conf.template"):
        write_private(_conf(layout) / template.name.removesuffix(".template"), fill(template.read_text(), values))


def _values(layout: Layout, secrets: Secrets) -> dict[str, str]:
    origins = [origin.strip() for origin in os.environ.get("CORS_ORIGINS", "").split(",") if origin.strip()]
    return {
        "RUN_DIR": str(layout.gateway),
        "LOG_DIR": str(layout.logs),
        "LISTEN_ADDRESS": "127.0.0.1",
        "HTTP_PORT": str(layout.port("gateway")),
        "HTTPS_PORT": str(layout.port("gateway-tls")),
        "STATUS_PORT": str(layout.port("gateway-status")),
        "TLS_CERT": str(secrets.tls_certificate_file),
        "TLS_KEY": str(secrets.tls_key_file),
        "STATIC_ROOT": str(CHECKOUT / "frontend" / "public"),
        "UPSTREAMS": "\n".join(_upstream(layout, name, members) for name, members in _UPSTREAMS.items()),
        "CORS_ORIGINS_MAP": "\n".join(f'    "{origin}" "{origin}";' for origin in origins),
        "NGINX_USER_LINE": _user_line(),
        "NGINX_MODULES": "",
    }


def _upstream(layout: Layout, name: str, members: tuple[str, ...]) -> str:
    servers = " ".join(f"server 127.0.0.1:{layout.port(m)} max_fails=1 fail_timeout=2s;" for m in members)
    return f"upstream {name} {{ zone {name} 64k; {servers} keepalive 32; }}"


def _user_line() -> str:
    """Workers must read the pictures in the checkout; under a closed home only root can."""
    if os.geteuid() != 0:
        return ""
    return "user www-data;" if reachable_by_all(CHECKOUT) else "user root;"


def _conf(layout: Layout) -> Path:
    return layout.conf / "gateway"
