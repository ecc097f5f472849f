"""What the address of a client is counted by."""

import pytest
from fastapi import Request

from services.user.client_address import client_address


@pytest.mark.parametrize(
    ("forwarded", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("10.0.0.1, ::ffff:198.51.100.9", "198.51.100.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", "127.0.0.1"),
        ("unknown", "127.0.0.1"),
    ],
)
async def test_one_key_for_each_client(forwarded: str, key: str) -> None:
    """IPv4 written as IPv6 is IPv4: else all such clients would be one. Of IPv6, a customer has a whole /64."""
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    request = Request({"type": "http", "client": ("127.0.0.1", 4711), "headers": headers})
    assert await client_address(request) == key
