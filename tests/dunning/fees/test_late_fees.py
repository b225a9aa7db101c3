"""Late fees: once for a period, however often the job runs; waived ones stay on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dunning.customer.account import Account
from dunning.customer.persons import Kind
from dunning.deciding.instalments import Every, PaymentPlan, in_parts, under
from dunning.fees.late_fees import Fee, FeeState, LateFees, draft_fees, waive, why_spared
from providers.ledger import Status
from providers.money import Money
from tests.dunning.accounts import account, invoice

TERMS = LateFees(percent=Decimal("1.5"), grace_days=5)
MONTHLY = LateFees(basis="statement", fixed={"USD": Decimal(10)})
DUE = date(2026, 1, 31)


def drafted(
    owed: Account,
    terms: LateFees,
    day: date,
    known: tuple[Fee, ...] = (),
    kind: Kind = Kind.BUSINESS,
) -> tuple[Fee, ...]:
    return draft_fees(owed, terms, day, kind=kind, known={fee.key for fee in known})


def test_a_fee_is_drafted_when_the_days_of_grace_are_over_and_then_monthly() -> None:
    owed = account(invoice("INV-1", "200", due=DUE))

    assert drafted(owed, TERMS, date(2026, 2, 5)) == ()
    first = drafted(owed, TERMS, date(2026, 2, 6))
    assert [(f.key, f.state, f.amount) for f in first] == [
        ("invoice:id:INV-1:0", FeeState.DRAFTED, Money.of("3.00", "USD"))
    ]
    assert drafted(owed, TERMS, date(2026, 3, 5), first) == ()
    assert [f.key for f in drafted(owed, TERMS, date(2026, 3, 6), first)] == ["invoice:id:INV-1:1"]


def test_a_month_that_begins_on_the_31st_ends_with_february() -> None:
    terms = TERMS.model_copy(update={"grace_days": 0})
    owed = account(invoice(due=date(2026, 1, 30)))

    assert drafted(owed, terms, date(2026, 2, 27))[0].key.endswith(":0")
    assert drafted(owed, terms, date(2026, 2, 28))[0].key.endswith(":1")


def test_credits_are_set_against_the_oldest_invoices_first() -> None:
    old, new = invoice("INV-1", "1000", due=DUE), invoice("INV-2", "200", due=date(2026, 2, 1))
    day = date(2026, 2, 20)
    (one,) = drafted(account(old, credits="900"), TERMS, day)
    assert (one.amount, one.reason) == (
        Money.of("1.50", "USD"),
        "INV-1: due 2026-01-31, month 1 of being late; 1.5 % of USD 100.00 open after credits",
    )
    both = drafted(account(new, old, credits="1100"), TERMS, day)
    assert [(it.invoice_ids, it.amount) for it in both] == [
        (("id:INV-2",), Money.of("1.50", "USD"))
    ]
    whole = TERMS.model_copy(update={"basis": "statement"})
    (whole_fee,) = drafted(account(old, new, credits="1100"), whole, day)
    assert whole_fee.amount == Money.of("1.50", "USD")
    assert whole_fee.invoice_ids == ("id:INV-2",)
    assert drafted(account(old, new, credits="1200"), TERMS, day) == ()
    (fee, _) = drafted(account(old, new), TERMS, day)
    spared = why_spared(fee, account(old, new, credits="1000"), TERMS, day, kind=Kind.BUSINESS)
    assert (fee.invoice_ids, spared) == (("id:INV-1",), "credits cover what is late")


def test_only_the_present_period_is_charged_after_a_pause() -> None:
    fees = drafted(account(invoice(due=DUE)), TERMS, date(2026, 8, 7))

    assert [fee.key for fee in fees] == ["invoice:id:INV-1:6"]


@given(st.lists(st.integers(0, 800), max_size=40), st.booleans())
def test_a_period_bears_one_fee_however_often_and_late_the_job_runs(
    days: list[int], by_statement: bool
) -> None:
    terms = MONTHLY if by_statement else TERMS
    owed = account(invoice("INV-1", due=DUE), invoice("INV-2", due=DUE + timedelta(days=9)))
    known: tuple[Fee, ...] = ()
    for day in days:
        known += drafted(owed, terms, DUE + timedelta(days=day), known)
    keys = [fee.key for fee in known]
    assert len(set(keys)) == len(keys)
    assert len(keys) <= 2 * terms.fees_per_invoice_max


def test_once_is_once_and_a_fee_ends_at_its_number() -> None:
    owed = account(invoice(due=DUE))
    once = LateFees(every="once", fixed={"USD": Decimal(25)})

    fee = drafted(owed, once, date(2026, 2, 1))
    assert fee[0].amount == Money.of(25, "USD")
    assert drafted(owed, once, date(2027, 2, 1), fee) == ()
    assert drafted(owed, TERMS, date(2027, 2, 6)) == ()


def test_a_waived_fee_leaves_an_entry_and_does_not_come_back() -> None:
    owed = account(invoice(due=DUE))
    (fee,) = drafted(owed, TERMS, date(2026, 2, 6))
    entry = waive(fee, " first time late ")

    assert entry == replace(fee, state=FeeState.WAIVED, reason="first time late")
    assert drafted(owed, TERMS, date(2026, 2, 7), (entry,)) == ()
    with pytest.raises(ValueError, match="say why the fee"):
        waive(fee, " ")
    with pytest.raises(ValueError, match="is waived; only a draft can be waived"):
        waive(entry, "again")


@pytest.mark.parametrize(
    ("_case", "owed"),
    [
        ("paid", account(invoice("INV-1", "0", due=DUE))),
        ("disputed", account(invoice(due=DUE, disputed=True))),
        ("paused", account(invoice(due=DUE, paused=True))),
        ("no due date", account(invoice(due=None))),
        ("with an agency", account(replace(invoice(due=DUE), referred=True))),
        ("void", account(invoice(due=DUE, status=Status.VOID))),
    ],
)
def test_what_bears_no_fee(_case: str, owed: Account) -> None:
    fixed = LateFees(fixed={"USD": Decimal(10)})

    assert drafted(owed, fixed, date(2026, 3, 1)) == ()


@pytest.mark.parametrize("basis", ["invoice", "statement"])
@pytest.mark.parametrize(("day", "fee"), [
    (date(2026, 2, 8), "1.50"), (date(2026, 3, 1), "3.00"), (date(2026, 4, 1), "4.50"),
])  # fmt: skip
def test_under_a_payment_plan_only_the_instalments_due_are_charged_for(
    basis: str, day: date, fee: str
) -> None:
    owed = invoice("INV-1", "300", due=DUE)
    plan = PaymentPlan("7", (owed.id,), in_parts(owed.open, 3, DUE, Every.MONTH))
    terms = LateFees(basis=basis, percent=Decimal("1.5"))
    (drafted_fee,) = drafted(account(*under(plan, (owed,), day)), terms, day)

    assert drafted_fee.amount == Money.of(fee, "USD")
    assert drafted_fee.reason.endswith("late now, by payment plan 7")


@pytest.mark.parametrize("basis", ["invoice", "statement"])
@pytest.mark.parametrize(("day", "fee"), [
    (date(2026, 2, 6), "1.50"), (date(2026, 2, 28), "1.50"), (date(2026, 3, 5), "1.50"),
    (date(2026, 3, 6), "3.00"), (date(2026, 4, 5), "3.00"), (date(2026, 4, 6), "4.50"),
])  # fmt: skip
def test_an_instalment_has_days_of_grace_of_its_own(basis: str, day: date, fee: str) -> None:
    owed = invoice("INV-1", "300", due=DUE)
    plan = PaymentPlan("7", (owed.id,), in_parts(owed.open, 3, DUE, Every.MONTH))
    terms = LateFees(basis=basis, percent=Decimal("1.5"), grace_days=5)
    (drafted_fee,) = drafted(account(*under(plan, (owed,), day)), terms, day)

    assert drafted_fee.amount == Money.of(fee, "USD")


def test_credits_that_cover_the_late_instalment_leave_nothing_though_another_is_due() -> None:
    owed = invoice("INV-1", "300", due=DUE)
    plan = PaymentPlan("7", (owed.id,), in_parts(owed.open, 3, DUE, Every.MONTH))
    day = date(2026, 3, 1)

    assert drafted(account(*under(plan, (owed,), day), credits="100"), TERMS, day) == ()


def test_credits_that_cover_the_instalment_leave_nothing_to_charge_for() -> None:
    owed = invoice("INV-1", "300", due=DUE)
    plan = PaymentPlan("7", (owed.id,), in_parts(owed.open, 3, DUE, Every.MONTH))
    planned = under(plan, (owed,), date(2026, 2, 8))

    assert drafted(account(*planned, credits="100"), TERMS, date(2026, 2, 8)) == ()
    assert len(drafted(account(*planned, credits="99"), TERMS, date(2026, 2, 8))) == 1


def test_a_draft_ends_when_its_invoice_goes_to_an_agency() -> None:
    owed = invoice(due=DUE)
    (draft,) = drafted(account(owed), TERMS, date(2026, 3, 6))

    referred = account(replace(owed, referred=True))
    why = why_spared(draft, referred, TERMS, date(2026, 3, 7), kind=Kind.BUSINESS)
    assert why == "invoice INV-1 is with an agency"


def test_a_currency_that_the_terms_do_not_name_bears_no_fee() -> None:
    fixed = LateFees(fixed={"EUR": Decimal(10)})

    assert drafted(account(invoice(due=DUE)), fixed, date(2026, 3, 1)) == ()


def test_consumers_and_unknown_kinds_are_charged_only_where_the_terms_say_so() -> None:
    owed = account(invoice(due=DUE))
    for kind in (Kind.CONSUMER, Kind.UNKNOWN):
        assert drafted(owed, TERMS, date(2026, 3, 1), kind=kind) == ()
        allowed = TERMS.model_copy(update={"consumers": True})
        assert len(drafted(owed, allowed, date(2026, 3, 1), kind=kind)) == 1


@pytest.mark.parametrize(("_case", "terms", "why"), [
    ("the same terms, a period later", TERMS, ""),
    ("another percent", TERMS.model_copy(update={"percent": Decimal(2)}), ""),
    ("no terms", None, "no late fees any more"),
    ("the statement instead", MONTHLY, "not charge for such a period"),
    ("fewer periods", TERMS.model_copy(update={"fees_per_invoice_max": 1}), "such a period"),
    ("once", TERMS.model_copy(update={"every": "once"}), "such a period"),
    ("another currency", LateFees(fixed={"EUR": Decimal(9)}), "such a period"),
    ("more days of grace", TERMS.model_copy(update={"grace_days": 90}), "INV-1 is not late"),
])  # fmt: skip
def test_a_draft_ends_with_the_terms_and_not_with_its_period(
    _case: str, terms: LateFees | None, why: str
) -> None:
    owed = account(invoice("INV-1", due=DUE))
    (draft,) = drafted(owed, TERMS, date(2026, 3, 6))

    found = why_spared(draft, owed, terms, date(2026, 4, 6), kind=Kind.BUSINESS)
    assert why in found
    assert bool(why) == bool(found)


def test_a_draft_ends_with_what_it_is_about_and_not_while_money_is_worked_on() -> None:
    owed = account(invoice("INV-1", due=DUE))
    (draft,) = drafted(owed, TERMS, date(2026, 3, 6))

    def why(now: Account, kind: Kind = Kind.BUSINESS) -> str:
        return why_spared(draft, now, TERMS, date(2026, 3, 7), kind=kind)

    assert why(replace(owed, waiting_cash=True)) == ""
    assert why(replace(owed, paused_reason="paused by ann: r")) == "paused by ann: r"
    assert "is not open" in why(replace(owed, invoices=()))
    assert "credits cover" in why(replace(owed, credits=owed.invoices[0].open))
    assert "businesses only" in why(owed, Kind.CONSUMER)


def test_a_fee_bears_no_fee() -> None:
    owed = account(invoice("INV-1", due=DUE), invoice("FEE-1", due=DUE))
    fees = draft_fees(
        owed, TERMS, date(2026, 3, 1), kind=Kind.BUSINESS, known=(),
        exempt=frozenset({"id:FEE-1"}),
    )  # fmt: skip

    assert [fee.invoice_ids for fee in fees] == [("id:INV-1",)]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({}, "either fixed amounts by currency or a percent"),
        ({"fixed": {"USD": 5}, "percent": 1}, "and not both"),
        ({"fixed": {"XXY": 5}}, "is no fee; write an ISO currency"),
        ({"fixed": {"USD": 0}}, "an amount above 0"),
        ({"basis": "statement", "every": "once", "percent": 1}, "write every = month"),
        ({"percent": 11}, "less than or equal to 10"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(terms: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        LateFees.model_validate(terms)
