"""One company's records: read, kept with their version and time, and announced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from providers.simulated.quickbooks.moments import answer_time, local_day, local_time
from providers.simulated.quickbooks.refusals import not_found
from providers.simulated.quickbooks.shelves import Shelf, Shelves, deleted
from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc
from providers.simulated.world import World

SETTINGS = "settings"
CURRENCY_NAMES = {
    "USD": "United States Dollar", "EUR": "Euro", "GBP": "British Pound Sterling",
    "CAD": "Canadian Dollar", "AUD": "Australian Dollar", "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
}  # fmt: skip

Announce = Callable[[str, str, str, str, str], None]
"""Realm, entity, id, operation, and the id of what was merged away."""


@dataclass(frozen=True, slots=True)
class Book:
    """All writing goes on inside `transaction`. `settings` are {currency, country, time_zone,
    multi_currency, rates, active, owner}."""

    realm: str
    world: World
    shelves: Shelves
    announce: Announce

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = self.shelves.revision(self.realm)
        try:
            with self.world.store.transaction():
                yield
        except BaseException:
            if self.shelves.revision(self.realm) != before:
                self.shelves.forget(self.realm)
            raise

    @property
    def settings(self) -> Doc:
        return self.world.store.peek(self.realm, SETTINGS, "1") or {}

    @property
    def preferences(self) -> Doc:
        return self.world.store.peek(self.realm, "Preferences", "1") or {}

    @property
    def currency(self) -> str:
        return str(self.settings["currency"])

    def today(self) -> date:
        return local_day(self.world.clock.now(), self.settings["time_zone"])

    def now(self) -> str:
        return local_time(self.world.clock.now(), self.settings["time_zone"])

    def answer_time(self) -> str:
        return answer_time(self.world.clock.now(), self.settings["time_zone"])

    def shelf(self, entity: str) -> Shelf:
        return self.shelves.of(self.realm, entity)

    def get(self, entity: str, id_: str) -> Doc | None:
        """A copy that may be changed."""
        return self.world.store.get(self.realm, entity, id_)

    def peek(self, entity: str, id_: str) -> Doc | None:
        """The shared record: for reading only."""
        return self.world.store.peek(self.realm, entity, id_)

    def read(self, entity: str, id_: str) -> Doc:
        """The shared record. Raises Refusal when it is not there."""
        doc = self.peek(entity, id_)
        if doc is None:
            raise not_found()
        return doc

    def all(self, entity: str) -> list[Doc]:
        return self.world.store.all(self.realm, entity)

    def number(self, series: str, first: int = 1) -> int:
        return self.world.store.number(self.realm, series, first)

    def add(self, entity: str, doc: Doc) -> Doc:
        """Keep a new record that has its Id, as version 0, and announce it."""
        now = self.now()
        whole = {
            "domain": "QBO", "sparse": False, "SyncToken": "0",
            "MetaData": {"CreateTime": now, "LastUpdatedTime": now}, **doc,
        }  # fmt: skip
        self.keep(entity, whole)
        self.announce(self.realm, entity, doc["Id"], "created", "")
        return whole

    def change(self, entity: str, doc: Doc, operation: str = "updated") -> Doc:
        """Keep a changed record under its next version and announce it."""
        whole = doc | {
            "SyncToken": str(int(doc["SyncToken"]) + 1),
            "MetaData": doc["MetaData"] | {"LastUpdatedTime": self.now()},
        }
        self.keep(entity, whole)
        self.announce(self.realm, entity, doc["Id"], operation, "")
        return whole

    def keep(self, entity: str, doc: Doc) -> None:
        """Keep a record as it is, and what its customer owes with it."""
        old = self.peek(entity, doc["Id"])
        self.world.store.put(self.realm, entity, doc["Id"], doc)
        self.shelves.file(self.realm, entity, (doc["Id"], old, doc))
        self._shift_customers(entity, old, doc)

    def remove(self, entity: str, id_: str) -> Doc:
        """Delete a record; what is left of it is returned and shows in change data capture."""
        old = self.read(entity, id_)
        stub = {"domain": "QBO", "status": "Deleted", "Id": id_}
        kept = stub | {"MetaData": {"LastUpdatedTime": self.now()}}
        self.world.store.delete(self.realm, entity, id_)
        self.world.store.put(self.realm, deleted(entity), id_, kept)
        self.shelves.file(self.realm, entity, (id_, old, None))
        self._shift_customers(entity, old, None)
        self.announce(self.realm, entity, id_, "deleted", "")
        return stub

    def _shift_customers(self, entity: str, old: Doc | None, new: Doc | None) -> None:
        shifts: dict[str, Decimal] = {}
        for doc, sign in ((old, -1), (new, 1)):
            for customer, owed in owed_by(self, entity, doc) if doc else ():
                shifts[customer] = shifts.get(customer, ZERO) + sign * owed
        for customer, by in shifts.items():
            if by:
                self._shift(customer, by, "Balance")

    def _shift(self, customer: str, by: Decimal, *names: str) -> None:
        """A balance moves the time of a customer's last change, not its version (recorded)."""
        doc = self.get("Customer", customer)
        if doc is None:
            return
        for name in (*names, "BalanceWithJobs"):
            doc[name] = doc[name] + by
        doc["MetaData"]["LastUpdatedTime"] = self.now()
        self.keep("Customer", doc)
        if doc.get("ParentRef"):
            self._shift(doc["ParentRef"]["value"], by)


def owed_by(book: Book, entity: str, doc: Doc) -> Iterable[tuple[str, Decimal]]:
    """What a record adds to the balances of customers, in their own currency."""
    if entity == "JournalEntry":
        lines = [line for line in doc["Line"] if is_receivable(book, line)]
        return [(line_customer(line), line_debit(line)) for line in lines]
    if entity == "Invoice":
        return [(doc["CustomerRef"]["value"], doc["Balance"])]
    if entity == "CreditMemo":
        return [(doc["CustomerRef"]["value"], -doc["Balance"])]
    if entity == "Payment":
        return [(doc["CustomerRef"]["value"], -doc["UnappliedAmt"])]
    return []


def is_receivable(book: Book, line: Doc) -> bool:
    """Whether a line of a journal entry is booked on accounts receivable."""
    account = book.peek("Account", line["JournalEntryLineDetail"]["AccountRef"]["value"])
    return account is not None and account["AccountType"] == "Accounts Receivable"


def line_customer(line: Doc) -> str:
    entity = (line.get("JournalEntryLineDetail") or {}).get("Entity") or {}
    return str((entity.get("EntityRef") or {}).get("value") or "")


def line_debit(line: Doc) -> Decimal:
    amount: Decimal = line["Amount"]
    return amount if line["JournalEntryLineDetail"]["PostingType"] == "Debit" else -amount


def currency_ref(currency: str) -> Doc:
    return {"value": currency, "name": CURRENCY_NAMES.get(currency, currency)}
