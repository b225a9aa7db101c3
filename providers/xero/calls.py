"""Xero's requests by name: xero-python knows method, path and parameters; it sends nothing.

Its own transport repeats a PUT that was not answered up to three times, sleeps through
Retry-After, mixes tenants through one shared Configuration and stops at unknown values. So it is
given a client that writes the request down, and none of that code is ever reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from xero_python.accounting.api.accounting_api import AccountingApi

VERBS = {"GET": "read", "PUT": "create", "POST": "update", "DELETE": "delete"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` follows ``/api.xro/2.0`` and ends with the query, if there is one."""

    method: str
    path: str
    body: Any = None


def name_call(name: str, *parts: Any, **options: Any) -> Call:
    """The request that xero-python's `AccountingApi.<name>` would send.

    `parts` follow the tenant id, `options` are that method's own. Raises TypeError on an option
    that Xero's specification does not know.
    """
    call: Call = getattr(_API, name)("", *parts, **options)
    return call


def kind_of(method: str, path: str) -> str:
    """What the meter counts a request as: ``xero.invoices.history.create``."""
    segments = path.partition("?")[0].strip("/").lower().split("/")
    return ".".join(["xero", *segments[:1], *segments[2:3], VERBS[method]])


class _Notebook:
    """Takes the place of xero-python's ApiClient and only writes down what it is asked to send."""

    def select_header_accept(self, accepted: Sequence[str]) -> str:
        return accepted[0]

    def select_header_content_type(self, offered: Sequence[str]) -> str:
        return offered[0]

    def call_api(
        self,
        url: str,
        method: str,
        path_params: Mapping[str, Any],
        query_params: Sequence[tuple[str, Any]],
        _header_params: Mapping[str, str],
        **rest: Any,
    ) -> Call:
        path = url.removeprefix(AccountingApi.base_url)
        for name, value in path_params.items():
            path = path.replace("{" + name + "}", quote(str(value), safe=""))
        query = urlencode(
            [(name, _written(value)) for name, value in query_params], quote_via=quote, safe=","
        )
        return Call(method, f"{path}?{query}" if query else path, rest.get("body"))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(inner) for inner in value)
    return str(value)


_API = AccountingApi(_Notebook())  # type: ignore[no-untyped-call]
