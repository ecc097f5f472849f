"""Every name that the processes of a running platform write is in the registry (docs/telemetry/registry)."""

import os

import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Customer
from tests.platform.fixtures import OURS, log_files
from tests.platform.names import log_faults, metric_faults, span_faults


@pytest.fixture(scope="module")
def used(platform: Layout) -> Layout:
    """The platform after a purchase, one that was declined, an edit, and some requests that fail."""
    with Admin(platform) as admin, Customer(platform) as customer:
        admin.sign_in()
        customer.sign_up()
        product = admin.add_product(stock=5)
        for card, state in (("good", "paid"), ("declined", "payment_failed")):
            order = customer.reserved_order(product)
            customer.pay(order, card)
            customer.until(order, state)
        customer.http.get(f"/api/products/{product}", params={"q": "a"})
        customer.http.get("/api/orders/nothing")
        customer.http.request("PROPFIND", "/api/products")
    return platform


def test_metrics_are_in_the_registry(used: Layout) -> None:
    """Names, types, labels and help texts of every process of ours, and what exemplars carry."""
    faults = metric_faults(used)
    assert not faults, "\n".join(faults)


@pytest.mark.skipif("SHOP_TEST_DOCKER" in os.environ, reason="containers' logs are gathered at the end only")
def test_log_lines_are_in_the_registry(used: Layout) -> None:
    """Events, keys and types; the end of the session looks at every line once more."""
    faults = log_faults(log_files(used, OURS))
    assert not faults, "\n".join(faults)


@pytest.mark.skipif("SHOP_TEST_DOCKER" in os.environ, reason="Jaeger keeps spans in a form of its own")
def test_spans_are_in_the_registry(used: Layout) -> None:
    """Names, kinds, scopes, attributes, events, resources; the end of the session looks once more."""
    faults = span_faults(used)
    assert not faults, "\n".join(faults)
