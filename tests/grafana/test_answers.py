"""What panels answer, computed by promtool from series that are made up."""

from pathlib import Path

import pytest

from grafana.build import FOLDER
from prometheus.build import BURNS, load
from tests.grafana.targets import documents, panels
from tests.prometheus.rules import check_values

DOCUMENTS = {document["uid"].removeprefix("glasshouse-"): document for document in documents()}
POOL = "db_client_connection_pool_name"
OF_ORDERS = f'job="order-service",{POOL}="orders"'

# Dashboard, panel, series (a step is 30 s), labels of the answer, and its value.
CASES: list[tuple[str, str, dict[str, str], str, float]] = [
    (  # half of the requests are refused at once, and have no upstream: they do not hide what the others wait
        "gateway",
        "Latency added by the gateway",
        {
            'shop_gateway_http_request_duration_seconds_sum{service="order-service"}': "0+60x10",
            'shop_gateway_http_request_duration_seconds_count{service="order-service"}': "0+30x10",
            'shop_gateway_upstream_duration_seconds_sum{service="order-service"}': "0+30x10",
            'shop_gateway_upstream_duration_seconds_count{service="order-service"}': "0+15x10",
        },
        "{}",
        2,
    ),
    (  # weeks in which all was found do not hide that three of four are read from the disk now
        "datastores",
        "Buffer cache hit rate",
        {
            'pg_stat_database_blks_hit{datname="orders"}': "1000000000+30x10",
            'pg_stat_database_blks_read{datname="orders"}': "0+90x10",
        },
        "{}",
        0.25,
    ),
    (  # a collector whose reader is configured writes the unit into the name
        "telemetry",
        "Memory of the stores",
        {'otelcol_process_memory_rss_bytes{job="jaeger"}': "5x10"},
        '{job="jaeger"}',
        5,
    ),
    (  # an idle replica does not hide that the other one's requests wait
        "datastores",
        "Pool utilisation",
        {
            f'db_client_connection_count{{{OF_ORDERS},instance="1",db_client_connection_state="used"}}': "10x10",
            f'db_client_connection_count{{{OF_ORDERS},instance="2",db_client_connection_state="used"}}': "0x10",
            f'db_client_connection_max{{{OF_ORDERS},instance="1"}}': "10x10",
            f'db_client_connection_max{{{OF_ORDERS},instance="2"}}': "10x10",
        },
        f'{{{POOL}="orders"}}',
        1,
    ),
]


@pytest.mark.parametrize(("dashboard", "title", "series", "labels", "value"), CASES, ids=[c[1] for c in CASES])
def test_a_panel_answers_its_question(
    dashboard: str, title: str, series: dict[str, str], labels: str, value: float, tmp_path: Path
) -> None:
    """The value that the series were made for."""
    [panel] = [panel for panel in panels(DOCUMENTS[dashboard]) if panel["title"] == title]
    given = [{"series": name, "values": values} for name, values in series.items()]
    check_values(tmp_path, panel["targets"][0]["expr"], [(given, labels, value)])


@pytest.mark.parametrize("window", ["1h", "6h"])
def test_a_burn_rate_is_drawn_with_the_threshold_of_its_alert(window: str) -> None:
    """A line over it is what pages somebody."""
    [burn] = [burn for burn in BURNS if burn.long == window]
    title = f"Burn rate by objective ({window[:-1]} h)"
    [panel] = [panel for panel in panels(DOCUMENTS["slo"]) if panel["title"] == title]
    assert [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1:]] == [burn.factor]
    assert burn.severity in panel["description"]


def test_the_dashboard_of_objectives_begins_with_one_that_there_is() -> None:
    """Not with a name that the list of choices lacks."""
    [variable] = [one for one in DOCUMENTS["slo"]["templating"]["list"] if one["name"] == "slo"]
    assert variable["current"]["value"] in {objective.name for objective in load()}


def test_free_text_is_no_regular_expression() -> None:
    """`charge(` is looked for as it is written."""
    [logs] = documents(FOLDER / "containers")
    exprs = [t["expr"] for panel in panels(logs) for t in panel["targets"] if "search" in t["expr"]]
    assert len(exprs) == 3
    assert all("(?i)${search:regex}`" in expr for expr in exprs)
