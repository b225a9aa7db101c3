"""What cash is matched on, and what comes of it: frozen values, amounts with their currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from matching.facts.rules import Family
from providers.ledger import Allocation, CreditNote, Invoice, Kind
from providers.money import Money
from providers.rates import Rate


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice or credit note. `open` is what is left of `total`, in the document's currency:
    below zero for a credit note, zero for what was settled lately. `rate` is what one unit of its
    currency is worth in the company's own, as the ledger holds it; None where it holds none."""

    invoice_id: str
    number: str
    customer_id: str
    customer_name: str
    issued: date
    due: date | None
    total: Money
    open: Money
    rate: Decimal | None = None

    @property
    def age(self) -> tuple[date, date, str]:
        """Sorts oldest due first; an invoice without a due date counts from its issue date."""
        return (self.due or self.issued, self.issued, self.invoice_id)

    @property
    def is_credit(self) -> bool:
        return self.total.amount < 0


def item_of(record: Invoice | CreditNote, customer_name: str) -> OpenItem:
    """A document of the ledger as it is matched on."""
    sign = 1 if record.kind is Kind.INVOICE else -1
    return OpenItem(
        invoice_id=record.id, number=record.number, customer_id=record.customer_id,
        customer_name=customer_name, issued=record.issued,
        due=record.due if isinstance(record, Invoice) else None,
        total=record.total if sign > 0 else -record.total,
        open=record.open if sign > 0 else -record.open,
        rate=record.rate if isinstance(record, Invoice) else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cash:
    """Money that nobody has applied yet.

    `amount` is what is left to apply. `customer_id` is empty while the payer is unknown; `bound`
    tells that the ledger holds the money under this customer. `payer` is the name on the bank line,
    `account` where it came from, `text` all that was written with the money.
    """

    id: str
    customer_id: str
    amount: Money
    received: date
    payer: str
    text: str
    bound: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A customer as it may be called: by its name, or by an alias that a person confirmed.
    `parent_id` is the customer that the ledger keeps it below, empty where it is below none."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """A customer that the money may come from, what says so, and how alike the names are. `alike`
    tells that another customer has the payer's name to the letter; `doubt` says why nothing is
    paid only because the money may be this customer's, empty where it may."""

    customer_id: str
    evidence: str
    points: float = 100.0
    alike: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A customer that belongs together with the payer `of`, and how, in words. `below` tells that
    it is a sub-customer of that one, whose money may pay its invoices."""

    customer_id: str
    of: str
    relation: str
    below: bool = False


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a client numbers its invoices, learned from its book.

    `serial_at` tells, by how many digit groups a number has, which of them counts up; by default
    the last. `prefixes` are the letters that stand before the first digit, casefolded. `newest` is
    the highest serial of each series.
    """

    serial_at: Mapping[int, int] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    newest: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """How a client's own decisions by one rule turned out: so many, and so many of them right."""

    decided: int
    right: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What a customer agreed to pay on these invoices; `words` say by which agreement."""

    customer_id: str
    invoice_ids: tuple[str, ...]
    amount: Money
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that one decision is made on: the money, what it may pay, who may have paid, and by rule
    how earlier decisions for this client turned out.

    `unseen` are the families of rules that would have to see more of the book than was looked up.
    `home` is the company's own currency, empty where it is not known; `rate` the bank's for this
    money, where it was converted; `expected` is what the payers agreed to pay. `relatives` are the
    payers' parents, sub-customers and sisters that any of the items is of.
    """

    cash: Cash
    items: tuple[OpenItem, ...]
    payers: tuple[Payer, ...] = ()
    numbering: Numbering = Numbering()
    experience: Mapping[str, Tally] = field(default_factory=dict)
    unseen: tuple[Family, ...] = ()
    home: str = ""
    rate: Rate | None = None
    expected: tuple[Expected, ...] = ()
    relatives: tuple[Relative, ...] = ()

    @property
    def below(self) -> frozenset[str]:
        """The payers' sub-customers, whose invoices their money may pay."""
        return frozenset(one.customer_id for one in self.relatives if one.below)

    @property
    def agreed_on(self) -> frozenset[str]:
        """The invoices for which just this amount was agreed."""
        sent = (one.invoice_ids for one in self.expected if one.amount == self.cash.amount)
        return frozenset(id_ for ids in sent for id_ in ids)

    def rates_of(self, items: Iterable[OpenItem]) -> tuple[Rate, ...]:
        """The bank's rate, and those at which the ledger holds these items."""
        bank = (self.rate,) if self.rate else ()
        held = (Rate(it.open.currency, it.rate, self.home) for it in items if it.rate and self.home)
        return (*bank, *held)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for an explanation: the characters of the text, the sum, the payer's
    name, or how it went before; in words for a person."""

    kind: Literal["text", "sum", "name", "habit"]
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One explanation of the money; `score` runs from 0 to 100 and only ranks.

    `confidence` is how often one like it turns out right, from 0 to 1, and that of all candidates
    together no more than 1. `evidence` and `against` are what speaks for it and against it.
    """

    allocations: tuple[Allocation, ...]
    rule: str
    reason: str
    score: float
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """`apply` carries allocations; `review` and `ignore` carry none, and candidates for a person.

    `confidence` is the share of decisions like this one that turn out right, from 0 to 1. `sure`
    tells that the evidence leaves no doubt, so that only the policy may ask a person.
    """

    action: Literal["apply", "review", "ignore"]
    allocations: tuple[Allocation, ...]
    rule: str
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    confidence: float = 0.0
    sure: bool = False
