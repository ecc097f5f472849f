"""The edge decides which trace a request belongs to, and that it is recorded."""

import re
from itertools import product

import pytest

from tests.gateway.client import Client, Gateway
from tests.gateway.raw import raw
from tests.trace_context_cases import NEW, SPAN, TAKEN, TRACE, TRACESTATES

CASES = [
    *((name, value, True) for name, value in TAKEN.items()),
    *((name, value, False) for name, value in NEW.items()),
]
FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-01")


@pytest.mark.parametrize(("name", "value", "taken"), CASES, ids=[case[0] for case in CASES])
def test_one_trace_id_in_every_part(gateway: Gateway, client: Client, name: str, value: str, taken: bool) -> None:
    """The header for a service, the log and a problem document name one trace, recorded whatever was asked."""
    ident = f"trace-{name.replace(' ', '-')}"
    answer = client("GET", "/api/orders", traceparent=value, x_request_id=ident)
    headers = answer.json()["headers"]
    sent = FORM.fullmatch(headers["traceparent"])
    assert sent
    assert headers.get("tracestate") == (None if taken else "shop=new")
    line = gateway.log(ident)
    assert line["trace_id"] == sent[1]
    if taken:
        assert (sent[1], sent[2], line["span_id"]) == (TRACE, SPAN, SPAN)
    else:
        assert sent[1] not in ("0" * 32, TRACE)
        assert TRACE[1:31] not in sent[1]
        assert line["span_id"] == ""  # there is no span that could be the parent
    problem = client("GET", "/api/nothing", traceparent=value, x_request_id=f"{ident}-404").json()
    assert problem["traceId"] == gateway.log(f"{ident}-404")["trace_id"]
    assert (problem["traceId"] == TRACE) is taken


@pytest.mark.parametrize("trace", [TRACE, "0" * 16 + SPAN])
def test_a_root_span_may_have_half_of_its_traces_id(gateway: Gateway, client: Client, trace: str) -> None:
    """Some tracers make the ids of a root span so; it is a parent like any other."""
    value = f"00-{trace}-{trace[16:]}-01"
    ident = f"half-{trace[:16]}"
    headers = client("GET", "/api/orders", traceparent=value, x_request_id=ident).json()["headers"]
    assert headers["traceparent"] == value
    assert "tracestate" not in headers
    assert gateway.log(ident)["span_id"] == trace[16:]


@pytest.mark.parametrize("name", ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"])
def test_the_name_may_have_capitals(client: Client, name: str) -> None:
    """A header's name is the same in any case."""
    answer = client("GET", "/api/orders", body=None, **{name: TAKEN["plain"]})
    assert answer.json()["headers"]["traceparent"] == TAKEN["plain"]


@pytest.mark.parametrize("name", ["trace-parent", "trace.parent"])
def test_other_names_mean_nothing(client: Client, name: str) -> None:
    """They start no trace."""
    answer = client("GET", "/api/orders", body=None, **{name: TAKEN["plain"]})
    assert TRACE not in answer.json()["headers"]["traceparent"]


def test_of_two_headers_one_counts(gateway: Gateway) -> None:
    """Whichever Nginx takes, the service and the log have that one."""
    other = TAKEN["plain"].replace(TRACE, TRACE[::-1])
    head = "GET /api/orders HTTP/1.1\r\nHost: x\r\nX-Request-ID: two-parents\r\nConnection: close\r\n"
    parents = f"traceparent: {other}\r\ntraceparent: {TAKEN['plain']}\r\n\r\n"
    answer = raw(gateway.ports["HTTP_PORT"], (head + parents).encode())
    assert gateway.log("two-parents")["trace_id"] in answer.json()["headers"]["traceparent"]
    assert answer.json()["headers"]["traceparent"].count("-") == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [*product(["tracestate"], (*TRACESTATES, "shop=new")), *product(["baggage"], ["a=b", ",".join("a" * 3000)])],
)
def test_notes_of_a_client_stay_outside(client: Client, name: str, value: str) -> None:
    """No service gets them, and the request is answered."""
    answer = client("GET", "/api/orders", body=None, **{name: value, "traceparent": TAKEN["plain"]})
    assert answer.status == 200
    headers = answer.json()["headers"]
    assert "tracestate" not in headers
    assert "baggage" not in headers
    assert headers["traceparent"] == TAKEN["plain"]
