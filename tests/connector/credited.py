"""What is in question at a company, a person's credit for it, and what the ledger then holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.commitments import disputing
from connector.disputed import cases, disputes
from connector.disputed.cases import Deduction
from connector.disputed.disputes import Dispute, Source, Type
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.short_payments import conceding
from connector.short_payments.conceding import Wanted
from matching.deduction.credits import CreditCode
from matching.facts.rules import Family
from providers.ledger import AddNote, CreditDifference, CreditNote, Invoice, Kind
from tests.connector.firm import Firm
from tests.connector.writing_back.test_applying import usd

Opens = Callable[..., Firm]
BAD_DEBTS = "bad debts"
"""An account that every new company has, in either ledger."""
REASON = "three of 100 were broken, as the photos show"


def account(firm: Firm) -> str:
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        return next(it.id for it in ledger.reader().accounts() if it.is_called(BAD_DEBTS))


def allow(firm: Firm, **more: object) -> None:
    rules = {"matching": {"apply_by": list(Family)}, **more}
    allowing.set_policy(
        firm.deps, firm.connection.client_id, policies.Policy.model_validate(rules), by="ann",
        reason="tests",
    )  # fmt: skip


def short_paid(firm: Firm, amount: str = "95.00") -> tuple[str, Deduction]:
    """An invoice of 100 and the case of what its payer took off."""
    allow(firm)
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(minutes=20)
    firm.bank("b1", amount, "INV-1 CB-25 damage", payer="Ash")
    firm.sweep()
    (case,) = listed(firm)
    return invoice, case


def disputed(firm: Firm, amount: str = "20", *, number: str = "INV-1") -> tuple[str, Dispute]:
    """An invoice of 100 of a customer of its own, and what of it is disputed."""
    customer = firm.books.customer(f"Ash-{number}")
    invoice = firm.owe(customer, number, late_days=1)
    firm.pass_time(minutes=20)
    with firm.deps.writing() as tx:
        owed = disputing.invoice_of(tx, firm.connection_id, invoice)
        assert owed
        made = disputing.raised(
            tx, firm.connection, owed, usd(amount), type_=Type.QUALITY, words="wet",
            source=Source.PERSON, by="ann", at=firm.deps.now(),
        )  # fmt: skip
    return invoice, made


def listed(firm: Firm, *states: str) -> list[Deduction]:
    with firm.deps.reading() as tx:
        return cases.listed(tx, firm.connection_id, states=states or (cases.OPEN,))


def dispute_of(firm: Firm, number: int) -> Dispute:
    with firm.deps.reading() as tx:
        found = disputes.find(tx, firm.connection_id, number)
    assert found
    return found


def wanted(**changed: Any) -> Wanted:
    return replace(Wanted("", CreditCode.DAMAGE, BAD_DEBTS, REASON), **changed)


def concede(firm: Firm, subject: str, want: Wanted | None = None) -> int:
    """Approved by a person, and carried out."""
    made = conceding.approve(firm.deps, firm.connection_id, subject, want or wanted(), by="ann")
    firm.settle()
    return made


def booked(firm: Firm) -> Decimal:
    return firm.books.booked(account(firm))


def credits_of(firm: Firm) -> list[CreditNote]:
    """What the ledger itself says of the credits that we wrote, over its API."""
    wrote = [it for it in firm.intents() if isinstance(it.effect, CreditDifference) and it.receipt]
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        found = ledger.reader().fetch(Kind.CREDIT_NOTE, [it.receipt for it in wrote])
    return [one for one in found if isinstance(one, CreditNote)]


def open_on(firm: Firm, invoice: str) -> str:
    with opened(firm.deps, firm.connection_id, Purpose.SYNC) as ledger:
        (found,) = ledger.reader().fetch(Kind.INVOICE, [invoice])
    assert isinstance(found, Invoice)
    return str(found.open)


def memo(firm: Firm) -> str:
    if firm.ledger == "quickbooks":
        (one,) = firm.hand.find("CreditMemo")
        return str(one["PrivateNote"])
    (one,) = firm.hand.all("CreditNotes")
    return str(one["Reference"])


def notes(firm: Firm) -> list[str]:
    written = firm.intents(Step.CONFIRMED)
    return [it.effect.text for it in written if isinstance(it.effect, AddNote)]


def pay(firm: Firm, invoice: str, amount: str) -> None:
    with firm.deps.reading() as tx:
        owed = disputing.invoice_of(tx, firm.connection_id, invoice)
    assert owed
    firm.books.pay_by_hand(owed.customer_id, invoice, Decimal(amount), firm.today)
