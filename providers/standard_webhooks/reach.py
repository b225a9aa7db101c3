"""Connections to addresses that somebody else named: to the public internet and nowhere inside.

The name is looked up once, every address that it leads to is judged, and the connection goes to one
that was judged: a name cannot lead elsewhere between the two.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, cast

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

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


class Outward(HTTPAdapter):
    """What the one HTTP session reaches a client's own systems with. With `loopback`, this machine
    can be reached too: for development alone. Of an answer only the head is read: a body could go
    on for ever."""

    def __init__(self, *, loopback: bool) -> None:
        self._pools = _pools(loopback=loopback)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def send(self, request: PreparedRequest, *given: Any, **named: Any) -> Response:
        answer = super().send(request, *given, **{**named, "stream": True})
        answer._content = b""
        answer.close()
        return answer


def _pools(*, loopback: bool) -> dict[str, Any]:
    class Plain(_Judged, HTTPConnection):
        reaches_loopback = loopback

    class Secure(_Judged, HTTPSConnection):
        reaches_loopback = loopback

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _Judged:
    """A connection that opens only to addresses that it may reach."""

    reaches_loopback = False

    def _new_conn(self) -> socket.socket:
        own = cast(HTTPConnection, self)
        try:
            found = socket.getaddrinfo(own._dns_host, own.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NewConnectionError(own, f"{own.host} is not known: {error}") from error
        addresses = [str(place[4][0]) for place in found]
        for address in addresses:
            if not (is_public(address) or (self.reaches_loopback and is_loopback(address))):
                raise OutOfReach(f"{own.host} leads to {address}, which is not on the internet")
        for address in addresses:
            with suppress(OSError):
                return create_connection(
                    (address, own.port), own.timeout, socket_options=own.socket_options
                )
        raise NewConnectionError(own, f"{own.host} does not answer")
