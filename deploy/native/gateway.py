"""The gateway: Nginx with the templates of gateway/ filled in for this installation."""

from __future__ import annotations

import os
from pathlib import Path

from deploy.installation import readiness
from deploy.installation.files import fill, write_private
from deploy.installation.layout import CHECKOUT, Layout, make_private
from deploy.installation.secrets import Secrets
from deploy.installation.services import BEHIND_GATEWAY, instances
from deploy.native import packages
from deploy.native.programs import Program
from deploy.native.start_nginx import command, user_line


def program(layout: Layout, secrets: Secrets) -> Program:
    conf = _conf(layout)
    return Program(
        name="gateway",
        command=command(layout.gateway, conf / "nginx.conf", layout.logs / "gateway.err.log"),
        ports=tuple(layout.port(name) for name in ("gateway", "gateway-tls", "gateway-status")),
        ready=readiness.http(f"{layout.url('gateway')}/health"),
        environment={"PYTHONPATH": str(CHECKOUT)},
        directory=layout.gateway,
        stop_signal="QUIT",  # answers what it has begun
        stop_seconds=5,
        watch=(conf, secrets.tls_certificate_file),
        capture_stdout=False,
    )


def prepare(layout: Layout, secrets: Secrets, *, without: str = "") -> None:
    """Write the configuration. without: an instance that gets no requests, because it is being restarted."""
    make_private(layout.gateway, passable=True)
    values = _values(layout, secrets, without)
    for template in (CHECKOUT / "gateway").glob("*.conf.template"):
        write_private(_conf(layout) / template.name.removesuffix(".template"), fill(template.read_text(), values))


def _values(layout: Layout, secrets: Secrets, without: str) -> dict[str, str]:
    origins = [origin.strip() for origin in os.environ.get("CORS_ORIGINS", "").split(",") if origin.strip()]
    return {
        "RUN_DIR": str(layout.gateway),
        "LOG_DIR": str(layout.logs),
        "LISTEN_ADDRESS": "127.0.0.1",
        "HTTP_PORT": str(layout.port("gateway")),
        "HTTPS_PORT": str(layout.port("gateway-tls")),
        "STATUS_ADDRESS": "127.0.0.1",
        "STATUS_PORT": str(layout.port("gateway-status")),
        "TLS_CERT": str(secrets.tls_certificate_file),
        "TLS_KEY": str(secrets.tls_key_file),
        "UPSTREAMS": "\n".join(
            [
                *(_upstream(service, _replicas(layout, service, without)) for service in BEHIND_GATEWAY),
                _upstream("frontend", f"server 127.0.0.1:{layout.port('frontend')} max_fails=0;"),
                _upstream("traces", f"server 127.0.0.1:{layout.port('otlp-browser')} max_fails=0;"),
            ]
        ),
        "CORS_ORIGINS_MAP": "\n".join(f'    "{origin}" "{origin}";' for origin in origins),
        "NGINX_USER_LINE": user_line(),
        "NGINX_MODULES": stream_module(),
        "TRUSTED_PROXIES_GEO": "",
        "NGINX_HTTP": "",
        "NGINX_STREAM": "",
        "PAUSE_PORT": "0",  # a backup makes the files itself
        "LISTEN_HTTP2": "http2",
        "OWN_TRACE_ID": "",
        "OWN_SPAN_ID": "",
    }


def stream_module() -> str:
    """The directive that loads Nginx's stream module where it is a file of its own, as in Debian."""
    found = packages.found(packages.NGINX_STREAM)
    return f"load_module {found};" if found else ""


def _replicas(layout: Layout, service: str, without: str) -> str:
    return " ".join(
        f"server 127.0.0.1:{layout.port(name)} {'down' if name == without else 'max_fails=3 fail_timeout=2s'};"
        for name in instances(service)
    )


def _upstream(name: str, servers: str) -> str:
    return f"upstream {name} {{ zone {name} 64k; {servers} keepalive 32; }}"


def _conf(layout: Layout) -> Path:
    return layout.conf / "gateway"
