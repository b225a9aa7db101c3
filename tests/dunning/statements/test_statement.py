"""A statement of account: reckoned back from now, it holds for every day and loses no cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.statements.statement import EntryKind, Statement, statements
from providers.ledger import CreditNote, Invoice, Kind, Payment, Record, Status
from providers.money import Money
from providers.past import PastReceipt, Taken

CHANGED = datetime(2026, 3, 1, tzinfo=UTC)
START = date(2026, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def usd(amount: int | str) -> Money:
    return Money.of(amount, "USD")


def invoice(
    id_: str, on: int, total: int, left: int, customer: str = "c1", currency: str = "USD"
) -> Invoice:
    open_ = Money.of(left, currency)
    return Invoice(
        id_, f"INV-{id_}", customer, day(on), day(on + 14), Money.of(total, currency), open_,
        Status.OPEN if left else Status.PAID, sent=True, version="1", changed_at=CHANGED,
    )  # fmt: skip


def credit(id_: str, on: int, total: int, left: int) -> CreditNote:
    state = Status.OPEN if left else Status.PAID
    return CreditNote(id_, f"CN-{id_}", "c1", day(on), usd(total), usd(left), state, "1", CHANGED)


def receipt(
    id_: str,
    on: int,
    total: int,
    *taken: tuple[str, int, int],
    customer: str = "c1",
    line: str = "",
) -> PastReceipt:
    """`taken` are (document, amount, day)."""
    parts = tuple(Taken(document, usd(amount), day(at)) for document, amount, at in taken)
    return PastReceipt("payment", id_, customer, day(on), usd(total), "", parts, line)


def on_account(id_: str, on: int, total: int, left: int) -> Payment:
    return Payment(
        Kind.PAYMENT, id_, "c1", day(on), usd(total), usd(left), "", "", (), Status.OPEN, "1",
        CHANGED,
    )  # fmt: skip


def statement(*past: Record | PastReceipt, since: int = 10, until: int = 50) -> Statement:
    (one,) = statements("c1", past, [], since=day(since), until=day(until))
    return one


def told(one: Statement) -> list[tuple[str, str, str, str]]:
    return [(e.kind.value, e.number, str(e.amount.amount), str(e.balance.amount))
            for e in one.entries]  # fmt: skip


def test_what_came_before_is_the_opening_balance_and_each_entry_has_a_running_one() -> None:
    one = statement(
        invoice("1", 0, 100, 40), invoice("2", 20, 50, 50), credit("3", 20, 5, 5),
        receipt("p", 30, 60, ("1", 60, 30)),
    )  # fmt: skip
    assert (one.opening, one.closing) == (usd(100), usd(85))
    assert told(one) == [
        ("invoice", "INV-2", "50.00", "150.00"), ("credit note", "CN-3", "-5.00", "145.00"),
        ("payment", "", "-60.00", "85.00"),
    ]  # fmt: skip
    assert (one.receivable, one.unapplied) == (usd(90), usd(5))
    assert one.buckets == {
        "current": usd(0), "1-30": usd(50), "31-60": usd(40), "61-90": usd(0), "over 90": usd(0),
    }  # fmt: skip


def test_what_happened_after_the_last_day_is_taken_back() -> None:
    past = (
        invoice("1", 0, 100, 0),
        invoice("2", 60, 30, 30),
        receipt("p", 55, 100, ("1", 100, 55)),
    )
    one = statement(*past, until=54)
    assert (one.opening, one.closing, one.entries) == (usd(100), usd(100), ())
    assert (one.buckets["31-60"], one.unapplied) == (usd(100), usd(0))
    assert statement(*past, until=55).closing == usd(0)
    assert statement(*past, until=60).closing == usd(30)


def test_money_that_was_applied_later_was_unapplied_before() -> None:
    past = (invoice("1", 0, 100, 20), receipt("p", 20, 100, ("1", 80, 40)))
    before, after = statement(*past, until=39), statement(*past, until=40)
    assert (before.closing, before.receivable, before.unapplied) == (usd(0), usd(100), usd(100))
    assert (after.closing, after.receivable, after.unapplied) == (usd(0), usd(20), usd(20))


def test_money_received_before_the_period_counts_once() -> None:
    old = on_account("p", 2, 70, 30)
    (one,) = statements("c1", [invoice("1", 0, 100, 60)], [old], since=day(10), until=day(50))
    assert (one.opening, one.closing, one.unapplied) == (usd(30), usd(30), usd(30))
    told_too = receipt("p", 2, 70, ("1", 40, 2))
    (again,) = statements(
        "c1", [invoice("1", 0, 100, 60), told_too], [old], since=day(10), until=day(50)
    )
    assert again == one


def test_payments_that_were_one_line_at_the_bank_are_one_entry() -> None:
    one = statement(
        invoice("1", 0, 100, 0), invoice("2", 0, 50, 0),
        receipt("p", 20, 100, ("1", 100, 20), line="b"),
        receipt("q", 20, 50, ("2", 50, 20), line="b"),
    )  # fmt: skip
    assert told(one) == [("payment", "", "-150.00", "0.00")]


def test_a_refund_is_owed_again_and_a_used_credit_is_no_entry() -> None:
    one = statement(
        invoice("1", 0, 100, 80), credit("3", 12, 50, 0),
        receipt("u", 20, 0, ("1", 20, 20), ("3", -20, 20)), receipt("r", 30, -30, ("3", -30, 30)),
    )  # fmt: skip
    assert told(one) == [
        ("credit note", "CN-3", "-50.00", "50.00"), ("refund", "", "30.00", "80.00"),
    ]  # fmt: skip
    assert one.entries[-1].kind is EntryKind.REFUND


def test_a_parents_money_lowers_what_the_branch_owes_and_not_the_parents_own() -> None:
    past = (
        invoice("1", 0, 100, 0, customer="branch"), invoice("2", 0, 50, 50),
        receipt("p", 20, 120, ("1", 100, 20)),
    )  # fmt: skip
    (branch,) = statements("branch", past, [], since=day(10), until=day(50))
    (parent,) = statements("c1", past, [], since=day(10), until=day(50))
    assert told(branch) == [("payment", "", "-100.00", "0.00")]
    assert told(parent) == [("payment", "", "-20.00", "30.00")]


def test_drafts_voided_documents_and_ended_receipts_never_were() -> None:
    draft = invoice("1", 12, 100, 100)
    past: list[Record | PastReceipt] = [
        invoice("4", 0, 10, 10),
        *(Invoice(**{**_fields(draft), "id": str(n), "status": state})  # type: ignore[arg-type]
          for n, state in enumerate((Status.DRAFT, Status.VOID, Status.DELETED))),
        PastReceipt("payment", "p", "c1", day(20), usd(7), "", (), ended=True),
    ]  # fmt: skip
    one = statement(*past)
    assert (one.opening, one.entries, one.closing) == (usd(10), (), usd(10))


def _fields(one: Invoice) -> dict[str, object]:
    return {name: getattr(one, name) for name in Invoice.__dataclass_fields__}


def test_each_currency_has_a_statement_of_its_own() -> None:
    past = [invoice("1", 0, 100, 100), invoice("2", 12, 70, 70, currency="EUR")]
    found = statements("c1", past, [], since=day(10), until=day(50))
    assert [(one.currency, str(one.closing.amount)) for one in found] == [
        ("EUR", "70.00"), ("USD", "100.00"),
    ]  # fmt: skip


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="2026-01-11"):
        statements("c1", [], [], since=day(11), until=day(10))


@dataclass
class Book:
    """A small ledger that is filled day by day and remembers what was owed at the end of each."""

    invoices: dict[str, list[int]] = field(default_factory=dict)
    credits: dict[str, list[int]] = field(default_factory=dict)
    money: dict[str, list[int]] = field(default_factory=dict)
    takes: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    owed: dict[int, tuple[int, int]] = field(default_factory=dict)

    def bill(self, on: int, amount: int) -> None:
        self.invoices[f"i{len(self.invoices)}"] = [on, amount, amount]

    def credit(self, on: int, amount: int) -> None:
        self.credits[f"n{len(self.credits)}"] = [on, amount, amount]

    def receive(self, on: int, amount: int) -> None:
        self.money[f"p{len(self.money)}"] = [on, amount, amount]

    def settle(self, on: int, amount: int, *, by_credit: bool) -> None:
        """Set what is left of some money or credit against some invoice."""
        givers = self.credits if by_credit else self.money
        giver = next((id_ for id_, row in givers.items() if row[2]), "")
        owing = next((id_ for id_, row in self.invoices.items() if row[2]), "")
        if not giver or not owing:
            return
        part = min(amount, givers[giver][2], self.invoices[owing][2])
        givers[giver][2] -= part
        self.invoices[owing][2] -= part
        taken = [(owing, part, on), *([(giver, -part, on)] if by_credit else [])]
        self.takes.setdefault(f"u{on}{giver}{owing}" if by_credit else giver, []).extend(taken)

    def close(self, on: int) -> None:
        gross = sum(row[2] for row in self.invoices.values())
        left = sum(row[2] for row in (*self.credits.values(), *self.money.values()))
        self.owed[on] = (gross, left)

    def past(self) -> list[Record | PastReceipt]:
        found: list[Record | PastReceipt] = [
            invoice(id_, on, total, left) for id_, (on, total, left) in self.invoices.items()
        ]
        found += [credit(id_, on, total, left) for id_, (on, total, left) in self.credits.items()]
        found += [
            receipt(id_, on, total, *self.takes.get(id_, ()))
            for id_, (on, total, _) in self.money.items()
        ]
        uses = [(id_, taken) for id_, taken in self.takes.items() if id_.startswith("u")]
        return found + [receipt(id_, taken[0][2], 0, *taken) for id_, taken in uses]


ACTS = st.lists(
    st.tuples(st.sampled_from(("bill", "credit", "receive", "apply", "use")),
              st.integers(1, 500), st.integers(0, 3)),
    max_size=40,
)  # fmt: skip


@given(ACTS, st.integers(0, 60), st.integers(0, 60))
def test_any_days_of_any_book_agree_with_what_was_owed_then(
    acts: list[tuple[str, int, int]], first: int, length: int
) -> None:
    book, today = Book(), 1
    for act, amount, wait in acts:
        for passed in range(wait):
            book.close(today + passed)
        today += wait
        if act in ("apply", "use"):
            book.settle(today, amount, by_credit=act == "use")
        else:
            getattr(book, act)(today, amount)
    book.close(today)
    since, until = first, min(first + length, today)
    if until < since or not book.past():
        return
    one = statement(*book.past(), since=since, until=until)
    gross, left = book.owed.get(until, (0, 0))
    assert (one.receivable, one.unapplied) == (usd(gross), usd(left))
    assert one.closing == usd(gross - left)
    before = book.owed.get(since - 1, (0, 0))
    assert one.opening == usd(before[0] - before[1])
