"""The HTTP adapter for a client's own systems: to the public internet and nowhere inside."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, cast

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from providers import internet


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
            addresses = internet.places(own._dns_host, own.port, loopback=self.reaches_loopback)
        except OSError as error:
            raise NewConnectionError(own, f"{own.host} is not known: {error}") from error
        for address in addresses:
            with suppress(OSError):
                return create_connection(
                    (address, own.port), own.timeout, socket_options=own.socket_options
                )
        raise NewConnectionError(own, f"{own.host} does not answer")
