"""Matching a book in files: the same engine, without database, Redis or ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from connector.learning.book_files import BadBook, Row, Rows, money
from matching.book.gather import gather
from matching.book.shelf import Shelf
from matching.deciding.decide import decide
from matching.facts.items import Cash, MatchDecision, OpenItem, Party
from matching.facts.policy import MatchPolicy

Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Decided:
    """One payment's decision, and how long it took to look it up and decide."""

    payment_id: str
    decision: MatchDecision
    seconds: float

    def shown(self) -> dict[str, Any]:
        """As a line of a decisions file; what is not applied shows the best suggestion."""
        made = self.decision
        best = made.candidates[0].allocations if made.candidates else ()
        second = made.candidates[1] if len(made.candidates) > 1 else None
        return {
            "payment_id": self.payment_id,
            "action": made.action,
            "allocations": [
                {"invoice_id": part.invoice_id, "amount": part.amount.amount}
                for part in made.allocations or best
            ],
            "confidence": Decimal(f"{made.confidence:.4f}"),
            "rule": made.rule,
            "reasons": list(made.reasons),
            "second_best": second.reason if second else None,
        }


def matched(rows: Mapping[str, Rows], policy: MatchPolicy) -> Iterator[Decided]:
    """Decide on every payment of every ledger in the order of their dates; what is applied
    lowers the balances for those that follow. Raises BadBook."""
    for ledger in sorted(rows["payments"]):
        own = {kind: of_ledger.get(ledger, []) for kind, of_ledger in rows.items()}
        parties = parties_of(own["customers"], ledger)
        items = items_of(own["invoices"], parties, ledger)
        money = _read(own["payments"], f"payments.jsonl, ledger {ledger}", _cash)
        money.sort(key=lambda one: one.received)
        yield from _of_ledger(items, parties, money, policy)


def parties_of(rows: Sequence[Row], ledger: str) -> list[Party]:
    """The customers of one ledger. Raises BadBook."""
    return _read(rows, f"customers.jsonl, ledger {ledger}", _party)


def items_of(rows: Sequence[Row], parties: Sequence[Party], ledger: str) -> list[OpenItem]:
    """The invoices and credit notes of one ledger. Raises BadBook."""
    names = {party.id: party.name for party in parties}
    return _read(rows, f"invoices.jsonl, ledger {ledger}", partial(_item, names))


def _of_ledger(
    items: list[OpenItem], parties: list[Party], money: list[Cash], policy: MatchPolicy
) -> Iterator[Decided]:
    """An invoice can be paid from the day of its issue."""
    opens_on = money[0].received
    shelf = Shelf([item for item in items if item.issued <= opens_on], parties)
    later = [item for item in items if item.issued > opens_on]
    later.sort(key=lambda item: item.issued, reverse=True)
    for cash in money:
        while later and later[-1].issued <= cash.received:
            shelf.put(later.pop())
        began = time.perf_counter()
        decision = decide(gather(cash, shelf, policy), policy)
        seconds = time.perf_counter() - began
        for part in decision.allocations:
            shelf.take(part.invoice_id, part.amount)
        yield Decided(cash.id, decision, seconds)


def _read(rows: Sequence[Row], where: str, word: Callable[[Row], Word]) -> list[Word]:
    found = []
    for row in rows:
        try:
            found.append(word(row))
        except (KeyError, ValueError, ArithmeticError, TypeError, AttributeError) as error:
            what = f"{type(error).__name__} {error}"
            raise BadBook(f"{where}, id {row.get('id')!r}: {what}; see a line that works") from None
    return found


def _party(row: Row) -> Party:
    return Party(
        str(row["id"]), str(row["name"]), tuple(row.get("aliases") or ()),
        str(row.get("parent_id") or ""),
    )  # fmt: skip


def _item(names: Mapping[str, str], row: Row) -> OpenItem:
    code, due = row["currency"], row.get("due_date")
    return OpenItem(
        invoice_id=row["id"], number=str(row["number"]), customer_id=row["customer_id"],
        customer_name=names.get(row["customer_id"], ""),
        issued=date.fromisoformat(row["issue_date"]), due=date.fromisoformat(due) if due else None,
        total=money(row["total"], code), open=money(row["balance"], code),
    )  # fmt: skip


def _cash(row: Row) -> Cash:
    """The customer of a payment is what a bank or a clerk thinks: nothing is bound to it."""
    return Cash(
        id=row["id"], customer_id=row.get("customer_id") or "",
        amount=money(row["amount"], row["currency"]),
        received=date.fromisoformat(row["date"]), payer=row.get("payer_name") or "",
        text=row.get("reference_text") or "",
    )  # fmt: skip
