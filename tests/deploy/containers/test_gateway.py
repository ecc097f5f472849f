"""What the gateway's container computes when it starts (gateway/values.sh)."""

import subprocess
from pathlib import Path

import pytest

from deploy.installation.services import BEHIND_GATEWAY

ROOT = Path(__file__).parents[3]
NAMES = (
    *("NGINX_MODULES", "UPSTREAMS", "NGINX_HTTP", "CORS_ORIGINS_MAP", "OWN_TRACE_ID", "TRUSTED_PROXIES_GEO"),
    "NGINX_STREAM",
)
SHOW = f'. ./values.sh; printf "%s" "{"@".join(f"${name}" for name in NAMES)}"'


def values(**environment: str) -> list[str]:
    """Modules, upstreams, http directives, CORS map, trace id, trusted proxies and stream directives."""
    environment["TEMPLATES"] = "."  # in the image they are in a folder of their own
    done = subprocess.run(
        ["sh", "-euc", SHOW], cwd=ROOT / "gateway", env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split("@")


def test_connections_that_are_refused_are_told_on_stdout_too() -> None:
    """As requests are: the file in the container is for the exporter."""
    assert values()[6] == "access_log /dev/stdout refused if=$is_refused;"
    assert "access_log /dev/stdout json;" in values()[2]


def test_every_upstream_is_resolved_again_and_again() -> None:
    """So that replicas are found; by Docker's own DNS."""
    _, upstreams, *_ = values()
    for name in (*BEHIND_GATEWAY, "frontend"):
        port = 8080 if name == "frontend" else 8000
        assert f"upstream {name} {{ zone {name} 64k; server {name}:{port} resolve " in upstreams
    assert "server jaeger:4319 resolve" in upstreams
    assert "server tier:4319 resolve" in values(TRACES="tier")[1]
    assert "endpoint jaeger:4317;" in values()[2]
    assert "endpoint tier:4317;" in values(TRACES="tier")[2]
    assert "resolver 127.0.0.11 valid=2s" in upstreams
    assert "resolve " not in values(RESOLVE="")[1].replace("resolver ", "")


@pytest.mark.parametrize(
    ("nameserver", "asked"), [("10.96.0.10", "10.96.0.10"), ("fd00::a", "[fd00::a]")], ids=["IPv4", "IPv6"]
)
def test_in_a_cluster_names_are_whole_and_its_dns_is_asked(nameserver: str, asked: str, tmp_path: Path) -> None:
    """The first one that the pod's own file names; Nginx adds no domain to a name."""
    (tmp_path / "resolv.conf").write_text(
        f"search shop.svc.cluster.local\nnameserver {nameserver}\nnameserver ::1\n"
    )
    suffix = "-pods.shop.svc.cluster.local"
    _, upstreams, *_ = values(RESOLVER="system", RESOLV_CONF=str(tmp_path / "resolv.conf"), UPSTREAM_SUFFIX=suffix)
    assert f"resolver {asked} valid=2s" in upstreams
    for name, port in (*((name, 8000) for name in BEHIND_GATEWAY), ("frontend", 8080), ("jaeger", 4319)):
        assert f"server {name}{suffix}:{port} resolve" in upstreams


def test_what_an_empty_volume_covers_is_put_back(tmp_path: Path) -> None:
    """Where the image has a link, a pod has an empty folder for logs."""
    for _ in range(2):  # and a container that is started again finds it
        values(LOG_DIR=str(tmp_path))
    assert (tmp_path / "gateway.err.log").readlink() == Path("/dev/stderr")


def test_spans_are_made_by_the_module_or_not_at_all() -> None:
    """Without the module none of its directives and variables is named."""
    modules, _, http, _, trace, *_ = values()
    assert "ngx_otel_module" in modules
    assert "endpoint jaeger:4317" in http
    assert trace == "$own_trace_id"
    assert "otel" not in "".join(values(OTEL="off"))


def test_services_continue_only_spans_that_are_made() -> None:
    """The module has ids for the others, too: a probe would continue a span that nobody has."""
    http = values()[2]
    assert "otel_trace $is_traced;" in http
    for name in ("trace", "span"):
        assert f'map $is_traced $own_{name}_id {{ on $otel_{name}_id; default ""; }}' in http


def test_spans_of_the_gateway_are_found_as_those_of_services() -> None:
    """By the namespace, by the environment, and by a path in which nothing is secret."""
    http = values(ENVIRONMENT="staging")[2]
    assert "otel_resource_attr service.namespace glasshouse;" in http
    assert 'otel_resource_attr deployment.environment.name "staging";' in http
    assert "otel_span_attr url.path $log_path;" in http
    assert 'map $log_method $span_name { "" HTTP; default $log_method; }' in http


@pytest.mark.parametrize(("given", "networks"), [("", []), ("10.0.0.0/8", ["10.0.0.0/8"]), ("a,b", ["a", "b"])])
def test_only_named_proxies_are_believed(given: str, networks: list[str]) -> None:
    """Nobody by default; each network is a line of front.conf's map."""
    trusted = values(TRUSTED_PROXIES=given)[5]
    assert [part.split() for part in trusted.split(";") if part] == [[network, "1"] for network in networks]


def test_origins_are_a_map() -> None:
    """Each to itself."""
    assert values(CORS_ORIGINS="https://a.example,https://b.example")[3].split() == [
        *('"https://a.example"', '"https://a.example";'),
        *('"https://b.example"', '"https://b.example";'),
    ]
