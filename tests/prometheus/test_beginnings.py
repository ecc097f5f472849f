"""A counter is there before its first event, or increase() and rate() do not see that event."""

import json
import re
import subprocess
import sys
from typing import Any

from deploy.installation.layout import CHECKOUT
from tests.grafana.targets import documents, panels
from tests.prometheus.rules import RULES

# Makes each part that counts, as a service does when it starts, and prints the samples that there are then.
_START = """
import asyncio, json
from observability.breaker import Breaker
from observability.export import NativeProcessor
from observability.metrics import OWN
from observability.retry import Retry
from observability.tasks import Tasks
from prometheus_client import REGISTRY
from services.order import metrics
from services.payment import metrics
from services.product import metrics
from services.provider import metrics
from services.shared.cache import Cache
from services.shared.events.consumer import Consumer
from services.user import metrics

async def start():
    Breaker("a"), Retry("a"), Cache(None, "a", ttl=1), Consumer(None, "order.stock", None)
    NativeProcessor("http://127.0.0.1:9/v1/traces")
    tasks = Tasks()
    tasks.start("a", asyncio.Event().wait)
    found = [("shop_" + one.name, one.labels) for family in OWN.collect() for one in family.samples]
    print(json.dumps(found + [(one.name, one.labels) for family in REGISTRY.collect() for one in family.samples]))
    await tasks.stop()

asyncio.run(start())
"""
_COUNTED = re.compile(r"\b(?:increase|rate)\(((?:shop|otel)_\w+_total)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')


def _asked() -> set[tuple[str, str]]:
    """Each counter with its matchers, of which a rule or a panel takes the increase."""
    drawn = [t["expr"] for document in documents() for panel in panels(document) for t in panel["targets"]]
    return {pair for text in (*(path.read_text() for path in RULES), *drawn) for pair in _COUNTED.findall(text)}


def _picks(matchers: str, labels: dict[str, str]) -> bool:
    for label, sign, value in _MATCHER.findall(matchers):
        if label in labels and "$" not in value:  # else Prometheus adds the label, or a reader chooses its value
            found = re.fullmatch(value if "~" in sign else re.escape(value), labels[label])
            if bool(found) == sign.startswith("!"):
                return False
    return True


def test_every_counter_is_there_before_its_first_event() -> None:
    """Those of our processes that a rule or a panel counts; the gateway's come from its log."""
    done = subprocess.run([sys.executable, "-c", _START], cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    samples: list[tuple[str, dict[str, Any]]] = json.loads(done.stdout)
    asked = {(name, matchers) for name, matchers in _asked() if not name.startswith("shop_gateway_")}
    assert len({name for name, _ in asked}) >= 15
    assert [
        (name, matchers)
        for name, matchers in sorted(asked)
        if not any(name == found and _picks(matchers, labels) for found, labels in samples)
    ] == []
