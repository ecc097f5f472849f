"""The tour on the running platform: each lesson is done as its file says, and its answer is found another way."""

import asyncio
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest
from rich.console import Console

from deploy.cli import ways
from deploy.cli.lessons.guide import Guide
from deploy.cli.lessons.lesson import Lesson, lessons
from deploy.cli.lessons.pages import address
from deploy.cli.main import main
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations.drills import state
from deploy.operations.queues import connected
from tests.platform.traces import TraceStore
from tests.waiting import wait_for

pytestmark = pytest.mark.native

BRIEF = ("one-click",)  # the others are for ./shop test --full
DRILL = "127.99.99.99"  # from where a flood comes
LATE = 120.0  # seconds: an alert waits until something lasts


@dataclass
class Student:
    """Somebody who does a lesson. printed: what the commands of its steps have printed so far."""

    layout: Layout
    printed: str = ""

    @property
    def trace(self) -> str:
        """The id of the trace of the newest purchase."""
        return str(re.findall(r"/trace/([0-9a-f]{32})", self.printed)[-1])

    def metric(self, query: str, good: Callable[[float], bool] = bool) -> float:
        """The value of the only series, once it is good; 0 where there is none."""

        def ask() -> float:
            url = f"{self.layout.url('prometheus')}/api/v1/query"
            found = httpx.get(url, params={"query": query}).raise_for_status().json()["data"]["result"]
            return float(found[0]["value"][1]) if found else 0.0

        return wait_for(query, ask, good, LATE)


def services(student: Student) -> str:
    """How many services the purchase has, when all of them have sent their spans."""
    with TraceStore(student.layout) as store:
        found = wait_for(
            "all spans",
            lambda: {span.service for span in store.get(student.trace).spans},
            lambda names: {"product-service", "payment-provider", "shop-cli"} <= names,
        )
        wait_for("no orphans", lambda: not store.get(student.trace).orphans())
        return str(len(found | {span.service for span in store.get(student.trace).spans}))


def longest(student: Student) -> str:
    """The service of the longest span that is not the client's."""
    services(student)
    answer = httpx.get(f"{student.layout.url('jaeger')}/api/v3/traces/{student.trace}").json()
    found: list[tuple[int, str]] = []
    for resource in answer["result"]["resourceSpans"]:
        about = {one["key"]: one["value"].get("stringValue") for one in resource["resource"]["attributes"]}
        found += (
            (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]), str(about["service.name"]))
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        )
    return max(one for one in found if one[1] != "shop-cli")[1]


def replica(student: Student) -> str:
    """The file of a log that has the order's request."""
    [request] = re.findall(r"--request (buy-[0-9a-f]+)", student.printed)

    def look() -> list[str]:
        return [
            path.name.removesuffix(".log")
            for path in student.layout.logs.glob("order-service-?.log")
            for line in path.read_text().splitlines()
            if request in line and json.loads(line).get("route") == "/api/orders"
        ]

    [found] = wait_for("the line", look)
    return found


def slow_payments(student: Student) -> str:
    """How many took longer than 2 s: at least the one of this lesson."""
    within = 'sum(shop_payment_duration_seconds_bucket{le="2.0"})'
    student.metric(f"sum(shop_payment_duration_seconds_count) - {within}")
    every = 'sum(shop_payment_duration_seconds_bucket{le="+Inf"})'
    return f"{student.metric(every) - student.metric(within):.0f}"


def slow_trace(student: Student) -> str:
    """The trace of the slow purchase, once Prometheus has it as an exemplar."""
    url = f"{student.layout.url('prometheus')}/api/v1/query_exemplars"
    window = {"start": "1", "end": "9999999999"}
    query = {"query": "shop_payment_duration_seconds_bucket", **window}
    wait_for("the exemplar", lambda: student.trace in httpx.get(url, params=query).text)
    return student.trace[:8]


def breaker(student: Student) -> str:
    """The breaker of the cache that hangs."""
    student.metric('max(shop_circuit_breaker_state{breaker="redis-cache",state="open"}) == 1')
    return "redis-cache"


def dead_queue(student: Student) -> str:
    """Where the broker itself counts three messages."""
    url = StoreUrls(student.layout).amqp()

    async def count() -> int:
        async with connected(url) as queues:
            return (await queues.dead_letters())["product.orders"]

    wait_for("three dead letters", lambda: asyncio.run(count()), lambda letters: letters >= 3)
    return "product.orders.dead"


def burning(student: Student) -> str:
    """The objective of the service whose route fails."""
    failed = '{job="product-service",http_response_status_code="500"}'
    student.metric(f"sum(increase(http_server_request_duration_seconds_count{failed}[5m]))")
    student.metric('slo:sli_error:ratio_rate5m{slo="product-availability"} > 0.01')
    return "product-availability"


def flooder(student: Student) -> str:
    """The address from which the drill sends. Tests before this one may have had others refused."""
    log = student.layout.logs / "gateway.log"

    def refused() -> Counter[str]:
        since = datetime.now(UTC) - timedelta(minutes=10)
        lines = (json.loads(line) for line in log.read_text().splitlines() if '"status":429' in line)
        return Counter(line["remote_addr"] for line in lines if datetime.fromisoformat(line["timestamp"]) > since)

    wait_for("the flood", refused, lambda found: found.most_common(1) == [(DRILL, found[DRILL])], limit=LATE)
    return DRILL


def retried(student: Student) -> str:
    """The call to what hangs."""
    student.metric('sum(increase(shop_retries_total{call="payment-provider"}[5m]))')
    return "payment-provider"


def firing(student: Student) -> str:
    """The alert of what was stopped."""
    student.metric('ALERTS{alertname="FrontendDown",alertstate="firing"}')
    url = f"{student.layout.url('alertmanager')}/api/v2/alerts"
    wait_for("Alertmanager", lambda: "FrontendDown" in httpx.get(url).text)
    return "FrontendDown"


def orders(student: Student) -> str:
    """What the database of the orders has."""
    url = StoreUrls(student.layout).postgres("orders")

    async def count() -> int:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        found = int(await connection.fetchval("SELECT count(*) FROM orders"))
        await connection.close()
        return found

    assert student.printed.count("no disagreement") == 2
    return str(asyncio.run(count()))


# By lesson: a wrong answer, and how the right one is found without the tour.
ANSWERS: dict[str, tuple[str, Callable[[Student], str]]] = {
    "one-click": ("3", services),
    "waterfall": ("payment-provider", longest),
    "request-id": ("gateway", replica),
    "histogram": ("123456", slow_payments),
    "exemplar": ("00000000", slow_trace),
    "breaker": ("nginx", breaker),
    "lost-messages": ("events.tap", dead_queue),
    "budget": ("frontend-availability", burning),
    "rate-limit": ("127.0.0.2", flooder),
    "retries": ("frontend", retried),
    "alert": ("EverythingIsWell", firing),
    "restore": ("0", orders),
}


def do(lesson: Lesson, layout: Layout, capfd: pytest.CaptureFixture[str]) -> str:
    """Do the lesson as its file says, with every hint, a wrong answer and then the right one; what was said."""
    wrong, find = ANSWERS[lesson.name]
    student = Student(layout)
    said = io.StringIO()
    installation = ways.of(layout)

    def type_() -> Iterator[str]:
        yield from ("" for _ in lesson.steps)
        student.printed = capfd.readouterr().out
        yield from ("h" for _ in lesson.hints)
        right = find(student)
        yield wrong
        yield right

    typed = type_()
    console = Console(file=said, width=200, highlight=False)
    guide = Guide(installation, console, lesson, lambda _: next(typed))
    assert guide.lead()
    return said.getvalue()


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(lesson, id=lesson.name, marks=[] if lesson.name in BRIEF else [pytest.mark.full])
        for lesson in lessons()
    ],
)
def test_a_lesson_can_be_done_as_it_says(
    platform: Layout, lesson: Lesson, capfd: pytest.CaptureFixture[str]
) -> None:
    """A wrong answer is refused, the right one is taken, and nothing that the lesson began is left."""
    said = do(lesson, platform, capfd)
    assert said.count("Not quite.") == 1
    assert "Right." in said
    assert all(hint in said for hint in lesson.hints)
    assert state.begun(platform) is None
    assert not platform.flags_file.exists()
    assert not (lesson.file and (platform.checkout / lesson.file).exists())


@pytest.mark.full
def test_an_answer_can_be_checked_alone(
    platform: Layout, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command, where nobody can be asked: its exit code says whether the answer is right."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(platform.run))
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(platform.offset))
    assert main(["buy"]) == 0
    right = services(Student(platform, capfd.readouterr().out))
    assert main(["tour", "one-click", "--answer", "1"]) == 1
    assert main(["tour", "1", "--answer", right]) == 0


@pytest.mark.full
def test_every_page_that_a_lesson_leads_to_is_there(platform: Layout) -> None:
    """At the addresses of this installation."""
    installation = ways.of(platform)
    looks = {(look.at, look.to) for lesson in lessons() for step in lesson.steps for look in step.look}
    for at, to in sorted(looks):
        where = address(installation, at, to)
        assert where is not None
        answer = httpx.get(where, follow_redirects=True)
        assert answer.status_code == 200, where
