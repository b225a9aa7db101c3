"""A simulated Xero organisation, signed in to by consent, without a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from providers.http import Http
from providers.ledger import Record
from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.store import Store
from providers.simulated.world import World
from providers.simulated.xero.product import Xero
from providers.tokens import TokenSet, Vendor
from providers.xero.oauth import XeroAuthority
from providers.xero.reader import XeroReader
from providers.xero.writer import XeroWriter

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
"""The morning of the 21st in Auckland."""
TODAY = date(2026, 11, 21)
XERO = "http://xero.test"
BACK = "http://hand.test/back"
APP = {
    "product": "xero", "client_id": "app-1", "client_secret": "secret-1", "name": "Hand",
    "redirect_uris": [BACK], "webhook_url": "", "webhook_key": "key-1", "launch_url": "",
    "disconnect_url": "",
}  # fmt: skip
VENDOR = Vendor("app-1", "secret-1", "key-1", dict.fromkeys(("login", "identity", "api"), XERO))
USER = "mia@books.test"


@dataclass
class Books:
    """`calls` counts what each client asked, by kind of call."""

    world: World
    xero: Xero
    gateway: InProcess
    tenant: str
    tokens: TokenSet = field(init=False)
    calls: list[str] = field(default_factory=list)
    https: list[Http] = field(default_factory=list)

    def http(self) -> Http:
        made = Http(adapters={XERO: self.gateway}, spend=self.calls.append)
        self.https.append(made)
        return made

    @property
    def authority(self) -> XeroAuthority:
        return XeroAuthority(VENDOR, self.http(), self.world.clock.now)

    @property
    def reader(self) -> XeroReader:
        return XeroReader(VENDOR, self.http(), self, self.tenant)

    @property
    def writer(self) -> XeroWriter:
        return XeroWriter(VENDOR, self.http(), self, self.tenant)

    @property
    def person(self) -> Any:
        return self.xero.act(self.tenant)

    def token(self) -> str:
        return self.tokens.access_token

    def renew(self, rejected: str) -> str:
        assert rejected == self.tokens.access_token
        self.tokens = self.authority.refresh(self.tokens.refresh_token)
        return self.tokens.access_token

    def consent(self, *tenants: str) -> str:
        """The code that a person's consent brings back."""
        url = self.authority.authorize_url(redirect_uri=BACK, state="s1", nonce="n1", connect=True)
        form = {"user": USER, "tenant": list(tenants), "decision": "allow"}
        with requests.Session() as session:
            session.mount(XERO, self.gateway)
            answer = session.post(url, data=form, allow_redirects=False)
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert back["state"] == ["s1"]
        return back["code"][0]

    def sign_in(self, *tenants: str) -> TokenSet:
        self.tokens = self.authority.exchange(code=self.consent(*tenants), redirect_uri=BACK)
        return self.tokens

    def fail(self, fault: str, on: str, **more: float) -> None:
        self.world.faults.replace([Fault(fault, on=on, **more)])  # type: ignore[arg-type]

    def customer(self, name: str = "Harbour Fittings", **more: Any) -> str:
        return str(self.person.create("Contacts", {"Name": name, **more})["ContactID"])

    def invoice(self, customer: str, amount: str, number: str = "", **more: Any) -> str:
        body = {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "Date": "2026-10-01", "DueDate": "2026-10-31", "LineAmountTypes": "NoTax",
            "LineItems": [{"Description": "goods", "Quantity": 1, "UnitAmount": Decimal(amount),
                           "AccountCode": "200"}],
            **({"InvoiceNumber": number} if number else {}), **more,
        }  # fmt: skip
        return str(self.person.create("Invoices", body)["InvoiceID"])

    def money(self, customer: str, amount: str, reference: str = "", *, early: bool = False) -> str:
        """An overpayment, or a prepayment, that a person entered."""
        kind = "PREPAYMENT" if early else "OVERPAYMENT"
        body = {
            "Type": f"RECEIVE-{kind}", "Contact": {"ContactID": customer}, "Date": "2026-11-19",
            "BankAccount": {"Code": "090"}, "Reference": reference, "LineAmountTypes": "NoTax",
            "LineItems": [{"Description": "on account", "LineAmount": Decimal(amount),
                           "Quantity": 1, "UnitAmount": Decimal(amount), "AccountCode": "200"}],
        }  # fmt: skip
        made = self.person.create("BankTransactions", body)
        return str(made["PrepaymentID" if early else "OverpaymentID"])

    def records(self, batches: Any) -> dict[str, Record]:
        return {it.id: it for batch in batches for it in batch.records}


def open_books(*, currency: str = "NZD", country: str = "NZ", zone: str = "Pacific/Auckland",
               multi_currency: bool = True) -> Books:  # fmt: skip
    world = World(StillClock(NOW), Store())
    world.register_app(dict(APP))
    xero = Xero(world)
    tenant = xero.add_company("Tui Trading", currency, country, zone, multi_currency=multi_currency)
    xero.add_user(USER, "Mia Ross", [tenant])
    books = Books(world, xero, InProcess(Gateway(world, xero)), tenant)
    books.sign_in(tenant)
    books.calls.clear()
    return books
