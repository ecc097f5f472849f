"""Whatever bytes are sent, the answer is a problem document with a request id, and the log has a line for it."""

import pytest

from tests.gateway.client import Gateway
from tests.gateway.raw import raw
from tests.gateway.test_errors import assert_problem

END = b"Host: x\r\nConnection: close\r\n"
ORDERS = b"POST /api/orders HTTP/1.1\r\n" + END

REFUSED = {
    "raw UTF-8 in the query": (b"GET /api/products?q=\xc3\xa9 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "raw UTF-8 in the path": (b"GET /api/products/\xc3\xa9 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "raw UTF-8 in a page": (b"GET /caf\xc3\xa9 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "Latin-1 in the query": (b"GET /api/products?q=\xe9 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "a control byte in the path": (b"GET /api/products/\x01 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "DEL in the query": (b"GET /api/products?q=\x7f HTTP/1.1\r\n" + END + b"\r\n", 400),
    "a tab in the query": (b"GET /api/products?q=\t HTTP/1.1\r\n" + END + b"\r\n", 400),
    "NUL in the path": (b"GET /api/products/\x00 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "NUL in a header": (b"GET /api/products HTTP/1.1\r\nX-A: \x00\r\n" + END + b"\r\n", 400),
    "an escaped NUL": (b"GET /api/products/%00 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "a broken escape": (b"GET /api/products/%zz HTTP/1.1\r\n" + END + b"\r\n", 400),
    "half an escape": (b"GET /api/products/% HTTP/1.1\r\n" + END + b"\r\n", 400),
    "out of the root": (b"GET /../../etc/passwd HTTP/1.1\r\n" + END + b"\r\n", 400),
    "a space in the path": (b"GET /api/pro ducts HTTP/1.1\r\n" + END + b"\r\n", 400),
    "no HTTP at all": (b"\x16\x03\x01garbage\r\n\r\n", 400),
    "a method in small letters": (b"get / HTTP/1.1\r\n" + END + b"\r\n", 400),
    "HTTP/1.1 without Host": (b"GET /api/products HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
    "two Hosts": (b"GET /api/products HTTP/1.1\r\nHost: y\r\n" + END + b"\r\n", 400),
    "a bad Host": (b"GET /api/products HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n", 400),
    "HTTP/2.0 without its preface": (b"GET / HTTP/2.0\r\n" + END + b"\r\n", 505),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\n" + END + b"\r\n", 505),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "TRACE": (b"TRACE /api/products HTTP/1.1\r\n" + END + b"\r\n", 405),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + END + b"\r\n", 400),
    "CONNECT to a path": (b"CONNECT /api/products HTTP/1.1\r\n" + END + b"\r\n", 405),
    "a header without a name": (b"GET /api/products HTTP/1.1\r\n: 1\r\n" + END + b"\r\n", 400),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + END + b"\r\n", 400),
    "two lengths": (ORDERS + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    "a negative length": (ORDERS + b"Content-Length: -1\r\n\r\n", 400),
    "a length in words": (ORDERS + b"Content-Length: two\r\n\r\n{}", 400),
    "a length and chunks": (ORDERS + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "an unknown encoding": (ORDERS + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "two encodings": (ORDERS + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a bad chunk": (ORDERS + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
    "an endless chunk": (ORDERS + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 400),
    "chunks in HTTP/1.0": (b"POST /api/orders HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a long address": (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + END + b"\r\n", 414),
    "a long header": (b"GET / HTTP/1.1\r\nX-A: " + b"x" * 9000 + b"\r\n" + END + b"\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"X-A: %s\r\n" % (b"x" * 900) * 60 + b"\r\n", 431),
    "a long body": (ORDERS + b"Content-Length: 70000\r\n\r\n", 413),
    "a path that is only ours": (b"GET /.problem HTTP/1.1\r\n" + END + b"\r\n", 404),
    "a path that is only ours, raw": (b"GET /.problem?\xc3\xa9 HTTP/1.1\r\n" + END + b"\r\n", 404),
}  # fmt: skip

SERVED = {
    "escaped UTF-8": b"GET /api/products?q=%C3%A9 HTTP/1.1\r\n" + END + b"\r\n",
    "UTF-8 in a header": b"GET /api/products HTTP/1.1\r\nX-A: \xc3\xa9\r\n" + END + b"\r\n",
    "HTTP/1.0 without Host": b"GET /api/products HTTP/1.0\r\n\r\n",
    "an absolute address": b"GET http://evil.example/api/products HTTP/1.1\r\n" + END + b"\r\n",
    "a header with an underscore": b"GET /api/products HTTP/1.1\r\nX_A: 1\r\n" + END + b"\r\n",
    "lines that end in LF": b"GET /api/products HTTP/1.1\nHost: x\nConnection: close\n\n",
}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_has_the_form_of_errors(gateway: Gateway, name: str, tls: bool) -> None:
    """A problem document, and a line in the log with its id; no service is asked."""
    sent, status = REFUSED[name]
    seen = [len(stub.seen) for stub in (gateway.a, gateway.b)]
    answer = raw(gateway.ports["HTTPS_PORT" if tls else "HTTP_PORT"], sent, tls=tls)
    assert_problem(answer, status)
    assert gateway.log(answer.json()["requestId"])["status"] == status
    assert [len(stub.seen) for stub in (gateway.a, gateway.b)] == seen


@pytest.mark.parametrize("name", SERVED)
def test_what_is_unusual_and_right_is_served(gateway: Gateway, name: str) -> None:
    """A service answers it, with a request id."""
    answer = raw(gateway.ports["HTTP_PORT"], SERVED[name])
    assert answer.status == 200
    assert gateway.log(answer.all("X-Request-ID")[0])["path"] == "/api/products"
    assert "x_a" not in answer.body.decode().lower()


def test_http_0_9_is_refused_in_its_own_form(gateway: Gateway) -> None:
    """It has no headers: the body alone is the problem document."""
    answer = raw(gateway.ports["HTTP_PORT"], b"GET /api/products\r\n")
    assert answer.json()["status"] == 505
    assert gateway.log(answer.json()["requestId"])["status"] == 505


def test_plain_http_on_the_port_of_tls_is_told_so(gateway: Gateway) -> None:
    """A problem document in plain text."""
    answer = raw(gateway.ports["HTTPS_PORT"], b"GET / HTTP/1.1\r\n" + END + b"\r\n")
    assert_problem(answer, 400)
    assert gateway.log(answer.json()["requestId"])["status"] == 400
