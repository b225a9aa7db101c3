"""Contacts: who is owed and who owes, their names unique among the active ones."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import reading
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

TEXTS = (
    "FirstName", "LastName", "EmailAddress", "ContactNumber", "AccountNumber", "CompanyNumber",
    "TaxNumber", "BankAccountDetails", "Website", "DefaultCurrency",
)  # fmt: skip
NESTED = ("Addresses", "Phones", "ContactPersons", "PaymentTerms", "BatchPayments")
NO_IDENTITY = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)


def match(books: Books, element: Doc) -> Doc | None:
    """The contact that an element means, by ContactID, ContactNumber or Name. Raises Invalid."""
    if id_ := element.get("ContactID"):
        found = books.get("contact", str(id_))
        if found is None:
            raise Invalid(f"The contact with ContactID {id_} could not be found")
        return found
    if number := element.get("ContactNumber"):
        found = books.find("contact", str(number), index="contact.number")
        return found or _by_name(books, element)
    return _by_name(books, element)


def _by_name(books: Books, element: Doc) -> Doc | None:
    name = element.get("Name")
    return books.find("contact", str(name)) if name else None


def resolve(books: Books, reference: Doc) -> Doc:
    """The active contact of a new document, made on the spot when only a new name is given."""
    if not any(reference.get(key) for key in ("ContactID", "ContactNumber", "Name")):
        raise Invalid(NO_IDENTITY)
    found = match(books, reference) or create(books, reference)
    if found["ContactStatus"] == "ARCHIVED":
        raise Invalid(f"The contact {found['Name']} is archived")
    return found


def create(books: Books, element: Doc) -> Doc:
    if not element.get("Name"):
        raise Invalid("The contact name must be specified.")
    id_ = books.new_id()
    contact: Doc = {
        "ContactID": id_, "ContactStatus": "ACTIVE", "IsSupplier": False, "IsCustomer": False,
    }  # fmt: skip
    _fill(books, contact, element)
    books.save("contact", id_, contact, created=True)
    books.received(id_, "Created")
    return contact


def update(books: Books, contact: Doc, element: Doc) -> Doc:
    _fill(books, contact, element)
    books.save("contact", contact["ContactID"], contact)
    books.received(contact["ContactID"], "Edited")
    return contact


def _fill(books: Books, contact: Doc, element: Doc) -> None:
    name = reading.text(element, "Name", contact.get("Name", ""), length_max=255)
    statuses = ("ACTIVE", "ARCHIVED")
    status = reading.choice(element, "ContactStatus", statuses, contact["ContactStatus"])
    email = reading.text(element, "EmailAddress", contact.get("EmailAddress", ""), length_max=255)
    if email and "@" not in email:
        raise Invalid("Email address must be valid.")
    _rename(books, contact, name, active=status == "ACTIVE")
    contact |= {"Name": name, "ContactStatus": status}
    contact |= {field: reading.text(element, field) for field in TEXTS if field in element}
    contact |= {field: element[field] for field in NESTED if field in element}
    if number := contact.get("ContactNumber"):
        books.index("contact.number", number, contact["ContactID"])


def _rename(books: Books, contact: Doc, name: str, *, active: bool) -> None:
    owner = books.find("contact", name)
    if active and owner and owner["ContactID"] != contact["ContactID"]:
        raise Invalid(
            f"The contact name {name} is already assigned to another contact."
            " The contact name must be unique across all active contacts."
        )
    old = contact.get("Name", "")
    if old and contact["ContactStatus"] == "ACTIVE":
        books.unindex("contact", old)
    if active:
        books.index("contact", name, contact["ContactID"])


def mark(books: Books, contact: Doc, field: str) -> None:
    """Set IsCustomer or IsSupplier, which moves no UpdatedDateUTC."""
    if not contact[field]:
        contact[field] = True
        books.put("contact", contact["ContactID"], contact)


def merge(books: Books, contact: Doc, into: Doc) -> Doc:
    """Move all documents of `contact` to `into` and archive it, as "Merge" does in Xero."""
    if contact["ContactID"] == into["ContactID"]:
        raise Invalid("A contact cannot be merged with itself")
    for kind in ("invoice", "creditnote", "banktransaction", "overpayment", "prepayment"):
        for shared in books.all(kind):
            if shared["contact"] == contact["ContactID"]:
                id_field = next(iter(shared))
                books.save(kind, shared[id_field], shared | {"contact": into["ContactID"]})
    contact["MergedToContactID"] = into["ContactID"]
    return update(books, contact, {"ContactStatus": "ARCHIVED"})


def balances(books: Books) -> dict[str, dict[str, Decimal]]:
    """Outstanding and overdue receivables and payables of every contact, in their currencies'
    own amounts: {contact: {"AR": .., "AR overdue": .., "AP": .., "AP overdue": ..}}."""
    sums: dict[str, dict[str, Decimal]] = {}
    today = books.today()
    for invoice in books.all("invoice"):
        if invoice["Status"] == "AUTHORISED":
            side = "AR" if invoice["Type"] == "ACCREC" else "AP"
            of = sums.setdefault(invoice["contact"], {})
            of[side] = of.get(side, Decimal(0)) + invoice["AmountDue"]
            if invoice["DueDate"] < today:
                late = f"{side} overdue"
                of[late] = of.get(late, Decimal(0)) + invoice["AmountDue"]
    for kind in ("creditnote", "overpayment", "prepayment"):
        for credit in books.all(kind):
            if credit["Status"] == "AUTHORISED":
                side = "AP" if credit["Type"].startswith(("ACCPAY", "SPEND")) else "AR"
                of = sums.setdefault(credit["contact"], {})
                of[side] = of.get(side, Decimal(0)) - credit["RemainingCredit"]
    return sums
