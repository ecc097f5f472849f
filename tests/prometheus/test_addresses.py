"""The addresses in alerts are those of the installation, in both ways of running."""

from pathlib import Path

import yaml

from deploy.installation.layout import CHECKOUT, Layout
from deploy.native import prometheus
from tests.prometheus.rules import PROMETHEUS


def test_both_configurations_take_the_dashboards_address_from_the_environment() -> None:
    """As a label that rules can use, and that alerts do not carry to Alertmanager."""
    for name in ("prometheus.yml", "containers.yml"):
        configuration = yaml.safe_load((PROMETHEUS / name).read_text(encoding="utf-8"))
        assert configuration["global"]["external_labels"] == {"grafana": "${GRAFANA_URL}"}
        assert configuration["alerting"]["alert_relabel_configs"] == [{"action": "labeldrop", "regex": "grafana"}]


def test_a_native_installation_names_its_own_ports(tmp_path: Path) -> None:
    """The environment, the flag that reads it (Prometheus 3 needs none), and the address of Prometheus itself."""
    layout = Layout.at(tmp_path, offset=2700)
    program = prometheus.program(layout)
    assert program.environment["GRAFANA_URL"] == "http://localhost:5700"
    assert "--web.external-url=http://localhost:11790/" in program.command
    assert any("expand-external-labels" in argument for argument in program.command)


def test_containers_name_the_port_that_is_published() -> None:
    """The same variable, with the same default, as the port of Grafana."""
    services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert services["prometheus"]["environment"]["GRAFANA_URL"] == "http://localhost:${GRAFANA_PORT:-3000}"
    assert services["grafana"]["ports"] == ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"]
