"""Credit notes, overpayments and prepayments used on invoices, and taken back."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import balance, payments, reading
from providers.simulated.xero.balance import Settled
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid


def allocate(books: Books, settled: Settled, credit: Doc, element: Doc) -> Doc:
    """Use a credit note, overpayment or prepayment on an invoice. Raises Invalid."""
    for field in ("Invoice", "Amount", "Date"):
        if element.get(field) is None:
            raise Invalid(f"An allocation must have its {field}")
    reference = {"Invoice": reading.inner(element, "Invoice")}
    _, invoice = payments.target(books, reference)
    amount = reading.money(element, "Amount")
    on = reading.day(element, "Date", books.today())
    _check_allocation(settled, credit, invoice, amount)
    books.check_open(on)
    id_ = books.new_id()
    allocation: Doc = {
        "AllocationID": id_, "Amount": amount, "Date": on, "of": settled.kind,
        "credit": credit[settled.id_field], "invoice": invoice["InvoiceID"],
    }  # fmt: skip
    books.put("allocation", id_, allocation)
    invoice["allocations"].append(id_)
    credit["allocations"].append(id_)
    balance.settle(books, balance.INVOICE, invoice, credited=amount, on=on)
    balance.settle(books, settled, credit, credited=amount, on=on)
    words = f"{settled.name} of {amount} allocated"
    full = ". This invoice has been fully paid" if invoice["Status"] == "PAID" else ""
    books.note(invoice["InvoiceID"], "Credited", words + full)
    books.note(credit[settled.id_field], "Allocated", words)
    return allocation


def take_back(books: Books, settled: Settled, credit: Doc, allocation: Doc) -> None:
    """Undo an allocation; the invoice is owed again and the credit free again."""
    books.check_open(allocation["Date"])
    id_, amount, on = allocation["AllocationID"], allocation["Amount"], allocation["Date"]
    invoice = books.need("invoice", allocation["invoice"])
    invoice["allocations"].remove(id_)
    credit["allocations"].remove(id_)
    balance.settle(books, balance.INVOICE, invoice, credited=-amount, on=on)
    balance.settle(books, settled, credit, credited=-amount, on=on)
    books.world.store.delete(books.tenant, "allocation", id_)
    books.note(invoice["InvoiceID"], "Credit removed", f"{settled.name} of {amount} removed")
    books.note(credit[settled.id_field], "Allocation removed", f"Allocation of {amount} removed")


def _check_allocation(settled: Settled, credit: Doc, invoice: Doc, amount: Decimal) -> None:
    name = {"creditnote": "Credit note"}.get(settled.kind, settled.name)
    messages = []
    if credit["Status"] != "AUTHORISED" or invoice["Status"] != "AUTHORISED":
        messages.append(f"{name} can only be allocated between Authorised documents")
    if amount > min(balance.open_amount(credit), balance.open_amount(invoice)):
        messages.append(
            f"{name} cannot be allocated, the amount is greater than the amount outstanding"
        )
    if amount <= 0:
        messages.append("The amount of an allocation must be greater than zero")
    if credit["CurrencyCode"] != invoice["CurrencyCode"]:
        messages.append(f"{name} cannot be allocated to an invoice in another currency")
    if credit["contact"] != invoice["contact"]:
        messages.append(f"{name} cannot be allocated to an invoice of another contact")
    if messages:
        raise Invalid(*messages)
