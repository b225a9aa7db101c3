"""Whom decisions, questions and entries are about, for people to read: their subjects name records
by ids alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connector.db import Tx
from connector.decided import account_subjects
from connector.disputed import disputes
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash_rows import BANK
from connector.privacy import data_subject
from connector.privacy.data_subject import OF_ACCOUNT, OF_CUSTOMER
from providers.ledger import RECEIVED, CreditNote, Invoice, Kind, Payment

OF_RECORD = (Kind.INVOICE, Kind.CREDIT_NOTE, *RECEIVED)
NUMBERED = {"charge": "", "deduction": "", "dispute": disputes.PREFIX}
"""What is kept in a table of that name, and how its numbers begin."""
AMBIGUOUS = "note"
"""It names a customer or an invoice, and a ledger may number both alike."""
Ids = Mapping[str, Collection[str]]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A customer, and in `words` what else a subject tells: which document it is, the currency."""

    customer_id: str
    name: str
    words: str


def named(tx: Tx, connection_id: int, subjects: Collection[str]) -> dict[str, Named]:
    """Those of the subjects that are about one customer; a few queries for all together."""
    ids: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        kind, _, id_ = subject.partition(":")
        ids[kind].add(id_)
    owners = _of_accounts(ids) | _of_records(tx, connection_id, ids)
    owners |= _of_numbered(tx, connection_id, ids) | _of_bank(tx, connection_id, ids)
    names = mirror.names(tx, connection_id, {customer_id for customer_id, _ in owners.values()})
    return {
        subject: Named(customer_id, names[customer_id], words)
        for subject, (customer_id, words) in owners.items()
        if customer_id in names
    }


def _of_accounts(ids: Ids) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for kind in {*OF_CUSTOMER, *OF_ACCOUNT} - {AMBIGUOUS}:
        for id_ in ids.get(kind, ()):
            customer_id, _, currency = id_.partition("/")
            told = (kind if kind not in account_subjects.KINDS else "", currency)
            found[f"{kind}:{id_}"] = (customer_id, ", ".join(filter(None, told)))
    return found


def _of_records(tx: Tx, connection_id: int, ids: Ids) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for kind in OF_RECORD:
        if kind in ids:
            for record in mirror.fetch(tx, connection_id, kind, ids[kind]):
                if isinstance(record, Invoice | CreditNote | Payment):
                    number = "" if isinstance(record, Payment) else record.number
                    words = f"{kind.replace('_', ' ')} {number or record.id}"
                    found[f"{kind}:{record.id}"] = (record.customer_id, words)
    return found


def _of_numbered(tx: Tx, connection_id: int, ids: Ids) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name, prefix in NUMBERED.items():
        if name in ids:
            numbers = [int(id_.removeprefix(prefix)) for id_ in ids[name]]
            owners = data_subject.owners(tx, connection_id, name, numbers)
            found |= {
                f"{name}:{prefix}{number}": (customer_id, f"{name} {prefix}{number}")
                for number, customer_id in owners.items()
            }
    return found


def _of_bank(tx: Tx, connection_id: int, ids: Ids) -> dict[str, Place]:
    if BANK not in ids:
        return {}
    items = cash.fetch(tx, connection_id, [f"{BANK}:{id_}" for id_ in ids[BANK]])
    return {item.subject: (item.customer_id, f"{BANK} line {item.id}") for item in items}
