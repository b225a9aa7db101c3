"""A simulated QuickBooks company with our app connected to it, all in one process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import requests

from providers.http import Http
from providers.ledger import AddNote, Allocation, ApplyUnapplied, Kind, RecordPayment
from providers.money import Money
from providers.quickbooks.oauth import IntuitAuthority
from providers.quickbooks.reader import QuickBooksReader
from providers.quickbooks.writer import QuickBooksWriter
from providers.simulated.clock import StillClock
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.journal import Journal
from providers.simulated.quickbooks.hand import Hand
from providers.simulated.quickbooks.product import QuickBooks
from providers.simulated.store import Doc, Store
from providers.simulated.world import World
from providers.tokens import TokenSet, Vendor

HOST = "http://quickbooks.test"
BACK = "https://us.example/quickbooks/back"
START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MARKER = "[lh:1a2b3c4d]"


@dataclass
class Holder:
    """An Access that refreshes as the product does, keeping every token set it was given."""

    authority: IntuitAuthority
    tokens: TokenSet

    def token(self) -> str:
        return self.tokens.access_token

    def renew(self, rejected: str) -> str:
        assert rejected == self.tokens.access_token
        self.tokens = self.authority.refresh(self.tokens.refresh_token)
        return self.tokens.access_token


class Connected:
    def __init__(self, *, currency: str = "USD", multi_currency: bool = False) -> None:
        self.clock = StillClock(START)
        self.world = World(self.clock, Store())
        self.product = QuickBooks(self.world)
        self.product.limits_on = False
        self.adapter = InProcess(Gateway(self.world, self.product))
        bases = {"api": HOST, "discovery": f"{HOST}/.well-known/openid_configuration/"}
        self.vendor = Vendor("app-1", "secret-1", "hook-1", bases)
        self.world.register_app({
            "product": "quickbooks", "client_id": "app-1", "client_secret": "secret-1",
            "name": "Ledgerhand", "redirect_uris": [BACK], "webhook_url": "https://us.example/hook",
            "webhook_key": "hook-1", "launch_url": "", "disconnect_url": "",
        })  # fmt: skip
        self.realm = self.product.add_company(
            "Tidewater Supply", currency, "US", "America/Los_Angeles", multi_currency
        )
        self.user = self.product.add_user("sue@tidewater.example", "Sue Park", [self.realm])
        self.hand: Hand = self.product.act(self.realm)
        self.http = Http(adapters={HOST: self.adapter}, request_id_header="intuit_tid")
        self.authority = IntuitAuthority(self.vendor, self.http, self.clock.now)
        self.callback: dict[str, str] = {}
        self.access = Holder(self.authority, self.connect())
        self.reader = QuickBooksReader(self.vendor, self.http, self.access, self.realm)
        self.writer = QuickBooksWriter(self.vendor, self.http, self.access, self.realm)

    def connect(self) -> TokenSet:
        url = self.authority.authorize_url(
            redirect_uri=BACK, state="s-1", nonce="n-1", connect=True
        )
        form = dict(parse_qsl(urlsplit(url).query)) | {
            "user": self.user["sub"], "company": self.realm, "decision": "approve",
        }  # fmt: skip
        browser = requests.Session()
        browser.mount(HOST, self.adapter)
        answer = browser.post(url.split("?")[0], data=form, allow_redirects=False)
        self.callback = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        return self.authority.exchange(code=self.callback["code"], redirect_uri=BACK)

    def kinds(self) -> list[str]:
        return [row["kind"] for row in Journal(self.world).rows()]

    def customer(self, name: str = "Harbor Lane Bakery", **fields: object) -> str:
        return str(self.hand.create("Customer", {"DisplayName": name, **fields})["Id"])

    def invoice(self, customer_id: str, amount: str, **fields: object) -> str:
        detail = {"ItemRef": {"value": "1"}}
        line = {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail}  # fmt: skip
        body: Doc = {"CustomerRef": {"value": customer_id}, "Line": [line], **fields}
        return str(self.hand.create("Invoice", body)["Id"])

    def payment(self, customer_id: str, amount: str, **fields: object) -> str:
        body: Doc = {"CustomerRef": {"value": customer_id}, "TotalAmt": Decimal(amount), **fields}
        return str(self.hand.create("Payment", body)["Id"])


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def applying(payment_id: str, customer_id: str, **parts: str) -> ApplyUnapplied:
    """`parts` are amounts by invoice id, written i145="60"."""
    chosen = tuple(Allocation(name[1:], usd(amount)) for name, amount in parts.items())
    return ApplyUnapplied(Kind.PAYMENT, payment_id, customer_id, chosen, "Names the invoice")


def recording(customer_id: str, total: str, **parts: str) -> RecordPayment:
    chosen = tuple(Allocation(name[1:], usd(amount)) for name, amount in parts.items())
    day = START.date()
    return RecordPayment("r-1", customer_id, day, usd(total), chosen, "WIRE 7", "From the bank")


def note(kind: Kind, record_id: str) -> AddNote:
    return AddNote(kind, record_id, "Reminder 1 sent <to> O'Neil & Söhne 🙂", START.date())
