"""What a text is, for the search in the header: `/api/find?text=`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from console import alerts, files, traces, upstream
from console.answers import Answer, ConcurrencyLimit, RefusedError, answers_refusals, as_json, parameters
from console.settings import Settings
from jaeger.spans import BROWSER, Span

Found = dict[str, str]  # the kind, the title, and where it is
_DAY = 86_400
_KINDS = {"order": "shop.order.id", "request": "shop.request.id", "error": "error.type"}
_EACH = "5"  # traces of a service and a kind
_two = ConcurrencyLimit(2, "other searches are under way")  # each asks the store for every service and every kind


@answers_refusals
def answer(settings: Settings, query: str) -> Answer:
    """What was found. A part that is away finds nothing; the others are asked all the same."""
    text = parameters(query).get("text", "").strip()
    found: list[Found] = []
    with _two.place():
        for finder in (_ids, _dashboards, _alerts, _lines) if text else ():
            found.extend(finder(settings, text))
    return as_json({"found": found})


def _ids(settings: Settings, text: str) -> Iterator[Found]:
    """A trace; or those of an order, a request or an error, by what spans of the last day say."""
    try:
        if re.fullmatch("[0-9a-fA-F]{32}", text):
            named = traces.spans_at(settings, f"/api/v3/traces/{text.lower()}")
            yield from (_trace("trace", spans) for spans in named)
            if named:
                return  # the id of a request can look like that of a trace
        if not re.fullmatch(r"[\w.-]{3,64}", text):
            return
        kinds = _KINDS if re.search(r"\d", text) else {"error": _KINDS["error"]}
        seen = set()
        now = time.time()
        for service in traces.services(settings):  # some of Jaeger's stores search only within a service
            for kind, key in kinds.items() if service != BROWSER else ():  # anybody may claim any id there
                given = {"serviceName": service, "attributes": json.dumps({key: text}), "searchDepth": _EACH}
                for spans in traces.matching(settings, now - _DAY, now + 60, **given):
                    if spans[0].trace_id not in seen:
                        seen.add(spans[0].trace_id)
                        yield _trace(kind, spans)
    except RefusedError:
        return


def _trace(kind: str, spans: list[Span]) -> Found:
    about = traces.summary(spans)
    return {
        "kind": kind,
        "title": f"{about['root']}, trace {about['trace'][:8]}…",
        "to": f"/trace/{about['trace']}",
    }


def _dashboards(settings: Settings, text: str) -> Iterator[Found]:
    for board in files.summaries(settings):
        if _holds(f"{board['title']} {board['description']}", text):
            yield {"kind": "dashboard", "title": board["title"], "to": f"/d/{board['uid']}"}


def _alerts(settings: Settings, text: str) -> Iterator[Found]:
    status, _, body = upstream.get(settings, alerts.RULES)
    names = {str(rule.get("name")) for rule in alerts.rules_of(json.loads(body) if status == 200 else {})}
    for name in sorted(name for name in names if _holds(name, text)):
        yield {"kind": "alert", "title": name, "to": f"/alerts?{urlencode({'q': name})}"}


def _lines(settings: Settings, text: str) -> Iterator[Found]:
    yield {
        "kind": "logs",
        "title": f"lines with “{text}”",
        "to": f"/logs?{urlencode({'q': text}, quote_via=quote)}",
    }


def _holds(where: str, text: str) -> bool:
    return all(word in where.lower() for word in text.lower().split())
