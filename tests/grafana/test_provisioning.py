"""What Grafana is given at its start."""

import configparser
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from grafana.board import ADDRESSES
from grafana.build import FOLDER
from tests.grafana.targets import documents, panels

ROOT = Path(__file__).parents[2]
PROVISIONING = ROOT / "grafana" / "provisioning"


def datasources() -> dict[str, dict[str, Any]]:
    """The data sources by their uid."""
    found = yaml.safe_load((PROVISIONING / "datasources/datasources.yml").read_text(encoding="utf-8"))
    return {source["uid"]: source for source in found["datasources"]}


def test_every_data_source_that_a_panel_names_is_provisioned() -> None:
    """By its uid and with its type."""
    known = {(uid, source["type"]) for uid, source in datasources().items()}
    all_of_them = [*documents(), *documents(FOLDER / "containers")]
    named = {(p["datasource"]["uid"], p["datasource"]["type"]) for d in all_of_them for p in panels(d)}
    assert named <= known


def test_lists_of_alerts_may_read_the_rules_of_prometheus() -> None:
    """Grafana leaves out the rules of a data source that does not manage alerts; the lists name it by its name."""
    prometheus = datasources()["prometheus"]
    assert prometheus["jsonData"]["manageAlerts"] is True
    listed = [panel for d in documents() for panel in d["panels"] if panel["type"] == "alertlist"]
    assert {panel["options"]["datasource"] for panel in listed} == {prometheus["name"]}


def test_an_exemplar_leads_to_its_trace_and_a_span_to_its_numbers() -> None:
    """The two data sources name each other, and the query of a span keeps Grafana's own variable."""
    prometheus, jaeger = datasources()["prometheus"], datasources()["jaeger"]
    (link,) = prometheus["jsonData"]["exemplarTraceIdDestinations"]
    assert (link["name"], link["datasourceUid"]) == ("trace_id", "jaeger")
    assert jaeger["jsonData"]["tracesToMetrics"]["datasourceUid"] == "prometheus"
    for query in jaeger["jsonData"]["tracesToMetrics"]["queries"]:
        # Provisioning replaces $NAME by an environment variable, and $$ by $.
        assert re.findall(r"\$+\w+", query["query"]) == ["$$__tags"]


def test_nobody_gets_in_without_a_password_and_nothing_is_fetched() -> None:
    """No anonymous access, no sign-up, no password in the file, no plugin from the network."""
    ini = configparser.ConfigParser()
    ini.read(ROOT / "grafana" / "grafana.ini", encoding="utf-8")
    assert ini["auth.anonymous"].getboolean("enabled") is False
    assert ini["users"].getboolean("allow_sign_up") is False
    assert ini["plugins"].getboolean("preinstall_disabled") is True
    assert "admin_password" not in ini["security"]
    assert not {source["type"] for source in datasources().values()} & set(
        ini["plugins"]["disable_plugins"].split(",")
    )


def test_the_links_of_dashboards_are_those_of_the_installation(tmp_path: Path) -> None:
    """What starts Grafana puts the addresses of docker-compose.yml into the dashboards, and nothing else."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["grafana"]
    names = {
        "shop": "SHOP_URL",
        "jaeger": "JAEGER_URL",
        "rabbitmq": "RABBITMQ_URL",
        "prometheus": "PROMETHEUS_URL",
    }
    assert compose["environment"].keys() >= set(names.values())
    ours = {variable: f"http://localhost:{port}" for port, variable in enumerate(names.values(), start=1)}
    script = ["sh", str(ROOT / "grafana/start.sh"), str(ROOT / "grafana/generated"), str(tmp_path / "to"), "true"]
    subprocess.run(script, check=True, env={**os.environ, **ours}, timeout=10)
    wanted = {**ADDRESSES, **{name: ours[variable] for name, variable in names.items()}}
    made = [*documents(), *documents(FOLDER / "containers")]
    given = {dashboard["uid"]: dashboard for dashboard in documents(tmp_path / "to")}
    assert len(made) == len(given)
    for before in made:
        after = given[before["uid"]]
        for variable in before["templating"]["list"]:
            if variable["type"] == "constant":
                assert variable["query"] == ADDRESSES[variable["name"]]
                variable["query"] = wanted[variable["name"]]
        assert before == after


def test_dashboards_of_containers_may_be_absent(tmp_path: Path) -> None:
    """In a cluster there are none: nothing sends logs to its Grafana."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "one.json").write_text("{}\n")
    names = ("SHOP_URL", "JAEGER_URL", "RABBITMQ_URL", "PROMETHEUS_URL")
    script = ["sh", str(ROOT / "grafana/start.sh"), str(tmp_path / "from"), str(tmp_path / "to"), "true"]
    subprocess.run(script, check=True, env={**os.environ, **dict.fromkeys(names, "http://a.test")}, timeout=10)
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["one.json"]


def test_the_home_page_is_a_dashboard_that_is_there() -> None:
    """In the folder from which the dashboards are provisioned."""
    ini = configparser.ConfigParser()
    ini.read(ROOT / "grafana" / "grafana.ini", encoding="utf-8")
    home = Path(ini["dashboards"]["default_home_dashboard_path"])
    provider = yaml.safe_load((PROVISIONING / "dashboards/dashboards.yml").read_text(encoding="utf-8"))
    assert str(home.parent) == provider["providers"][0]["options"]["path"]
    assert (ROOT / "grafana" / "generated" / home.name).exists()
