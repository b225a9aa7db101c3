"""Letters that wait to be posted: why one of them should not be, any more or for now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from connector import local_days
from connector.account import account_faults, collection_rules, decided_again
from connector.account.accounts import accounts_of
from connector.account.collection_rules import Rules
from connector.clients.tenants import Connection
from connector.correspondence.letters import Letter
from connector.db import Tx
from connector.disputed import disputes
from connector.disputed.disputes import Dispute, State
from connector.mirroring import mirror
from connector.outgoing import effects, intents
from connector.outgoing.effects import LetterKind, PrintLetter
from connector.paper.posting import DEMAND_TERM
from providers.ledger import Invoice, Kind, Record

DEMAND_LEFT_MIN = timedelta(days=10)
"""What a demand leaves of its days to pay, at the least, on the day on which it is posted."""
REMINDER_AGE_MAX = timedelta(days=7)
"""A reminder says how many days late an invoice is, on the day that stands on it."""
Judged = dict[int, str]


def changed(tx: Tx, connection: Connection, queued: Collection[Letter], now: datetime) -> Judged:
    """By letter (its id) why it should not be posted, in words; empty while it is right. `now` is
    aware UTC.

    Each is held to what a mail is held to just before it goes out, as far as the database knows.
    A customer who cannot be read by a fault of ours does not hide the letters of others.
    """
    rules = collection_rules.of(tx, connection, now)
    by_customer: dict[str, list[Letter]] = defaultdict(list)
    for letter in queued:
        by_customer[letter.customer_id].append(letter)

    def judge(customer_ids: Sequence[str]) -> Judged:
        own = [letter for id_ in customer_ids for letter in by_customer[id_]]
        return _judged(tx, rules, customer_ids, own)

    found, faults = account_faults.apart(list(by_customer), judge)
    told = {id_: why for _, judged in found for id_, why in judged.items()}
    for customer_id, fault in faults.items():
        why = account_faults.unread(connection.id, customer_id, fault)
        told |= {letter.id: why for letter in by_customer[customer_id]}
    return told


def _judged(
    tx: Tx, rules: Rules, customer_ids: Collection[str], queued: Collection[Letter]
) -> Judged:
    id_, keys = rules.connection.id, [letter.intent_key for letter in queued]
    ids = {name.partition(":")[2] for letter in queued for name in letter.facts}
    records = mirror.fetch(tx, id_, Kind.INVOICE, ids)
    disputed = disputes.listed(tx, id_, states=(State.OPEN,), customer_ids=customer_ids)
    made = {one.key: one.effect for one in intents.of_keys(tx, id_, keys)}
    accounts = accounts_of(tx, rules.connection, customer_ids, rules.now, but_for=keys)
    judged = {}
    for letter in queued:
        effect = made[letter.intent_key]
        assert isinstance(effect, PrintLetter)
        owed = (one for one in accounts[letter.customer_id] if one.currency == letter.currency)
        account = next(owed, None)
        judged[letter.id] = (
            _otherwise(letter, records)
            or _disputed_since(letter, disputed)
            or decided_again.why_not_posted(rules, account, effect)
            or _out_of_date(rules, letter)
        )
    return judged


def _otherwise(letter: Letter, records: Collection[Record]) -> str:
    now = effects.facts_of(records)
    numbers = {f"invoice:{it.id}": it.number for it in records if isinstance(it, Invoice)}
    others = [
        numbers.get(name) or name.partition(":")[2]
        for name, was in letter.facts.items()
        if now.get(name) != was
    ]
    return f"no longer as it was in the letter: invoice {', '.join(others)}" if others else ""


def _disputed_since(letter: Letter, disputed: Collection[Dispute]) -> str:
    since = [
        one.number
        for one in disputed
        if one.at > letter.made_at and f"invoice:{one.claim.invoice_id}" in letter.facts
    ]
    return f"disputed since it was made: {', '.join(since)}" if since else ""


def _out_of_date(rules: Rules, letter: Letter) -> str:
    of = local_days.today(rules.connection, letter.made_at)
    today = local_days.today(rules.connection, rules.now)
    if letter.kind == LetterKind.DEMAND:
        pay_by = of + DEMAND_TERM
        is_old = pay_by - today < DEMAND_LEFT_MIN
        return f"out of date: it is of {of} and asks to be paid by {pay_by}" if is_old else ""
    is_old = today - of > REMINDER_AGE_MAX
    return f"out of date: it is of {of} and counts days up to then" if is_old else ""
