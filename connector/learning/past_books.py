"""A company's past as collections see it, from its ledger or from a book in files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from connector.learning import offline
from connector.learning.book_files import Rows
from connector.past import history
from connector.recipients.customer_places import place_of
from dunning.ahead.past import PastBook, PastCredit, PastCustomer, PastInvoice, Taken
from matching.facts.policy import MatchPolicy
from providers.ledger import CreditNote, Customer, Invoice, Record, Status
from providers.money import Money
from providers.past import PastReceipt

GONE = (Status.VOID, Status.DELETED, Status.DRAFT)
NO_ADDRESS_KNOWN = ("unknown@customer.invalid",)
"""A book in files names no addresses; everybody counts as reachable."""


def of_ledger(
    past: Sequence[Record | PastReceipt], time_zone: str, home: str, no_post: Mapping[str, str]
) -> PastBook:
    """From what a ledger tells of its past; `home` is the company's own currency, and `no_post`
    why no letter can reach a customer."""
    customers: list[PastCustomer] = []
    invoices: dict[str, Invoice] = {}
    notes: dict[str, CreditNote] = {}
    receipts: list[PastReceipt] = []
    for one in past:
        match one:
            case Customer():
                customers.append(_customer(one, no_post.get(one.id, "")))
            case Invoice() if one.status not in GONE:
                invoices[one.id] = one
            case CreditNote() if one.status not in GONE:
                notes[one.id] = one
            case PastReceipt() if not one.ended:
                receipts.append(one)
            case _:
                pass
    taken: dict[str, list[tuple[date, Money]]] = defaultdict(list)
    for receipt in receipts:
        for part in receipt.taken:
            taken[part.document_id].append((part.on, _size(part.amount)))
    paid_on = {it.invoice.id: it.paid_on for it in history.settled(past)}
    money_in = [it for it in receipts if it.total.amount > 0]
    credits_ = [
        PastCredit(note.customer_id, note.issued, note.total, tuple(taken[note.id]))
        for note in notes.values()
    ]
    credits_ += [PastCredit(it.customer_id, it.received, it.total, _placed(it)) for it in money_in]
    return PastBook(
        customers,
        (
            PastInvoice(
                i.id, i.number, i.customer_id, i.issued, i.due, i.total, tuple(taken[i.id]),
                _unexplained(i, taken[i.id]), paid_on.get(i.id), i.rate_to(home), i.sent,
            )
            for i in invoices.values()
        ),
        credits_,
        time_zone,
        [it.received for it in money_in],
    )  # fmt: skip


def of_files(rows: Mapping[str, Rows], ledger: str, time_zone: str) -> PastBook:
    """One ledger of a book in files: paid is what the matcher, with every rule on, applies of its
    payments on their days. Invoices paid before the book begins are left out, for nobody says when
    they were paid. Raises BadBook."""
    own = {kind: {ledger: of_ledger.get(ledger, [])} for kind, of_ledger in rows.items()}
    days = {row["id"]: date.fromisoformat(row["date"]) for row in own["payments"][ledger]}
    taken: dict[str, list[tuple[date, Money]]] = defaultdict(list)
    for decided in offline.matched(own, MatchPolicy.every_rule()):
        for part in decided.decision.allocations:
            taken[part.invoice_id].append((days[decided.payment_id], _size(part.amount)))
    parties = offline.parties_of(own["customers"][ledger], ledger)
    items = offline.items_of(own["invoices"][ledger], parties, ledger)
    return PastBook(
        [PastCustomer(party.id, party.name, NO_ADDRESS_KNOWN) for party in parties],
        [
            PastInvoice(
                it.invoice_id, it.number, it.customer_id, it.issued, it.due, it.total,
                tuple(taken[it.invoice_id]), it.total - it.open,
                max((on for on, _ in taken[it.invoice_id]), default=None),
            )
            for it in items
            if it.open.amount > 0
        ],
        [
            PastCredit(it.customer_id, it.issued, -it.open, tuple(taken[it.invoice_id]))
            for it in items
            if it.open.amount < 0
        ],
        time_zone,
        days.values(),
    )  # fmt: skip


def _customer(one: Customer, no_post: str) -> PastCustomer:
    emails = one.emails if one.active else ()
    return PastCustomer(one.id, one.name, emails, *place_of(one), no_post)


def _unexplained(invoice: Invoice, taken: Sequence[tuple[date, Money]]) -> Money | None:
    """What the ledger says is paid and nothing that was read explains: it was paid earlier."""
    known = Money.total([part for _, part in taken], invoice.total.currency)
    rest = invoice.total - invoice.open - known
    return rest if rest.amount > 0 else None


def _placed(receipt: PastReceipt) -> Taken:
    return tuple((part.on, _size(part.amount)) for part in receipt.taken if part.amount.amount > 0)


def _size(amount: Money) -> Money:
    return max(amount, -amount)
