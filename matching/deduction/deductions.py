"""Checking a deduction: each source that may speak for or against it, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.deduction import discounts, prices
from matching.deduction.claims import Check, Claim, Finding
from matching.deduction.discounts import Granted
from matching.deduction.prices import Price
from providers.documents import InvoiceDetail
from providers.ledger import CreditNote

DELIVERY, CREDIT = "delivery proof", "credit note"
NAMES = (discounts.NAME, prices.NAME, DELIVERY, CREDIT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`detail` is None where the ledger does not show the invoice, as `untold` says. `credits` are
    the open ones of the customer; `prices` those of the invoice's items, None without a list."""

    detail: InvoiceDetail | None
    untold: str
    granted: Granted | None
    prices: Sequence[Price] | None
    credits: Sequence[CreditNote]


def checks(claim: Claim, evidence: Evidence) -> tuple[Check, ...]:
    """The early payment discount, the price list, the proof of delivery, an open credit note."""
    credited = _credited(claim, evidence.credits)
    detail = evidence.detail
    if detail is None:
        lacking = (Check(it, Finding.NOT_AVAILABLE, evidence.untold) for it in NAMES[:-1])
        return (*lacking, credited)
    return (
        discounts.check(claim, evidence.granted, detail),
        prices.check(claim, evidence.prices, detail),
        _delivered(detail),
        credited,
    )


def _delivered(detail: InvoiceDetail) -> Check:
    if detail.files_untold:
        return Check(DELIVERY, Finding.NOT_AVAILABLE, detail.files_untold)
    if not detail.files:
        return Check(DELIVERY, Finding.NOT_FOUND, "no file is attached to the invoice")
    why = f"attached to the invoice: {', '.join(detail.files)}; whether it proves delivery, a"
    return Check(DELIVERY, Finding.FOUND, f"{why} person must see")


def _credited(claim: Claim, credits_: Sequence[CreditNote]) -> Check:
    for note in credits_:
        if note.open == claim.amount:
            name = note.number or note.id
            return Check(CREDIT, Finding.FOUND, f"credit note {name} has {note.open} open")
    return Check(CREDIT, Finding.NOT_FOUND, f"no open credit note of {claim.amount}")
