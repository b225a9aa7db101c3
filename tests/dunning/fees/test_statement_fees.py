"""Late fees of a whole statement: one a month for all that is late, of each invoice so many."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dunning.customer.persons import Kind
from dunning.fees.late_fees import Fee, LateFees, why_spared
from providers.money import Money
from tests.dunning.accounts import account, invoice
from tests.dunning.fees.test_late_fees import DUE, MONTHLY, drafted


def test_a_statement_bears_one_fee_a_month_for_all_that_is_late() -> None:
    owed = account(invoice("INV-1", "200", due=DUE), invoice("INV-2", due=date(2026, 3, 1)))
    terms = LateFees(basis="statement", percent=Decimal(1))
    march = drafted(owed, terms, date(2026, 3, 1))

    assert [(f.key, f.amount.amount, f.invoice_ids) for f in march] == [
        ("statement:maple:USD:2026-03", Decimal("2.00"), ("id:INV-1",))
    ]
    assert drafted(owed, terms, date(2026, 3, 31), march) == ()
    assert drafted(owed, terms, date(2026, 4, 1), march)[0].amount == Money.of(3, "USD")


def test_an_invoice_is_among_no_more_statements_than_the_terms_have() -> None:
    terms = LateFees(basis="statement", percent=Decimal(1), fees_per_invoice_max=3)
    old, new = invoice("INV-1", "200", due=DUE), invoice("INV-2", due=date(2026, 4, 9))
    owed, fees = account(old, new), list[Fee]()
    for month in range(2, 13):
        fees += drafted(owed, terms, date(2026, month, 28), tuple(fees))

    assert [(f.key[-7:], [id_[-5:] for id_ in f.invoice_ids]) for f in fees] == [
        ("2026-02", ["INV-1"]), ("2026-03", ["INV-1"]), ("2026-04", ["INV-1", "INV-2"]),
        ("2026-05", ["INV-2"]), ("2026-06", ["INV-2"]),
    ]  # fmt: skip
    assert (fees[3].amount, fees[3].reason) == (
        Money.of(1, "USD"), "INV-2: late in 2026-05; 1 % of USD 100.00 open",
    )  # fmt: skip


def test_a_statement_draft_ends_where_the_terms_have_fewer_months_for_all_its_invoices() -> None:
    old, new = invoice("INV-1", "200", due=DUE), invoice("INV-2", due=date(2026, 3, 9))
    owed, fewer = account(old, new), MONTHLY.model_copy(update={"fees_per_invoice_max": 1})
    february, march, april = (
        *drafted(owed, MONTHLY, date(2026, 2, 20)), *drafted(owed, MONTHLY, date(2026, 3, 20)),
        *drafted(owed, MONTHLY, date(2026, 4, 20)),
    )  # fmt: skip

    def why(fee: Fee) -> str:
        return why_spared(fee, owed, fewer, date(2026, 4, 21), kind=Kind.BUSINESS)

    assert (why(february), why(march)) == ("", "")
    assert why(april) == "the terms do not charge for such a period any more"
