"""Addresses that somebody else named: they lead to the public internet and nowhere inside.

A name is looked up once, every address that it leads to is judged, and the connection goes to one
that was judged: a name cannot lead elsewhere between the two.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address

from providers.errors import Refused

CARRIES_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""NAT64, 6to4 and Teredo (RFC 6052, 3056, 4380): the address behind them is another one."""


class OutOfReach(Refused):
    """The address is none of the public internet; nothing was sent."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in CARRIES_IPV4):
            return False
    return found.is_global and not found.is_multicast


def is_loopback(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback


def written_out(host: str) -> str:
    """The IP address that a host is, in whatever form it is written; empty where it is a name."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return ""
    return str(found[0][4][0])


def places(host: str, port: int, *, loopback: bool) -> list[str]:
    """The IP addresses that a host leads to, each of them judged. With `loopback`, this machine is
    as good as the internet: for development alone. Raises OutOfReach, and OSError where the name is
    not known."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in found]
    for address in addresses:
        if not (is_public(address) or (loopback and is_loopback(address))):
            raise OutOfReach(f"{host} leads to {address}, which is not on the internet")
    return addresses


def dial(
    place: tuple[str, int], seconds_max: float | None = None, *, loopback: bool
) -> socket.socket:
    """Connect to (host, port), to an address that was judged. Raises OutOfReach and OSError."""
    host, port = place
    for address in places(host, port, loopback=loopback):
        with suppress(OSError):
            return socket.create_connection((address, port), seconds_max)
    raise OSError(f"{host} does not answer at port {port}")
