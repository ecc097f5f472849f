"""Bytes as they are, to the gateway and back: for what no HTTP library would send."""

import re
import socket
import ssl

from tests.gateway.client import Answer


def raw(port: int, sent: bytes, *, tls: bool = False, timeout: float = 5) -> Answer:
    """Send bytes on a new connection and read until the end; an answer without a head (HTTP/0.9) has status 0."""
    connection: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = context.wrap_socket(connection, server_hostname="localhost")
    with connection:
        connection.sendall(sent)
        received = b""
        try:
            while not _is_whole(received) and (part := connection.recv(65536)):
                received += part
        except ConnectionResetError:  # after its answer, where we sent more than it read
            assert received
    if not received.startswith(b"HTTP/"):
        return Answer(0, [], received)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").splitlines()
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    return Answer(int(lines[0].split()[1]), headers, body)


def _is_whole(received: bytes) -> bool:
    """Whether the body has the length that its head names: a server may wait for more of the request."""
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return length is not None and len(body) == int(length[1])
