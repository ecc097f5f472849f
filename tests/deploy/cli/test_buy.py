"""`./shop buy` on a running platform."""

import io
import re
from collections.abc import Iterator

import httpx
import pytest
from rich.console import Console

from deploy.cli import buy, ways
from deploy.cli.log_files import everything
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.log_names import log_files
from loadtests.root_span import Span
from tests.platform.traces import TraceStore
from tests.waiting import wait_for


class Broken(httpx.SyncByteStream):
    """An answer whose sender dies."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("connection reset")


def story(platform: Layout, **options: object) -> tuple[int, str]:
    """The exit code and what is printed."""
    output = io.StringIO()
    chosen = {"product": None, "quantity": 1, "card": "good", **options}
    code = buy.run(ways.of(platform), Console(file=output, width=120), **chosen)  # type: ignore[arg-type]
    return code, output.getvalue()


def test_a_purchase_is_told_and_is_one_trace(platform: Layout) -> None:
    """Each step with its time, then the links: the whole checkout is in one trace and has one request id."""
    code, told = story(platform)
    assert code == 0
    assert len(re.findall(r"^ +\d+\.\d\d s  ✓ .+ [\d,]+ ms$", told, re.MULTILINE)) == 7
    assert "The order is paid" in told
    trace_id = re.search(r"/trace/([0-9a-f]{32})", told)
    request_id = re.search(r"--request (buy-[0-9a-f]{32})", told)
    assert trace_id
    assert request_id
    services = {
        "shop-cli",
        *(f"{name}-service" for name in ("user", "product", "order", "payment")),
        "payment-provider",
    }
    with TraceStore(platform) as store:
        trace = wait_for(
            "the trace",
            lambda: store.get(trace_id[1]),
            lambda found: {span.service for span in found.spans} == services and not found.orphans(),
        )
    assert [span.name for span in trace.roots()] == ["purchase"]
    platform.gather_logs()
    lines = everything(log_files(platform.logs))
    programs = {record.program for record in lines if record.entry.get("request_id") == request_id[1]}
    assert len(programs) >= 5


def test_the_name_of_a_product_is_only_text() -> None:
    """Whatever stands in brackets: it neither colours the story nor ends it."""
    output = io.StringIO()
    with httpx.Client() as http:
        purchase = buy._Purchase(http, Console(file=output, width=120), Span("purchase"), "r-1")
        with purchase.step("order", "The order service takes an order of 1 x Chair [/red]"):
            pass
    assert "1 x Chair [/red]" in output.getvalue()


def test_the_product_of_which_there_is_most_is_bought() -> None:
    """The last ones of another may be gone by now."""
    offers = [{"id": "few", "stock": 1}, {"id": "many", "stock": 40}, {"id": "some", "stock": 20}]
    assert buy._plentiful(offers, 1) == "many"
    assert buy._plentiful(offers, 41) is None
    assert buy._plentiful([], 1) is None


def test_a_declined_card_is_told(platform: Layout) -> None:
    """With the reason and exit code 1."""
    code, told = story(platform, card="declined")
    assert code == 1
    assert re.search(r"The order is payment_failed \(.*declined.*\)", told)


def test_a_provider_that_does_not_call_back_is_told(platform: Layout) -> None:
    """Nobody reads of a call that was never made."""
    code, told = story(platform, card="silent")
    assert code == 0
    assert "✓ The provider does not call back, so the payment service asks; an event" in told


def test_a_refusal_is_told_with_what_to_do(platform: Layout) -> None:
    """What the shop answers, in its words."""
    with pytest.raises(ShopError, match="answered 404: Not Found") as caught:
        story(platform, product="no-such-product")
    assert "./shop trace buy-" in caught.value.remedy


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, json={}), "not what it should: KeyError"),
        (httpx.Response(200, json=[]), "not what it should: TypeError"),
        (httpx.Response(200, stream=Broken()), "An answer broke off"),
    ],
)
def test_a_version_that_answers_anything_is_told(answer: httpx.Response, said: str) -> None:
    """So that a rollout goes back by itself, whatever the new version makes of a request."""
    with pytest.raises(ShopError, match=said):
        buy.at(httpx.MockTransport(lambda _: answer), Console(quiet=True))


@pytest.mark.parametrize("headers", [{"ETag": '"made"', "Preference-Applied": "wait=9"}, {}])
def test_an_order_is_waited_for_at_once(headers: dict[str, str]) -> None:
    """With the ETag of the answer that made it; a service that gives none and does not wait is asked, too."""
    statuses, known = iter(["pending", "awaiting_payment", "paid"]), []
    order = {"id": "o-1", "totalCents": 500, "currency": "EUR"}
    fixed = {
        "/api/users/login": {"token": "t"},
        "/api/products": {"items": [{"id": "p-1", "stock": 9}]},
        "/api/products/p-1": {"name": "Mug"},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith("/api/orders"):
            return httpx.Response(200, json=fixed.get(request.url.path, {}))
        if request.method == "GET":
            known.append(request.headers["If-None-Match"])
        return httpx.Response(200, json={**order, "status": next(statuses)}, headers=headers)

    buy.at(httpx.MockTransport(answer), Console(quiet=True))
    assert known == [headers.get("ETag", "")] * 2
