"""Plain reasons of what libraries and the system raise."""

import socket
import urllib.error

import httpx
import pytest
from aio_pika.exceptions import AMQPConnectionError

from deploy.installation.errors import reason


def refused() -> httpx.ConnectError:
    """As httpx raises it for a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(httpx.ConnectError) as caught:
        httpx.get(f"http://127.0.0.1:{port}", trust_env=False)
    return caught.value


@pytest.mark.parametrize(
    ("error", "plain"),
    [
        (ConnectionRefusedError(111, "Connect call failed"), "connection refused"),
        (AMQPConnectionError(111, "Connect call failed ('127.0.0.1', 5672)"), "connection refused"),
        (urllib.error.URLError(ConnectionRefusedError(111, "Connection refused")), "connection refused"),
        (FileNotFoundError(2, "No such file or directory", "a.backup"), "no such file or directory: a.backup"),
        (TimeoutError(), "there was no answer in time"),
        (ValueError("[Errno 7] odd\nsecond line"), "odd"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_an_error_has_a_plain_reason(error: Exception, plain: str) -> None:
    """Neither a number nor the name of a class where there are words."""
    assert reason(error) == plain


def test_the_reason_lies_behind_what_a_library_raises() -> None:
    """httpx wraps what the socket said."""
    assert reason(refused()) == "connection refused"
