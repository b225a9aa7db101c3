"""A book that was given: customers, invoices and payments of ledgers that become companies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from connector.demo.trade import Bill, Business, Buyer, Transfer
from connector.learning import book_files
from connector.learning.book_files import FILES, BadBook, Row, money
from providers.simulated.xero.founding import DAY_RATES

COUNTRIES = {"USD": "US", "GBP": "GB", "AUD": "AU", "NZD": "NZ", "CAD": "CA", "EUR": "DE"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One ledger of the book. `business` has the bills from before its first payment, `later`
    those that are issued from then on."""

    business: Business
    later: Sequence[Bill]

    @property
    def opens_on(self) -> date:
        return min(transfer.on for transfer in self.business.transfers)


def read(folder: Path) -> list[Chapter]:
    """Every ledger that somebody pays in, half of them kept in QuickBooks and half in Xero.

    The folder holds customers.jsonl, invoices.jsonl and payments.jsonl. Raises BadBook.
    """
    rows = book_files.read(folder)
    names = sorted(rows["payments"])
    found = []
    for place, name in enumerate(names):
        own = {kind: rows[kind].get(name, []) for kind in FILES}
        currencies = {row["currency"] for row in own["invoices"]}
        fits_xero = currencies <= set(DAY_RATES)
        ledger = "xero" if place % 2 and fits_xero else "quickbooks"
        try:
            found.append(_chapter(name, ledger, own))
        except (KeyError, ValueError, ArithmeticError, TypeError) as error:
            raise BadBook(f"{folder}, ledger {name}: {type(error).__name__} {error}") from None
    return found


def _chapter(name: str, ledger: str, own: Mapping[str, Sequence[Row]]) -> Chapter:
    transfers = [_transfer(row) for row in own["payments"]]
    opens_on = min(transfer.on for transfer in transfers)
    bills = [_bill(row) for row in own["invoices"]]
    home = _home_currency([*bills, *transfers])
    buyers = list(_buyers(own["customers"], bills, home))
    known = {buyer.id for buyer in buyers}
    business = Business(
        f"Book {name}", ledger, home, COUNTRIES.get(home, "US"), "Europe/London",
        buyers, [bill for bill in bills if bill.issued < opens_on],
        [_with_known_buyer(transfer, known) for transfer in transfers],
    )  # fmt: skip
    return Chapter(business, [bill for bill in bills if bill.issued >= opens_on])


def _buyers(rows: Sequence[Row], bills: Sequence[Bill], home: str) -> Iterator[Buyer]:
    """A buyer for each currency in which a customer is billed; names that occur twice are told
    apart by a number."""
    billed: dict[str, set[str]] = defaultdict(set)
    for bill in bills:
        billed[bill.buyer_id.partition("/")[0]].add(bill.currency)
    used: set[str] = set()
    for row in rows:
        for currency in sorted(billed[row["id"]] or {home}):
            name = _free_name(_plain(row["name"]) + _suffix(currency, home), used)
            slug = re.sub(r"[^a-z0-9]+", "-", str(row["id"]).lower()).strip("-")
            yield Buyer(_buyer_id(row["id"], currency), name, f"accounts@{slug}.example", currency)


def _free_name(wished: str, used: set[str]) -> str:
    name, number = wished, 1
    while name.casefold() in used:
        number += 1
        name = f"{wished} ({number})"
    used.add(name.casefold())
    return name


def _plain(name: str) -> str:
    """QuickBooks parts names at colons, and neither ledger keeps blanks at the ends."""
    return " ".join(name.replace(":", " ").split()) or "Unnamed"


def _suffix(currency: str, home: str) -> str:
    return "" if currency == home else f" ({currency})"


def _bill(row: Row) -> Bill:
    return Bill(
        buyer_id=_buyer_id(row["customer_id"], row["currency"]),
        number=row["number"],
        issued=date.fromisoformat(row["issue_date"]),
        due=date.fromisoformat(row["due_date"]) if row.get("due_date") else None,
        currency=row["currency"],
        total=money(row["total"], row["currency"]).amount,
        left=money(row["balance"], row["currency"]).amount,
    )


def _transfer(row: Row) -> Transfer:
    customer_id = row.get("customer_id") or ""
    return Transfer(
        id=row["id"],
        on=date.fromisoformat(row["date"]),
        amount=money(row["amount"], row["currency"]).amount,
        currency=row["currency"],
        payer=row.get("payer_name") or "",
        text=row.get("reference_text") or "",
        buyer_id=_buyer_id(customer_id, row["currency"]) if customer_id else "",
    )


def _with_known_buyer(transfer: Transfer, known: set[str]) -> Transfer:
    """Money in a currency that its sender is never billed in stays at the bank."""
    return transfer if transfer.buyer_id in known else replace(transfer, buyer_id="")


def _buyer_id(customer_id: str, currency: str) -> str:
    return f"{customer_id}/{currency}"


def _home_currency(moved: Sequence[Bill | Transfer]) -> str:
    currencies = [one.currency for one in moved]
    return max(sorted(set(currencies)), key=currencies.count)
