"""What a ledger is asked to build: money to be settled, and writes to be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    Cash,
    CreditDifference,
    Draft,
    Effect,
    Kind,
)
from providers.money import Money


class CannotBuild(ValueError):
    """No construct of this ledger says what was decided; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """An invoice, or below zero a credit note, and whose it is."""

    customer_id: str
    allocation: Allocation


@dataclass(frozen=True, slots=True)
class Difference:
    """What is missing on an invoice and may be booked to an account (an id of the ledger), as the
    approval or policy in `allowed_by` says."""

    invoice_id: str
    amount: Money
    account: str
    on: date
    allowed_by: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Money and all that it is set against; what the parts do not take stays unapplied.

    `kind` and `id` name the money: without a kind only the bank knows of it. `left` is what is
    still to be placed. `customer_id` is whose the money is, or of money from the bank the rest;
    empty if the parts must tell. `banked` is what the bank booked of it, in the company's own
    currency, where `left` is in another. `below` are the sub-customers of that customer, whose
    invoices its money may pay.
    """

    kind: Kind | None
    id: str
    customer_id: str
    received: date
    left: Money
    reference: str
    memo: str
    parts: tuple[Part, ...]
    differences: tuple[Difference, ...] = ()
    banked: Money | None = None
    below: frozenset[str] = frozenset()

    def banked_of(self, shares: Sequence[Money]) -> list[Money | None]:
        """What the bank booked of these shares of the money: in proportion to them, and to the
        cent together, as the last takes what rounding leaves. Raises CannotBuild where nothing
        would be left for one of them."""
        if self.banked is None:
            return [None for _ in shares]
        found: list[Money] = []
        rest = self.banked
        for share in shares[:-1]:
            part = self.banked.amount * share.amount / self.left.amount
            found.append(Money(part, self.banked.currency))
            rest = rest - found[-1]
        if any(part.amount <= 0 for part in (*found, rest)):
            raise CannotBuild(f"{self.banked} is too little to be shared over {len(shares)} parts")
        return [*found, rest]

    @property
    def rest(self) -> Money:
        return self.left - self.taken(self.parts)

    @property
    def owner(self) -> str:
        """Whose the rest is: the money's own customer, else the one who pays most with it."""
        return self.customer_id or self.payer

    @property
    def payer(self) -> str:
        """The customer whose invoices take most of the money."""
        shares = {it.customer_id: self.taken(self.of(it.customer_id)) for it in self.parts}
        return max(shares, key=lambda customer_id: shares[customer_id].amount, default="")

    @property
    def customers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(it.customer_id for it in self.parts))

    def of(self, customer_id: str) -> tuple[Part, ...]:
        return tuple(it for it in self.parts if it.customer_id == customer_id)

    def taken(self, parts: Iterable[Part]) -> Money:
        """How much of the money these parts take; credits lessen it."""
        return Money.total((it.allocation.amount for it in parts), self.left.currency)


@dataclass(frozen=True, slots=True)
class Write:
    """What an intent wrote; `left` is what is unplaced of its money now.

    `later` are the drafts of all our own writes to the same record since, the oldest first.
    """

    key: str
    effect: Cash
    receipt: str
    draft: Draft
    left: Money | None
    later: tuple[Draft, ...] = ()


def differing(settlement: Settlement) -> Iterator[Effect]:
    """After the money: a credit to the named account, and its use on the invoice that it closes.

    Raises CannotBuild where nobody allowed it, or the invoice is not among those that are paid.
    """
    owners = {it.allocation.invoice_id: it.customer_id for it in settlement.parts
              if it.allocation.amount.amount > 0}  # fmt: skip
    for it in settlement.differences:
        if not (it.allowed_by and it.account):
            raise CannotBuild("a difference needs an approval or a policy that names the account")
        if it.invoice_id not in owners or it.amount.amount <= 0:
            raise CannotBuild(f"{it.amount} is no difference of an invoice that is paid here")
        memo = f"{settlement.memo}; difference allowed by {it.allowed_by}"
        yield from crediting(it, owners[it.invoice_id], memo)


def crediting(
    difference: Difference, customer_id: str, memo: str, *, with_tax: bool = False
) -> tuple[CreditDifference, ApplyUnapplied]:
    """A credit to the named account, and its use on its invoice."""
    it = difference
    credit = CreditDifference(
        customer_id, it.invoice_id, it.amount, it.account, it.on, it.allowed_by, memo, with_tax
    )
    return credit, ApplyUnapplied(Kind.CREDIT_NOTE, "", customer_id, credit.allocations, memo)


def check(settlement: Settlement) -> None:
    """Raises CannotBuild where more is taken than there is, or a customer's credits exceed what
    they can pay: a credit pays invoices of its own customer only."""
    if settlement.banked and settlement.rest:
        raise CannotBuild(
            f"{settlement.rest} of {settlement.left} would stay unapplied, and the bank booked"
            f" {settlement.banked}; money of another currency is applied whole"
        )
    if settlement.rest.amount < 0:
        raise CannotBuild(f"{settlement.left} is there, and {-settlement.rest} more is taken")
    for customer_id in settlement.customers:
        if settlement.taken(settlement.of(customer_id)).amount < 0:
            raise CannotBuild(f"the credits of {customer_id} exceed the invoices that they pay")
    if settlement.kind and not settlement.below.issuperset(
        {*settlement.customers} - {settlement.customer_id}
    ):
        raise CannotBuild("money on a customer's account pays that customer's invoices only")
