"""Early-payment discounts: who was granted one, and whether a deduction is within it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from matching.by_reference.reductions import named
from matching.deduction.claims import Check, Claim, Finding
from providers.documents import InvoiceDetail
from providers.money import Money, minor_unit

NAME = "early payment"
DISCOUNT = "discount"


class Granted(BaseModel):
    """`percent` of an invoice's total may be taken off until `days` after its date. `customer` is
    an id of the ledger and `company` the name of a connected one; empty for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent: Decimal = Field(gt=0, le=100)
    days: int = Field(ge=0, le=366)
    customer: str = ""
    company: str = ""


class Discounts(BaseModel):
    """What a client grants beside the terms in its ledger. `accounts` says, by company (or "" for
    all), to which account of the ledger an accepted discount is booked; without one for the
    company it is shown as accepted, and a person books it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    granted: tuple[Granted, ...] = ()
    accounts: dict[str, str] = Field(default_factory=dict)

    def books_more_than(self, other: Discounts) -> bool:
        """Whether discounts are booked without a person that would not have been."""
        if not self.accounts:
            return False
        granted = any(one not in other.granted for one in self.granted)
        return granted or not self.accounts.items() <= other.accounts.items()

    def account(self, company: str) -> str:
        return self.accounts.get(company) or self.accounts.get("", "")

    def of(self, company: str, customer_id: str) -> Granted | None:
        """What this customer was granted by name, or else everybody was."""
        found = [one for one in self.granted if one.company in ("", company)]
        own = [one for one in found if one.customer == customer_id]
        return next(iter([*own, *(one for one in found if not one.customer)]), None)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The discount that an invoice was sold with, and where that is written."""

    percent: Decimal
    days: int
    source: str

    def allowed(self, total: Money) -> Money:
        return Money(total.amount * self.percent / 100, total.currency)


def agreed(granted: Granted | None, detail: InvoiceDetail) -> Agreed | None:
    """The customer's own grant goes before the invoice's terms, these before everybody's."""
    if granted and granted.customer:
        return Agreed(granted.percent, granted.days, "the policy for this customer")
    if detail.terms and detail.terms.discount_percent:
        terms = detail.terms
        return Agreed(terms.discount_percent, terms.discount_days, f"the terms {terms.name!r}")
    if granted:
        return Agreed(granted.percent, granted.days, "the policy")
    return None


def check(claim: Claim, granted: Granted | None, detail: InvoiceDetail) -> Check:
    """Whether the deduction is an agreed discount, taken in time."""
    terms = agreed(granted, detail)
    if terms is None:
        return _nothing_agreed(claim, detail)
    if claim.paid_on is None:
        return Check(NAME, Finding.NOT_AVAILABLE, "it is not known when the money came")
    allowed = terms.allowed(claim.total)
    said = f"{terms.source} grants {terms.percent:g} % ({allowed}) within {terms.days} days"
    until = claim.issued + timedelta(days=terms.days)
    late = (claim.paid_on - until).days
    when = f"paid {claim.paid_on:%d %b %Y}, until {until:%d %b %Y}"
    when = f"{late} day{'s' * (late > 1)} late: {when}" if late > 0 else f"in time: {when}"
    if not _is_claimed(claim, allowed):
        finding = Finding.NOT_FOUND
        said = f"the payer claims no discount; {said}"
    elif claim.amount.amount > allowed.amount + minor_unit(allowed.currency):
        finding = Finding.CONTRADICTS
        said = f"{claim.amount} is more than that: {said}"
    else:
        finding = Finding.LATE if late > 0 else Finding.ACCEPTED
    return Check(NAME, finding, f"{said}; {when}")


def _nothing_agreed(claim: Claim, detail: InvoiceDetail) -> Check:
    beside = "and the policy grants none"
    if detail.terms_untold:
        return Check(NAME, Finding.NOT_AVAILABLE, f"{detail.terms_untold}, {beside}")
    if detail.terms is None:
        return Check(NAME, Finding.NOT_FOUND, f"the invoice has no terms, {beside}")
    finding = Finding.CONTRADICTS if _says_so(claim) else Finding.NOT_FOUND
    return Check(NAME, finding, f"the terms {detail.terms.name!r} grant no discount, {beside}")


def _says_so(claim: Claim) -> bool:
    """Whether the payer calls it a discount, however much it is."""
    return claim.kind == DISCOUNT or named(claim.words.lower()) == DISCOUNT


def _is_claimed(claim: Claim, allowed: Money) -> bool:
    """By its name; or it is exactly the discount, and the payer names nothing else."""
    if _says_so(claim):
        return True
    return not named(claim.words.lower()) and claim.is_as_much_as(allowed)
