"""What is missing on invoices that money pays, and what of it a client lets be booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator

from matching.by_reference.reductions import reduction
from matching.facts.items import Case, OpenItem
from providers.ledger import Allocation
from providers.money import Money, currency_limits
from providers.rates import Rate, in_currency
from providers.receipts import Remittance, RemittanceLine

PARTIAL = "partial"
"""Part of an invoice, which stays owed and is asked for like any other."""


class Tolerance(BaseModel):
    """Differences of these kinds up to `at_most` (per currency; others at the recorded rate, and
    none without one) are booked to `account`, an id of the ledger. `company` is the name of the
    one it is for; empty for all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(min_length=1)
    kinds: frozenset[Literal["fee", "discount", "withholding", "deduction"]] = Field(min_length=1)
    at_most: dict[str, Decimal] = Field(min_length=1)
    company: str = ""

    _check = field_validator("at_most")(currency_limits)

    @field_serializer("kinds", when_used="json")
    def _in_order(self, kinds: frozenset[str]) -> list[str]:
        return sorted(kinds)

    def covers(self, company: str, short: Shortfall, rates: Iterable[Rate] = ()) -> bool:
        """The limit in the invoice's currency counts; where none is set, one that its rate leads
        to."""
        if self.company not in ("", company) or short.kind not in self.kinds:
            return False
        own = short.missing.currency
        known = list(rates)
        made = [
            (in_currency(short.missing, currency, known), limit)
            for currency, limit in self.at_most.items()
            if currency == own or own not in self.at_most
        ]
        return any(amount is not None and amount.amount <= limit for amount, limit in made)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """`kind` is fee, discount, withholding or deduction: what is owed no more, or in question.
    `reason` is what the payer's advice says of it, word for word."""

    item: OpenItem
    missing: Money
    kind: str
    reason: str = ""


def found(
    case: Case, allocations: Sequence[Allocation], advice: Remittance | None = None
) -> list[Shortfall]:
    """The invoices that these allocations pay short, for another reason than in part. What the
    payer's advice says of an invoice goes before what its size makes likely."""
    items = {item.invoice_id: item for item in case.items}
    short: list[Shortfall] = []
    text = case.cash.text.lower()
    for part in allocations:
        item = items[part.invoice_id]
        if not 0 < part.amount.amount < item.open.amount:
            continue
        missing = item.open - part.amount
        line = _line_of(item, advice)
        stated = _stated(line, missing) if line else ""
        is_agreed = item.invoice_id in case.agreed_on
        usual = PARTIAL if is_agreed else reduction(text, item.open, part.amount).kind
        kind = stated or usual
        if kind != PARTIAL:
            short.append(Shortfall(item, missing, kind, line.reason if line else ""))
    return short


def _line_of(item: OpenItem, advice: Remittance | None) -> RemittanceLine | None:
    lines = advice.lines if advice else ()
    return next((line for line in lines if _bare(line.number) == _bare(item.number)), None)


def _stated(line: RemittanceLine, missing: Money) -> str:
    """The kind under which the advice takes off what is missing; empty if it does not."""
    if line.discount == missing:
        return "discount"
    return "deduction" if line.discount + line.deduction == missing else ""


def _bare(number: str) -> str:
    return "".join(sign for sign in number.casefold() if sign.isalnum())
