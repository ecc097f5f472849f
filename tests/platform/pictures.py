"""The pictures of README.md: `python -m tests.platform.pictures [folder]`, while the platform runs.

Somebody buys in the shop with headless Chromium. Then there are pictures of the listing, the order, its trace and
the API's documents, and one that shows the order beside its trace. Needs what ./shop test installs.
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from deploy.cli import urls, ways
from deploy.cli.terminal import clean
from deploy.installation.layout import CHECKOUT, Layout
from tests.e2e.browser.test_shopping import go_to_checkout
from tests.platform.chromium import headless_chromium
from tests.platform.client import Customer
from tests.platform.door import Door
from tests.platform.traces import TraceStore
from tests.platform.visitor import Visitor
from tests.waiting import wait_for

__all__ = ["main"]

_IMAGES = CHECKOUT / "docs" / "images"
_VIEW = ViewportSize(width=1440, height=900)
_NARROW = ViewportSize(width=720, height=900)
_FRAME = "margin: 0; padding: 16px; display: flex; gap: 16px; background: #6b7a90"
_PRODUCT = "7"


def main(arguments: list[str]) -> None:
    """Take all of them."""
    folder = Path(arguments[0]) if arguments else _IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    layout = Layout.from_environment()
    addresses = urls.collect(ways.of(layout))
    with headless_chromium() as browser, Customer(layout) as customer, Door(layout) as door:
        customer.sign_up()
        order, trace = _buy(Visitor(browser, door, customer, viewport=_VIEW), layout, customer, folder)
        _picture(browser, f"{addresses['jaeger']}/trace/{trace}", folder / "trace.png")
        _picture(browser, f"{addresses['docs']}", folder / "api-docs.png")
        _side_by_side(browser, folder / "order.png", folder / "trace.png", folder / "checkout-trace.png")
    print(f"order {clean(order)}, trace {clean(trace)}, pictures in {folder}")  # noqa: T201


def _buy(visitor: Visitor, layout: Layout, customer: Customer, folder: Path) -> tuple[str, str]:
    """The ids of an order that was bought with the pages, and of its trace."""
    page = visitor.page
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "shop.png")
    go_to_checkout(visitor, _PRODUCT)
    visitor.button("Place order").click()
    expect(visitor.heading("Thank you for your order")).to_be_visible(timeout=30_000)
    order = str(customer.http.get(f"/api/orders/user/{customer.id}").json()["items"][0]["id"])
    with TraceStore(layout) as store:
        (trace,) = wait_for(
            "the trace", lambda: store.search("frontend", shop_order_id=order), lambda found: len(found) == 1
        )
        wait_for(
            "its spans", lambda: store.get(trace), lambda found: len(found.roots()) == 1 and not found.orphans()
        )
    page.set_viewport_size(_NARROW)
    page.goto(f"/orders/{order}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "order.png")
    visitor.close()
    return order, trace


def _picture(browser: Browser, address: str, file: Path) -> None:
    with browser.new_context(viewport=_VIEW) as context:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=file)


def _side_by_side(browser: Browser, left: Path, right: Path, file: Path) -> None:
    """One picture of two, of the same height."""
    pictures = "".join(
        f'<img height="900" src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}">'
        for path in (left, right)
    )
    with browser.new_context(viewport={"width": _VIEW["width"] + _NARROW["width"] + 48, "height": 932}) as context:
        page = context.new_page()
        page.set_content(f'<body style="{_FRAME}">{pictures}')
        page.screenshot(path=file)


if __name__ == "__main__":
    main(sys.argv[1:])
