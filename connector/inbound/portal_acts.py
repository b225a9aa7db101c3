"""What a customer says on its account page: when it pays, and what is wrong; checked, then kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Protocol

from connector.commitments import disputing, promises
from connector.commitments.promises import Kept
from connector.correspondence.leaving import CUSTOMER
from connector.db import Tx
from connector.decided import approvals, questions
from connector.disputed import disputes
from connector.disputed.disputes import Source, Type
from connector.inbound.portal import Visit
from connector.rules.modes import Capability
from dunning.customer.account import DueInvoice, Promise
from dunning.words.lines import plain_lines
from providers.money import Money

ACTS_PER_DAY_MAX = 10
WORDS_MAX = 1000
AMOUNT_CHARACTERS_MAX = 20
DAY = timedelta(days=1)


class Unacceptable(ValueError):
    """It cannot be taken so; `why` names the words that tell the customer, `facts` fill them in."""

    def __init__(self, why: str, **facts: str) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts


class Form(Protocol):
    """What was sent: `getlist` for what may be chosen more than once."""

    def get(self, name: str, otherwise: str, /) -> str: ...

    def getlist(self, name: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A payment that the customer is about to promise. `earlier` is the last promise for one of the
    invoices before: where there is one, a person decides. `is_part` tells that it is of less than
    is asked for, and holds no more than that."""

    invoices: Sequence[DueInvoice]
    amount: Money
    on: date
    words: str
    earlier: Kept | None
    is_part: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the customer is about to dispute."""

    invoice: DueInvoice
    amount: Money
    type: Type
    words: str


def offer(tx: Tx, visit: Visit, form: Form) -> Offer:
    """Read the form about paying. Raises Unacceptable."""
    ids = set(form.getlist("invoice"))
    chosen = [i for one in visit.accounts for i in one.invoices if i.id in ids and i.undisputed]
    if not chosen or len({i.open.currency for i in chosen}) > 1 or len(chosen) < len(ids):
        raise Unacceptable("invoices")
    said = promises.earlier(tx, visit.connection.id, visit.customer.id, ids)
    if held := {id_ for it in said if it.state is promises.State.OPEN
                for id_ in it.promise.invoice_ids}:  # fmt: skip
        raise Unacceptable("promised", numbers=_numbers([i for i in chosen if i.id in held]))
    most = Money.total((i.undisputed for i in chosen), chosen[0].open.currency)
    amount = _amount(form.get("amount", ""), most.currency)
    if amount > most:
        raise Unacceptable("much", amount=visit.phrases.amount(most))
    on = _day(form.get("day", ""))
    if on < visit.today:
        raise Unacceptable("past")
    if on > visit.last_day:
        raise Unacceptable("far", day=visit.phrases.day(visit.last_day))
    _check_often(tx, visit)
    if said and approvals.is_waiting(tx, visit.connection.id, _subject(visit)):
        raise Unacceptable("promised", numbers=_numbers(chosen))
    return Offer(chosen, amount, on, _words(form), said[-1] if said else None, amount < most)


def complaint(tx: Tx, visit: Visit, form: Form) -> Complaint:
    """Read the form about what is wrong. Raises Unacceptable."""
    invoice = visit.invoice(form.get("invoice", ""))
    if invoice is None:
        raise Unacceptable("invoices")
    number = invoice.number or invoice.id
    type_ = next((it for it in Type if it == form.get("type", "")), None)
    if type_ is None:
        raise Unacceptable("type")
    words = _words(form)
    if not words:
        raise Unacceptable("words")
    left = invoice.undisputed
    if not left.amount:
        raise Unacceptable("clarified", number=number)
    text = form.get("amount", "").strip()
    amount = _amount(text, left.currency) if text else left
    if amount > left:
        raise Unacceptable("claim", amount=visit.phrases.amount(left), number=number)
    _check_often(tx, visit)
    return Complaint(invoice, amount, type_, words)


def promise(tx: Tx, visit: Visit, made: Offer) -> bool:
    """Keep a promise; False where it was put before a person instead, after an earlier one."""
    connection, customer = visit.connection, visit.customer
    if made.earlier:
        said = f': "{made.words}"' if made.words else ""
        what = f"{customer.name} offers to pay {made.amount} by {made.on}"
        after = f"after {made.earlier.told}"
        questions.show(
            tx, connection, subject=_subject(visit), rule="promise", about=Capability.REMIND,
            at=visit.now,
            reasons=[
                f"{what} for {_numbers(made.invoices)}, {after}{said}",
                "reminders go on; keep it as a promise if you believe it",
            ],
        )  # fmt: skip
        return False
    kept = Promise(
        invoice_ids=tuple(i.id for i in made.invoices), amount=made.amount, on=made.on,
        made=visit.today,
        open_then=Money.total((i.open for i in made.invoices), made.amount.currency),
    )  # fmt: skip
    promises.add(
        tx, connection.id, customer.id, kept, source=Source.CUSTOMER, words=made.words,
        by=CUSTOMER, at=visit.now,
    )  # fmt: skip
    return True


def dispute(tx: Tx, visit: Visit, made: Complaint) -> None:
    """Open a dispute. Raises Unacceptable where it does not fit what is open by now."""
    invoice = disputing.invoice_of(tx, visit.connection.id, made.invoice.id)
    if invoice is None:
        raise Unacceptable("invoices")
    try:
        disputing.raised(
            tx, visit.connection, invoice, made.amount, type_=made.type, words=made.words,
            source=Source.CUSTOMER, by=CUSTOMER, at=visit.now,
        )  # fmt: skip
    except disputing.CannotDispute:
        raise Unacceptable("clarified", number=invoice.number or invoice.id) from None


def _check_often(tx: Tx, visit: Visit) -> None:
    """Whoever holds a link can say only so much in a day. Raises Unacceptable."""
    since, id_, customer = visit.now - DAY, visit.connection.id, [visit.customer.id]
    said = [it.at for it in promises.listed(tx, id_, customer_ids=customer)
            if it.source == Source.CUSTOMER]  # fmt: skip
    said += [it.at for it in disputes.listed(tx, id_, customer_ids=customer)
             if it.claim.source is Source.CUSTOMER]  # fmt: skip
    if sum(at > since for at in said) >= ACTS_PER_DAY_MAX:
        raise Unacceptable("often")


def _amount(text: str, currency: str) -> Money:
    if len(text) > AMOUNT_CHARACTERS_MAX:
        raise Unacceptable("amount")
    try:
        amount = Money(Decimal(text.strip()), currency)
    except (InvalidOperation, ValueError):
        raise Unacceptable("amount") from None
    if amount.amount <= 0:
        raise Unacceptable("amount")
    return amount


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unacceptable("day") from None


def _words(form: Form) -> str:
    kept = plain_lines(form.get("words", ""))
    if len(kept) > WORDS_MAX:
        raise Unacceptable("long", most=str(WORDS_MAX))
    return kept


def _numbers(invoices: Sequence[DueInvoice]) -> str:
    return ", ".join(i.number or i.id for i in invoices)


def _subject(visit: Visit) -> str:
    return f"promise:{visit.customer.id}"
