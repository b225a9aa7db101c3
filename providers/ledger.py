"""The neutral words for a ledger: its records, and the effects that are written into it.

QuickBooks and Xero meet here: above this module nobody knows which of the two is spoken to.
Ids and versions are opaque text. Moments are aware UTC; dates are days in the company's own zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from providers.charging import Charging
from providers.money import Money
from providers.past import PaidBy
from providers.postal import PostalAddress
from providers.rates import Rate


class Kind(StrEnum):
    """What a record is. Money not yet applied is a payment (QuickBooks) or an over- or
    prepayment (Xero); a batch payment (Xero) is one receipt over several invoices."""

    CUSTOMER = "customer"
    INVOICE = "invoice"
    PAYMENT = "payment"
    OVERPAYMENT = "overpayment"
    PREPAYMENT = "prepayment"
    CREDIT_NOTE = "credit_note"
    BATCH_PAYMENT = "batch_payment"


RECEIVED = (Kind.PAYMENT, Kind.OVERPAYMENT, Kind.PREPAYMENT)


class Status(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Customer:
    """`emails` are in the ledger's order; `merged_into` names the record that lives on; `address`
    is where invoices go by post, None where the ledger holds none."""

    id: str
    name: str
    emails: tuple[str, ...]
    currency: str
    active: bool
    parent_id: str
    version: str
    changed_at: datetime
    merged_into: str = ""
    address: PostalAddress | None = None

    @property
    def kind(self) -> Kind:
        return Kind.CUSTOMER


@dataclass(frozen=True, slots=True)
class Invoice:
    """`due` is None where the ledger holds no due date. `sent` tells that the customer has it.
    `payments` are those that the ledger shows on the invoice itself: Xero's does, QuickBooks' not.
    `rate` is what one unit of its currency is worth in the company's own, as the ledger holds it;
    None in the company's own currency.
    """

    id: str
    number: str
    customer_id: str
    issued: date
    due: date | None
    total: Money
    open: Money
    status: Status
    sent: bool
    version: str
    changed_at: datetime
    payments: tuple[PaidBy, ...] = ()
    rate: Decimal | None = None

    @property
    def kind(self) -> Kind:
        return Kind.INVOICE

    def rate_to(self, home: str) -> Rate | None:
        """To the company's own currency, where the ledger holds a rate."""
        return Rate(self.total.currency, self.rate, home) if self.rate and home else None


@dataclass(frozen=True, slots=True)
class Allocation:
    """`amount` of one payment or credit, set against one invoice. `id` is the ledger's, if any.

    Below zero it is a credit note that pays together with the money: `invoice_id` names the credit.
    """

    invoice_id: str
    amount: Money
    id: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that the ledger knows to have arrived. `unapplied` is what no invoice has taken yet.
    `reference` and `memo` are what the payer or the bookkeeper wrote: the remittance text.
    `refunded` is what was paid back of it, and `elsewhere` what is set against records that are
    neither invoices nor credit notes, as the ledger shows it; None where that is nothing.
    """

    kind: Kind
    id: str
    customer_id: str
    received: date
    total: Money
    unapplied: Money
    reference: str
    memo: str
    allocations: tuple[Allocation, ...]
    status: Status
    version: str
    changed_at: datetime
    refunded: Money | None = None
    elsewhere: Money | None = None


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit memo (QuickBooks) or credit note (Xero) to a customer; `text` is what the bookkeeper
    wrote on it."""

    id: str
    number: str
    customer_id: str
    issued: date
    total: Money
    open: Money
    status: Status
    version: str
    changed_at: datetime
    text: str = ""

    @property
    def kind(self) -> Kind:
        return Kind.CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class Gone:
    """The ledger no longer has this record, or never had it."""

    kind: Kind
    id: str
    changed_at: datetime | None = None


Record = Customer | Invoice | Payment | CreditNote | Gone


@dataclass(frozen=True, slots=True)
class Change:
    """What a webhook hints at. `event_id` is the same when the vendor repeats the event.

    `merged_into` is set when the record was merged into another of the same kind.
    """

    event_id: str
    company_id: str
    kind: Kind
    record_id: str
    operation: str
    at: str
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of a sweep. `mark` is where the next sweep starts once this batch is stored."""

    records: tuple[Record, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class ApplyUnapplied:
    """Set money or a credit that the ledger holds for a customer against that customer's invoices.
    Without `payment_id` it is the money that the intent before this one brings into the ledger.
    """

    payment_kind: Kind
    payment_id: str
    customer_id: str
    allocations: tuple[Allocation, ...]
    memo: str


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """Enter money that only the bank knows of, and set it against invoices.

    `total` may exceed the allocations: the rest stays on the customer's account as unapplied. It
    is zero where credits pay alone. `banked` is what the bank booked for it, in the company's own
    currency, where that is another: the two tell the rate.
    """

    receipt_id: str
    customer_id: str
    received: date
    total: Money
    allocations: tuple[Allocation, ...]
    reference: str
    memo: str
    banked: Money | None = None


@dataclass(frozen=True, slots=True)
class AddNote:
    """Say something to the accountant on an invoice or a customer, in plain text."""

    kind: Kind
    record_id: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class CreditDifference:
    """Credit what is missing on an invoice to its customer, booked to a named account: a bank fee,
    a discount, a write-off. `allowed_by` is the approval or policy that names the account (an id
    of the ledger). The credit is set against the invoice by an effect of its own. `with_tax` takes
    the invoice's tax on it back within `amount`, or is refused; else it bears no tax.
    """

    customer_id: str
    invoice_id: str
    amount: Money
    account: str
    on: date
    allowed_by: str
    memo: str
    with_tax: bool = False

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        return (Allocation(self.invoice_id, self.amount),)


Cash = ApplyUnapplied | RecordPayment | CreditDifference


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what an earlier effect wrote, if it stands as it was written.
    `receipt` is the ledger's id of it, `version` what that record must still have (empty where a
    ledger has no versions), `ours` the allocations of ours that may stand on it. `keys` name the
    intents that are undone by it, and `left` is what is unplaced of the money just before.
    """

    done: Cash
    receipt: str
    version: str
    ours: tuple[str, ...]
    keys: tuple[str, ...]
    left: Money | None
    memo: str

    @property
    def customer_id(self) -> str:
        return self.done.customer_id

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        return self.done.allocations


Effect = Cash | AddNote | Undo | Charging


@dataclass(frozen=True, slots=True)
class Draft:
    """One write, frozen: repeating it repeats these very bytes.
    `read` holds the records as they were when the draft was made, for the caller to compare with
    what was decided on. `before` names what was already there, so that a later look-up can tell
    our write from an older one that looks the same.
    """

    method: str
    path: str
    body: bytes
    read: tuple[Record, ...] = ()
    before: tuple[str, ...] = ()
