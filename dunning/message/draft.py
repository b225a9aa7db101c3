"""A letter in parts, before it is set in text or HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose letter it is, as the ledger names it; the brand's own words go before it."""

    company: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice in the table; `partly` is empty unless a part has been paid, `pay` is what the
    link to its pay page says."""

    number: str
    amount: str
    due: str
    when: str
    partly: str
    link: str
    pay: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter in parts. `before` and `after` are paragraphs around the table of `rows`, whose
    last lines are `sums` of (label, amount), in each currency the last what is asked for. `values`
    are the facts by the names of placeholders.py, without those that there are none of.
    `facts` are the names, numbers, amounts and days in the paragraphs, as they stand there, and
    `figures` those of them that any other wording must say, too. `fixed` are the paragraphs, the
    last of `after`, that promise something and stay word for word. `account_link` leads to the
    customer's account page; empty for none. `payment_details` are the brand's lines, as written
    there. `counts` are the ways in which its text may say by how many days the oldest invoice is
    overdue, `late_days`, or how far ahead it is due: they are other ones on another day."""

    language: str
    facts: tuple[str, ...]
    figures: tuple[str, ...]
    fixed: tuple[str, ...]
    values: Mapping[str, str]
    labels: Mapping[str, str]
    subject: str
    salutation: tuple[str, ...]
    before: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[tuple[str, str], ...]
    after: tuple[str, ...]
    closing: str
    sender: str
    signature: tuple[str, ...]
    logo_url: str
    colour: str
    account_link: str = ""
    payment_details: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    late_days: int = 0

    @property
    def totals(self) -> tuple[str, ...]:
        """What is asked for, in each currency."""
        asked = self.sums[-1][0] if self.sums else ""
        return tuple(amount for label, amount in self.sums if label == asked)

    @property
    def where_to_pay(self) -> tuple[str, ...]:
        """The payment details under their heading; nothing where there are none."""
        details = self.payment_details
        return (self.labels["pay_to"], *details) if details else ()

    @property
    def opening(self) -> str:
        """What a mailbox shows beside the subject."""
        return next(iter((*self.before, *self.after)), self.subject)

    @property
    def one(self) -> Row | None:
        """The invoice, where the letter is about one."""
        return self.rows[0] if len(self.rows) == 1 else None
