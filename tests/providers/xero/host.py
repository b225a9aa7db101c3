"""One Xero host on loopback that answers, or breaks, as a test tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from providers.http import Http
from providers.tokens import Vendor
from providers.xero.reader import XeroReader
from providers.xero.wire import parse
from providers.xero.writer import XeroWriter
from tests.providers import vendor_host
from tests.providers.vendor_host import Reply, Token, VendorHost

__all__ = ["Reply", "Token"]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xero"
TENANT = "7f0c41f4-3f5c-4a39-9d4b-3c1f5ce0a001"
AT = "/Date(1795246602417)/"
"""2026-11-21T07:36:42.417Z"""


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def fixture(name: str) -> dict[str, Any]:
    """A fixture with its amounts exact, as the client reads them."""
    return parse(raw(name))


class Seen(vendor_host.Seen):
    @property
    def where(self) -> str:
        return self.path.removeprefix("/api.xro/2.0/")

    @property
    def document(self) -> dict[str, Any]:
        return parse(self.body)


def listed(wrapper: str, *rows: Any, **more: Any) -> Reply:
    """An answer of Xero's that holds one list."""
    return Reply({"Id": "1", "Status": "OK", "DateTimeUTC": AT, **more, wrapper: list(rows)})


class Host(VendorHost[Seen]):
    def __init__(self) -> None:
        super().__init__(Seen, Reply({"DateTimeUTC": AT}), {"xero-correlation-id": "call-1"})
        self.https: list[Http] = []

    @property
    def vendor(self) -> Vendor:
        bases = dict.fromkeys(("login", "identity", "api"), self.url)
        return Vendor("app-1", "secret-1", "hook-1", bases)

    def http(self) -> Http:
        made = Http(request_id_header="xero-correlation-id", read_seconds=2.0)
        self.https.append(made)
        return made

    def reader(self, access: Token | None = None) -> XeroReader:
        return XeroReader(self.vendor, self.http(), access or Token(), TENANT)

    def writer(self, access: Token | None = None) -> XeroWriter:
        return XeroWriter(self.vendor, self.http(), access or Token(), TENANT)

    def stop(self) -> None:
        for made in self.https:
            made.close()
        super().stop()
