"""One QuickBooks host on loopback that answers, or breaks, as a test tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from providers.exact import Doc, load
from providers.http import Http
from providers.tokens import Vendor
from tests.providers import vendor_host
from tests.providers.vendor_host import Reply, Token, VendorHost

__all__ = ["Reply", "Token"]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "quickbooks"
REALM = "9341455000000001"
TIME = "2026-11-20T06:03:22.517-08:00"
DATE = "Fri, 20 Nov 2026 14:03:22 GMT"


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def fixture(name: str) -> Any:
    """A fixture with its amounts exact, as the client reads them."""
    return load(raw(name))


class Seen(vendor_host.Seen):
    @property
    def doc(self) -> Any:
        return load(self.body)


class Wire(VendorHost[Seen]):
    def __init__(self) -> None:
        super().__init__(Seen, Reply({"time": TIME}), {"intuit_tid": "1-tid", "Date": DATE})

    @property
    def vendor(self) -> Vendor:
        bases = {"api": self.url, "discovery": f"{self.url}/discovery"}
        return Vendor("app-1", "secret-1", "hook-1", bases)

    def rows(self, entity: str, *rows: Doc) -> Reply:
        return Reply({"QueryResponse": {entity: list(rows)} if rows else {}, "time": TIME})


def http() -> Http:
    return Http(request_id_header="intuit_tid", read_seconds=2.0)
