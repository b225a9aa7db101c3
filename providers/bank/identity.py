"""An id for every line of a file, so that files that overlap add nothing twice."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from providers.bank.refusal import BadStatement
from providers.receipts import Entry, Receipt, Statement

ACCOUNT_MAX = 47
DIGITS = 32
NO_REFERENCES = frozenset({"", "nonref", "noref", "notprovided", "none"})


def identified(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements with the `bank_id` of each entry.

    An id is made of the day, the amount and the bank's own reference, or where there is none the
    text; and of the how-manieth such line of the account it is in this file. The order of the
    lines, of the files and the wrapping of texts do not matter, and two payments that are equal in
    all of it both count. Raises BadStatement where a bank that numbers its lines lists one twice.
    """
    seen: Counter[tuple[str, str]] = Counter()
    return tuple(_identified(statement, seen) for statement in statements)


def account_key(text: str) -> str:
    """How an account is named everywhere: without spaces, in capitals, and never too long."""
    key = "".join(text.split()).upper()
    if len(key) <= ACCOUNT_MAX:
        return key
    return f"{key[:30]}~{_hash(key)[:16]}"


def plain(text: str) -> str:
    """Only what survives another wrapping, another case and another encoding of the same text."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def counted_id(one: Receipt, count: int) -> str:
    """The `bank_id` of the how-manieth booked line that is equal to this one but for notes."""
    entry = Entry(
        one.received, one.amount, payer=one.payer, payer_account=one.payer_account,
        reference=one.reference.removesuffix(one.note), bank_reference=one.bank_reference,
        end_to_end_id=one.end_to_end_id,
    )  # fmt: skip
    return _counted(_key(entry), count)


def is_reference(text: str) -> bool:
    return plain(text) not in NO_REFERENCES


def _identified(statement: Statement, seen: Counter[tuple[str, str]]) -> Statement:
    named = replace(statement, account=account_key(statement.account))
    entries = []
    for entry in named.entries:
        key = _key(entry)
        seen[named.account, key] += 1
        count = seen[named.account, key]
        if count > 1 and entry.is_listed_by_id:
            raise BadStatement(
                f"id {entry.bank_reference!r} stands twice for the same day and amount;"
                " a bank gives each line its own: ask for the file again"
            )
        entries.append(replace(entry, bank_id=_counted(key, count)))
    return replace(named, entries=tuple(entries))


def _counted(key: str, count: int) -> str:
    return _hash(f"{key}|{count}")[:DIGITS]


def _key(entry: Entry) -> str:
    own = entry.bank_reference if is_reference(entry.bank_reference) else ""
    told = f"ref {plain(own)}" if own else f"text {plain(_text(entry))}"
    state = "booked" if entry.is_booked else "announced"
    return f"{entry.day}|{entry.amount.currency}|{entry.amount.amount}|{state}|{told}"


def _text(entry: Entry) -> str:
    return " ".join((entry.payer, entry.payer_account, entry.reference, entry.end_to_end_id))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
