"""What says that a line of the bank and a record of the ledger are the same money: a reference, the
text, or the numbers of invoices that stand in both."""

from __future__ import annotations

import re

from connector import documents
from connector.cash_case import Case
from connector.db import Tx
from providers.bank.identity import is_reference, plain
from providers.ledger import Payment

REFERENCE_CHARACTERS_MIN, DIGITS_MIN = 6, 3


def has_id(case: Case, record: Payment) -> bool:
    """Whether a reference that the bank gave, or the payer's bank, stands in the record."""
    item, theirs = case.item, plain(f"{record.reference} {record.memo}")
    ids = [plain(it) for it in (item.end_to_end_id, item.bank_reference) if is_reference(it)]
    return any(len(it) >= REFERENCE_CHARACTERS_MIN and it in theirs for it in ids)


def is_told(tx: Tx, case: Case, record: Payment, pays: set[str]) -> bool:
    """Whether the text, or the numbers of its invoices, stand in both."""
    item, own = case.item, plain(case.item.text)
    says_enough = len(own) >= REFERENCE_CHARACTERS_MIN and any(map(str.isdigit, own))
    if says_enough and own == plain(record.reference):
        return True
    numbers = [it.number for it in documents.of_ids(tx, case.connection.id, pays)]
    return bool(numbers) and all(_stands_in(number, item.text) for number in numbers)


def _stands_in(number: str, text: str) -> bool:
    if sum(map(str.isdigit, number)) < DIGITS_MIN:
        return False
    bounded = rf"(?<![0-9a-z]){re.escape(number.casefold())}(?![0-9a-z])"
    return re.search(bounded, text.casefold()) is not None
