"""The address that a request came from, as a key to count by."""

import ipaddress

from fastapi import Request

__all__ = ["client_address"]


async def client_address(request: Request) -> str:
    """The last hop of X-Forwarded-For, which our gateway wrote, else the peer. IPv6: the /64 of one customer."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(forwarded or peer)
    except ValueError:
        return peer
    if address.version == 6 and address.ipv4_mapped:  # a balancer with one socket for both writes it so
        address = address.ipv4_mapped
    if address.version == 6:
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
