"""Customers, sub-customers (jobs), and the other names that share their name space."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book, currency_ref
from providers.simulated.quickbooks.entity import NAMES, Entity
from providers.simulated.quickbooks.properties import names
from providers.simulated.quickbooks.refusals import (
    business,
    duplicate_name,
    missing,
    not_found,
    too_long,
)
from providers.simulated.quickbooks.wire import ZERO, reference
from providers.simulated.store import Doc

SHARING_NAMES = ("Customer", "Vendor", "Employee")
DELETED = " (deleted)"
NOTES_CHARACTERS_MAX = 2000
_LENGTHS_MAX = {"DisplayName": 500, "CompanyName": 100, "GivenName": 100, "FamilyName": 100}
_DELIVERY = ("Print", "Email", "None")
_WRITTEN = names(
    "Title GivenName MiddleName FamilyName Suffix CompanyName Notes PrimaryPhone AlternatePhone"
    " Mobile Fax PrimaryEmailAddr WebAddr BillAddr ShipAddr SalesTermRef PaymentMethodRef"
    " ResaleNum AcctNum OtherContactInfo"
)


def _compose_customer(book: Book, old: Doc | None, wish: Doc) -> Doc:
    doc = {name: value for name, value in wish.items() if name in _KEPT}
    doc |= _named(book, old, wish)
    if len(str(wish.get("Notes") or "")) > NOTES_CHARACTERS_MAX:
        raise too_long("Notes", NOTES_CHARACTERS_MAX)
    doc["CurrencyRef"] = _currency(book, old, wish)
    doc |= _placed(book, old, wish, str(doc["DisplayName"]))
    doc.setdefault("Taxable", True)
    doc.setdefault("BillWithParent", False)
    doc.setdefault("DefaultTaxCodeRef", {"value": "2"})
    if doc.get("PreferredDeliveryMethod") not in _DELIVERY:
        doc["PreferredDeliveryMethod"] = "Print"
    doc["Balance"] = old["Balance"] if old else ZERO
    doc["BalanceWithJobs"] = old["BalanceWithJobs"] if old else ZERO
    if not doc["Active"] and doc["BalanceWithJobs"]:
        raise business("This customer has a balance and cannot be made inactive.")
    return doc


_KEPT = _WRITTEN | names(
    "Taxable BillWithParent DefaultTaxCodeRef PreferredDeliveryMethod CustomField PrintOnCheckName"
    " ARAccountRef CustomerTypeRef PrimaryTaxIdentifier TaxExemptionReasonId IsProject"
)


def _named(book: Book, old: Doc | None, wish: Doc) -> Doc:
    """DisplayName, Active and PrintOnCheckName. A name belongs to one record only."""
    name = str(wish.get("DisplayName") or _full_name(wish)).strip()
    if not name:
        raise missing("DisplayName")
    for property_, characters_max in _LENGTHS_MAX.items():
        if len(str(wish.get(property_) or "")) > characters_max:
            raise too_long(property_, characters_max)
    active = wish.get("Active") is not False
    name = name.removesuffix(DELETED)
    shown = name if active else name + DELETED
    check_name_free(book, shown, SHARING_NAMES, "" if old is None else old["Id"])
    renamed = old is not None and old["DisplayName"].removesuffix(DELETED) != name
    printed = name if renamed else wish.get("PrintOnCheckName") or name
    return {"DisplayName": shown, "Active": active, "PrintOnCheckName": printed}


def check_name_free(book: Book, name: str, entities: tuple[str, ...], own_id: str) -> None:
    for entity in entities:
        holder = book.shelf(entity).by_name.get(name.lower())
        if holder is not None and holder != own_id:
            raise duplicate_name()


def _full_name(wish: Doc) -> str:
    parts = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
    return " ".join(str(wish[part]) for part in parts if wish.get(part))


def _currency(book: Book, old: Doc | None, wish: Doc) -> Doc:
    wished = reference(wish, "CurrencyRef") or book.currency
    if old is not None:
        if wished != old["CurrencyRef"]["value"]:
            raise business("The currency of a customer cannot be changed.")
        return dict(old["CurrencyRef"])
    if wished != book.currency and not book.settings["multi_currency"]:
        raise business("Multicurrency is not switched on for this company.")
    return currency_ref(wished)


def _placed(book: Book, old: Doc | None, wish: Doc, name: str) -> Doc:
    """Where a customer stands below its parent."""
    parent_id = reference(wish, "ParentRef")
    if not parent_id:
        return {"FullyQualifiedName": name, "Job": False}
    parent = book.peek("Customer", parent_id)
    if parent is None or not parent["Active"] or (old and old["Id"] == parent_id):
        raise not_found()
    return {
        "ParentRef": {"value": parent_id}, "Level": parent.get("Level", 0) + 1, "Job": True,
        "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{name}",
    }  # fmt: skip


def _post(book: Book, old: Doc | None, new: Doc | None) -> None:
    """A new name runs down to the jobs below."""
    if not old or not new or old["FullyQualifiedName"] == new["FullyQualifiedName"]:
        return
    for below in book.all("Customer"):
        if reference(below, "ParentRef") == new["Id"]:
            name = f"{new['FullyQualifiedName']}:{below['DisplayName']}"
            times = below["MetaData"] | {"LastUpdatedTime": book.now()}
            book.keep("Customer", below | {"FullyQualifiedName": name, "MetaData": times})


def belongs_to(book: Book, customer_id: str, family_id: str) -> bool:
    """Whether a customer is another or one of its jobs."""
    while customer_id:
        if customer_id == family_id:
            return True
        customer_id = reference(book.peek("Customer", customer_id) or {}, "ParentRef")
    return False


def active_customer(book: Book, doc: Doc) -> Doc:
    """The customer of a transaction. Raises Refusal when there is none or it is inactive."""
    id_ = reference(doc, "CustomerRef")
    if not id_:
        raise missing("CustomerRef")
    customer = book.peek("Customer", id_)
    if customer is None or not customer["Active"]:
        raise not_found()
    return customer


def customer_ref(customer: Doc) -> Doc:
    return {"value": customer["Id"], "name": customer["FullyQualifiedName"]}


def _compose_vendor(book: Book, old: Doc | None, wish: Doc) -> Doc:
    doc = {name: value for name, value in wish.items() if name in _WRITTEN | {"TaxIdentifier"}}
    doc |= _named(book, old, wish)
    return doc | {"Balance": ZERO, "Vendor1099": False, "CurrencyRef": currency_ref(book.currency)}


def _compose_employee(book: Book, old: Doc | None, wish: Doc) -> Doc:
    kept = _WRITTEN | {"BirthDate", "HiredDate", "PrimaryAddr"}
    doc = {name: value for name, value in wish.items() if name in kept}
    return doc | _named(book, old, wish) | {"BillableTime": False}


CUSTOMER = Entity("Customer", _compose_customer, NAMES, post=_post, blanked=_WRITTEN)
VENDOR = Entity("Vendor", _compose_vendor, NAMES, blanked=_WRITTEN)
EMPLOYEE = Entity("Employee", _compose_employee, NAMES, blanked=_WRITTEN)
