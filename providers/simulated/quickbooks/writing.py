"""Creating, changing, voiding and deleting records: the rules that all of them share."""

from __future__ import annotations

from typing import Any

from providers.simulated.quickbooks.attachable import ATTACHABLE
from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.credit import (
    CREDIT_MEMO,
    ESTIMATE,
    REFUND_RECEIPT,
    SALES_RECEIPT,
)
from providers.simulated.quickbooks.credit_application import apply_credit
from providers.simulated.quickbooks.customer import CUSTOMER, EMPLOYEE, VENDOR
from providers.simulated.quickbooks.days import check_period_open
from providers.simulated.quickbooks.deposit import DEPOSIT
from providers.simulated.quickbooks.entity import Entity
from providers.simulated.quickbooks.invoice import INVOICE
from providers.simulated.quickbooks.journal import JOURNAL_ENTRY
from providers.simulated.quickbooks.lists import ACCOUNT, ITEM, PAYMENT_METHOD, TERM
from providers.simulated.quickbooks.payment import PAYMENT
from providers.simulated.quickbooks.properties import check_known
from providers.simulated.quickbooks.refusals import (
    invalid_id,
    missing,
    not_found,
    stale,
    subscription_ended,
    unsupported,
)
from providers.simulated.quickbooks.settings import COMPANY_INFO, PREFERENCES
from providers.simulated.store import Doc

ENTITIES = {
    entity.name: entity
    for entity in (
        CUSTOMER, VENDOR, EMPLOYEE, INVOICE, CREDIT_MEMO, SALES_RECEIPT, REFUND_RECEIPT, ESTIMATE,
        PAYMENT, DEPOSIT, JOURNAL_ENTRY, ATTACHABLE, ITEM, ACCOUNT, TERM, PAYMENT_METHOD,
        COMPANY_INFO, PREFERENCES,
    )
}  # fmt: skip
BY_PATH = {name.lower(): entity for name, entity in ENTITIES.items()}
_IDENTITY = ("Id", "SyncToken", "MetaData", "domain", "sparse", "status")


def create(book: Book, entity: Entity, body: Doc) -> Doc:
    """Keep a new record. Raises Refusal, with nothing changed."""
    check_known(entity.name, body)
    with book.transaction():
        _check_active(book)
        doc = entity.compose(book, None, _meant(body))
        if entity.dated:
            check_period_open(book, doc)
        doc["Id"] = str(book.number(entity.series, entity.first_id))
        entity.post(book, None, doc)
        kept = book.add(entity.name, doc)
        return apply_credit(book, kept) if entity is CREDIT_MEMO else kept


def update(book: Book, entity: Entity, body: Doc) -> Doc:
    """Keep a changed record, under a new version unless it is as it was. Raises Refusal."""
    check_known(entity.name, body)
    with book.transaction():
        _check_active(book)
        old = _current(book, entity, body)
        sparse = body.get("sparse") is True
        if entity.required_always or not sparse:
            for name in entity.required:
                if body.get(name) in (None, ""):
                    raise missing(name)
        doc = entity.compose(book, old, _merged(entity, old, body, sparse=sparse))
        if entity.dated:
            check_period_open(book, old, doc)
        doc = {name: old[name] for name in _IDENTITY if name in old} | doc
        if doc == old:
            return old
        entity.post(book, old, doc)
        return book.change(entity.name, doc)


def void(book: Book, entity: Entity, body: Doc) -> Doc:
    """Set every amount to 0 and free what was linked. Raises Refusal."""
    if entity.void is None:
        raise unsupported(f"void of {entity.name}")
    with book.transaction():
        _check_active(book)
        old = _current(book, entity, body)
        check_period_open(book, old)
        return book.change(entity.name, entity.void(book, old), "void")


def delete(book: Book, entity: Entity, body: Doc) -> Doc:
    """Delete a transaction or an attachment; returns what is left of it. Raises Refusal."""
    if entity.erase is None:
        raise unsupported(f"delete of {entity.name}")
    with book.transaction():
        _check_active(book)
        old = _current(book, entity, body)
        if entity.dated:
            check_period_open(book, old)
        entity.erase(book, old)
        return book.remove(entity.name, old["Id"])


def checked_id(value: Any) -> str:
    """Raises Refusal unless an id is a whole number."""
    if not str(value).isdigit():
        raise invalid_id(str(value))
    return str(value)


def _current(book: Book, entity: Entity, body: Doc) -> Doc:
    """The record that a change is meant for, in the version that it names."""
    if body.get("Id") in (None, ""):
        raise missing("Id")
    doc = book.get(entity.name, checked_id(body["Id"]))
    if doc is None:
        raise not_found()
    token = body.get("SyncToken")
    if token is None and entity is not ATTACHABLE:
        raise missing("SyncToken")
    if token is not None and str(token) != doc["SyncToken"]:
        raise stale(str(book.settings["owner"]))
    return doc


def _merged(entity: Entity, old: Doc, body: Doc, *, sparse: bool) -> Doc:
    """The whole record as the caller wishes it. An empty value takes a property away."""
    kept = old if sparse else {n: v for n, v in old.items() if n not in entity.blanked}
    emptied = {name for name, value in body.items() if value in (None, "")}
    return {n: v for n, v in kept.items() if n not in emptied} | _meant(body)


def _meant(body: Doc) -> Doc:
    return {
        name: value
        for name, value in body.items()
        if value not in (None, "") and name not in _IDENTITY
    }


def _check_active(book: Book) -> None:
    if not book.settings["active"]:
        raise subscription_ended()
