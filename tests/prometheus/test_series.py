"""Labels are bounded: no job gives more series than its budget, and no label holds an id."""

import importlib
import re
import tomllib

import httpx
from prometheus_client.metrics import MetricWrapperBase

from deploy.installation.layout import Layout
from deploy.native.prometheus import JOBS
from tests.grafana.names import MODULES
from tests.prometheus.rules import PROMETHEUS
from tests.waiting import wait_for

HERE = {job for job, instances in JOBS.items() if instances} | {"blackbox"}  # what the native run has
BUDGET: dict[str, int] = tomllib.loads((PROMETHEUS / "series.toml").read_text())["budget"]
OURS = 'job=~".+-service|payment-provider|gateway-log|jaeger"'
OF_OUR_PARTS = {"server_address"}  # hosts that our own settings name
NAMES_AN_ID = re.compile(r"(^|_)(id|ids|email|user|order|payment|product|token|trace|path|url|address)$")
LOOKS_LIKE_AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16}|@|/\d+(/|$)")


def test_every_job_has_a_budget() -> None:
    """And no budget is left of a job that is gone."""
    assert BUDGET.keys() == {*JOBS, "blackbox"}


def test_no_metric_has_a_label_for_ids() -> None:
    """Of those that the code declares."""
    labels = {
        (next(iter(value.describe())).name, label)
        for name in MODULES
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, MetricWrapperBase)
        for label in value._labelnames
    }
    assert len(labels) > 30
    assert [pair for pair in labels if NAMES_AN_ID.search(pair[1]) and pair[1] not in OF_OUR_PARTS] == []


def test_no_job_exceeds_its_budget(platform: Layout) -> None:
    """After whatever the tests before this one did, the load among them."""
    query = {"query": "max by (job) (scrape_samples_post_metric_relabeling)"}
    url = f"{platform.url('prometheus')}/api/v1/query"
    answer = wait_for(
        "every job to be scraped",
        lambda: httpx.get(url, params=query).json()["data"]["result"],
        lambda found: {series["metric"]["job"] for series in found} >= HERE,
    )
    found = {series["metric"]["job"]: int(series["value"][1]) for series in answer}
    print(found)  # noqa: T201 (the numbers that the budget is made from)
    assert found.keys() == HERE
    assert {job: number for job, number in found.items() if number > BUDGET[job]} == {}


def test_no_label_holds_an_id(platform: Layout) -> None:
    """No value of any label of our own series looks like an id, an address of a person, or a raw path."""
    url, ours = f"{platform.url('prometheus')}/api/v1/series", {"match[]": f"{{{OURS}}}"}
    values = wait_for(
        "our series",
        lambda: {pair for s in httpx.get(url, params=ours, timeout=20).json()["data"] for pair in s.items()},
        lambda found: len(found) > 100,
    )
    assert {pair for pair in values if LOOKS_LIKE_AN_ID.search(pair[1])} == set()
