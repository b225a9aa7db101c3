"""The papers of a customer's case, read from the ledger now: the statement of account and a copy of
each open invoice, and what else lies with it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector import local_days
from connector.access.ledgers import opened
from connector.account.account_faults import CannotRead
from connector.agency.case_index import Cell, Link, Section
from connector.agency.case_record import Put
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.mirroring import mirror
from connector.paper import statement_papers
from connector.paper.statement_papers import Disagrees
from providers.errors import LedgerError, TryLater
from providers.ledger import Customer, Invoice, Kind, Status
from providers.letters.pdf import TooLong
from providers.ports import LedgerReader

COPIES_MAX = 25
"""How many invoices are copied, the oldest first: each takes up to four calls of the ledger."""
HOLDERS = "an order, a contract or a proof of delivery"


@dataclass
class Papers:
    """`is_fresh` tells that the ledger itself said what is open."""

    invoices: list[Invoice]
    sections: list[Section] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    is_fresh: bool = False


def read(
    deps: Deps, connection: Connection, customer: Customer, put: Put, *, patient: bool
) -> Papers:
    """What the ledger cannot give is named as missing; one who is patient waits for its calls."""
    with deps.reading() as tx:
        known = [
            one
            for one in mirror.of_customers(tx, connection.id, [customer.id])
            if isinstance(one, Invoice) and _is_open(one)
        ]
    papers = Papers(sorted(known, key=_age))
    with opened(deps, connection.id, Purpose.SWEEP, patient=patient) as ledger:
        reader = ledger.reader()
        _read_again(reader, papers)
        _statement(deps, connection, customer, papers, put, patient=patient)
        _invoices(reader, papers, put)
    return papers


def _read_again(reader: LedgerReader, papers: Papers) -> None:
    if not papers.invoices:
        return
    try:
        found = reader.fetch(Kind.INVOICE, [one.id for one in papers.invoices])
    except LedgerError as error:
        papers.missing.append(f"what the ledger says now of these invoices: {error}")
        return
    still = [one for one in found if isinstance(one, Invoice) and _is_open(one)]
    papers.invoices = sorted(still, key=_age)
    papers.is_fresh = True


def _statement(
    deps: Deps, connection: Connection, customer: Customer, papers: Papers, put: Put, *,
    patient: bool,
) -> None:  # fmt: skip
    """From the day of the oldest invoice that is open until today."""
    if not papers.invoices:
        return
    today = local_days.today(connection, deps.now())
    try:
        made = statement_papers.make(
            deps, connection, customer, since=min(*(i.issued for i in papers.invoices), today),
            until=today, purpose=Purpose.SWEEP, patient=patient,
        )  # fmt: skip
    except (CannotRead, LedgerError, Disagrees, TooLong) as error:
        papers.missing.append(f"the statement of account: {error}")
        return
    file = put("", "statement.pdf", made.printed.pdf)
    rows = [
        (file, one.currency, one.since.isoformat(), one.until.isoformat(), str(one.opening),
         str(one.closing))
        for one in made.reading.statements
    ]  # fmt: skip
    columns = ("Paper", "Currency", "From", "To", "Opening", "Closing")
    papers.sections.append(Section("Statement of account", columns, rows, "It is empty."))


def _invoices(reader: LedgerReader, papers: Papers, put: Put) -> None:
    copied, left_out = papers.invoices[:COPIES_MAX], papers.invoices[COPIES_MAX:]
    copies = _copies(reader, copied, papers, put)
    beside = _beside(reader, copied, papers)
    if left_out:
        names = ", ".join(map(_name, left_out))
        papers.missing.append(f"copies of more than {COPIES_MAX} invoices: {names}")
    rows = [
        (copies.get(one.id, _name(one)), one.issued.isoformat(),
         one.due.isoformat() if one.due else "none", str(one.total), str(one.open),
         beside.get(one.id, "not looked for"))
        for one in papers.invoices
    ]  # fmt: skip
    columns = ("Invoice", "Date", "Due", "Amount", "Open", "Files in the ledger")
    papers.sections.insert(0, Section("Open invoices", columns, rows, "Nothing is open."))


def _copies(
    reader: LedgerReader, invoices: Sequence[Invoice], papers: Papers, put: Put
) -> dict[str, Cell]:
    """By invoice, its copy as the ledger prints it."""
    found: dict[str, Cell] = {}
    for number, one in enumerate(invoices):
        try:
            pdf, why = reader.copy_of(one.id), "the ledger does not have it"
        except TryLater as later:
            names = ", ".join(map(_name, invoices[number:]))
            papers.missing.append(f"a copy of {names}: {later}; make the pack again later")
            break
        except LedgerError as error:
            pdf, why = b"", str(error)
        if pdf:
            file = put("invoices", f"{number + 1:02}-{_name(one)}.pdf", pdf)
            found[one.id] = Link(_name(one), file.path) if isinstance(file, Link) else file
        else:
            papers.missing.append(f"a copy of {_name(one)}: {why}")
    return found


def _beside(
    reader: LedgerReader, invoices: Sequence[Invoice], papers: Papers
) -> dict[str, str]:  # fmt: skip
    """By invoice, what lies with it in the ledger, of which only the names are known."""
    found: dict[str, str] = {}
    for number, one in enumerate(invoices):
        try:
            detail = reader.detail(one.id)
        except LedgerError as error:
            names = ", ".join(map(_name, invoices[number:]))
            papers.missing.append(f"what lies with {names} in the ledger: {error}")
            break
        untold = detail.files_untold if detail else "the invoice is not there any more"
        files = detail.files if detail else ()
        if untold:
            papers.missing.append(f"what lies with {_name(one)} in the ledger: {untold}")
        elif files:
            said = ", ".join(files)
            papers.missing.append(f"{said}: take it from {_name(one)} in the ledger")
            found[one.id] = said
        else:
            papers.missing.append(f"{HOLDERS} for {_name(one)}: nothing lies with it in the ledger")
            found[one.id] = "none"
    return found


def _is_open(invoice: Invoice) -> bool:
    return invoice.status is Status.OPEN and invoice.open.amount > 0


def _age(invoice: Invoice) -> tuple[object, ...]:
    return (invoice.due or invoice.issued, invoice.number, invoice.id)


def _name(invoice: Invoice) -> str:
    return invoice.number or invoice.id
