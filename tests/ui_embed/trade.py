"""A company in either ledger, with cash that is applied by itself, and its bookkeeper's browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

from connector.money import cash
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.simulation.books import Books, books_of
from tests.ui_embed.office import Office, Visitor, company_of, path_of

WHERE = "/clients/1/applied"
MONTH = timedelta(days=30)


@dataclass
class Trade:
    """A company in one of the ledgers whose invoice of 100.00 a bank line pays by itself."""

    desk: Office
    ledger: str
    company: str
    books: Books
    owner: Visitor
    invoice: str

    def page(self, path: str = WHERE) -> str:
        """Its text as a person reads it."""
        return " ".join(unescape(self.owner.page(path)).split())

    def tick(self, **by: float) -> None:
        self.desk.universe.pass_time(timedelta(**by))

    def undo(self, decision: int = 1, **form: str) -> str:
        answer = self.owner.post(f"/undo/{decision}", on=WHERE, **form)
        assert answer.status_code == 303
        return path_of(answer)

    def money(self) -> list[Item]:
        with self.desk.universe.deps.reading() as tx:
            return cash.listed(tx, 1, tuple(Standing))

    def decision(self) -> int:
        """The one that applied something last."""
        with self.desk.universe.deps.reading() as tx:
            ((found, _),) = intents.decisions_applied(tx, 1, before=None, limit=1)
        return found

    def states(self) -> list[Step]:
        with self.desk.universe.deps.reading() as tx:
            return [it.state for it in intents.in_states(tx, 1, *Step)]

    def payments(self) -> list[dict[str, Any]]:
        """What the ledger itself has of payments that stand."""
        hand = self.books.hand
        if self.ledger == "quickbooks":
            return list(hand.find("Payment"))
        return [p for p in hand.all("Payments") if p["Status"] == "AUTHORISED"]


def trading(desk: Office, ledger: str, **modes: Mode) -> Trade:
    universe = desk.universe
    company = company_of(desk, ledger, "Corner Shop")
    books = books_of(universe, ledger, company)
    day = universe.deps.now().date()
    invoice = books.invoice(
        books.customer("Ash"), "INV-1", amount=Decimal(100), issued=day - MONTH, due=day
    )
    owner = desk.visitor()
    email = f"books@{ledger}.example"
    owner.sign_in(ledger, email, company)
    owner.connect(ledger, email, company)
    universe.connections[ledger] = desk.connections()[0].id
    universe.settle()
    universe.switch(ledger, **(modes or {"cash": Mode.AUTOPILOT}))
    universe.pass_time(timedelta(minutes=20))
    return Trade(desk, ledger, company, books, owner, invoice)


def bank(trade: Trade, line: str, amount: str, text: str) -> None:
    deps = trade.desk.universe.deps
    receipts.import_statement(deps, 1, (
        "account,bank_id,date,amount,currency,payer,reference\n"
        f"main,{line},{deps.now():%Y-%m-%d},{amount},USD,Ash Ltd,{text}\n"
    ).encode(), by="tests")  # fmt: skip
    trade.tick(minutes=1)
    trade.tick(minutes=20)
