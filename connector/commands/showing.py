"""`ledgerhand receipts list` and `show`: where money stands, what was done with it and why."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from connector.cash_application import applied
from connector.cash_application.applied import Applied
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.finding import money_of
from connector.commands.output import say, show, show_one
from connector.commands.people import connections_of
from connector.db import Tx
from connector.decided import approvals, telling
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from matching.facts.rules import RULES
from providers.ledger import ApplyUnapplied, RecordPayment
from providers.registry import LEDGERS

LISTED = 100
BANKS = ("payer_account", "end_to_end_id", "bank_reference", "part_of", "original", "rate")


def add(money: Verbs) -> None:
    listing = money.verb("list", list_receipts, "money and where it stands, the newest first")
    listing.lists().option("--client", required=True)
    listing.option(
        "--limit", default=str(LISTED), metavar="N", help=f"how many; {LISTED} if not said"
    )
    money.verb(
        "show", show_receipt, "one of them: what the bank said, and what became of it"
    ).takes("id").lists().option("--client", required=True)


def list_receipts(deps: Deps, given: Namespace) -> None:
    most = whole_number(given.limit, f"--limit {given.limit!r} is no number; write it as 100")
    with deps.reading() as tx:
        found = [
            item
            for connection in connections_of(tx, given.client)
            for item in cash.listed(tx, connection.id, tuple(Standing), most, newest=True)
        ]
        count = sum(
            n
            for connection in connections_of(tx, given.client)
            for n, _, _ in cash.sums(tx, connection.id).values()
        )
    found = sorted(found, key=lambda it: (it.received, it.subject), reverse=True)[:most]
    rows = [
        {
            "id": item.subject, "received": item.received, "total": item.total, "left": item.left,
            "state": item.state.value, "payer": item.payer, "text": item.text,
            "decision": item.decision_id,
        }
        for item in found
    ]  # fmt: skip
    show(rows, as_json=given.json, empty="No money yet.", whole=("id",))
    if len(rows) < count:
        sys.stderr.write(
            f"These are the newest {len(rows)} of {count}; --limit {count} shows all.\n"
        )


def show_receipt(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, item = money_of(tx, given.client, given.id)
        told = _told(tx, connection, item)
    if given.json:
        show_one(told)
        return
    for line in _lines(item, told):
        say(line)


def _told(tx: Tx, connection: Connection, item: Item) -> dict[str, Any]:
    asides = set_aside.history(tx, connection.id, item.subject)
    same = set_aside.counted_with(tx, connection.id, item.subject)
    waiting = approvals.is_waiting(tx, connection.id, item.subject)
    return {
        "company": connection.name, "subject": item.subject, **asdict(item),
        "decisions": [_decision(tx, connection, one) for one in _decided(tx, connection, item)],
        "set_aside": [
            {"as": it.words, "by": it.by, "at": it.at, "brought_back_at": it.ended_at}
            for it in asides
        ],
        "counts_with_it": [it.subject for it in same],
        "waits": waiting and {
            "approval": waiting.id, "summary": waiting.summary,
            "options": [option["text"] for option in waiting.options],
        },
    }  # fmt: skip


def _decided(tx: Tx, connection: Connection, item: Item) -> list[Applied]:
    """What wrote about this money, or about what became of it in the ledger."""
    written_as = LEDGERS[connection.ledger].written_as
    own = intents.about(tx, connection.id, [item.subject])
    children = [
        f"{written_as(it.effect)}:{it.receipt}"
        for it in own
        if isinstance(it.effect, RecordPayment)
    ]
    later = intents.about(tx, connection.id, children) if children else []
    ids = {it.decision_id for it in (*own, *later)}
    return sorted(applied.of(tx, connection.id, ids), key=lambda it: it.decision.id)


def _decision(tx: Tx, connection: Connection, one: Applied) -> dict[str, Any]:
    rule, reasons, _ = applied.reasons(one)
    names = telling.names_in(tx, connection.id, [it.effect for it in one.writes])
    asked = one.approval
    undoing = one.undoing
    return {
        "decision": one.decision.id,
        "rule": rule, "rule_words": RULES[rule].words if rule in RULES else rule.replace("_", " "),
        "reasons": reasons, "approved_by": asked.by if asked else "",
        "allocations": [
            {"id": part.invoice_id, "document": names.document(part), "amount": part.amount}
            for part in one.parts
        ],
        "writes": [
            {"construct": _construct(connection, told.intent.effect), "did": told.sentence,
             "state": told.intent.state, "record": told.intent.receipt, "at": told.intent.ended_at}
            for told in telling.tell(tx, connection.id, one.writes)
        ],
        "undo": undoing and {
            "by": undoing.by, "state": undoing.state, "why": undoing.why, "at": undoing.at,
        },
    }  # fmt: skip


def _construct(connection: Connection, effect: Any) -> str:
    if isinstance(effect, RecordPayment):
        return LEDGERS[connection.ledger].written_as(effect).replace("_", " ")
    if isinstance(effect, ApplyUnapplied):
        return f"allocation of the {effect.payment_kind.replace('_', ' ')}"
    return "credit note"


def _lines(item: Item, told: Mapping[str, Any]) -> Iterator[str]:
    left = f", {item.left} left" if item.left and item.left != item.total else ""
    yield f"{item.subject}, {told['company']}"
    yield (
        f"{item.total} of {item.received} from {item.payer or 'an unknown payer'}:"
        f" {item.state.value}{left}"
    )
    yield f"Text: {item.text or 'none'}"
    for name in BANKS:
        if value := getattr(item, name):
            yield f"{name.replace('_', ' ').capitalize()}: {value}"
    for one in told["decisions"]:
        yield from _decision_lines(one)
    if not told["decisions"]:
        yield "Nothing of it was written into the ledger by Ledgerhand."
    yield from _aside_lines(told)
    yield from _waiting_lines(item, told)


def _aside_lines(told: Mapping[str, Any]) -> Iterator[str]:
    for aside in told["set_aside"]:
        back = aside["brought_back_at"]
        over = f"; brought back {back:%Y-%m-%d %H:%M}" if back else ""
        yield f"Set aside by {aside['by']} {aside['at']:%Y-%m-%d %H:%M}: {aside['as']}{over}"
    for subject in told["counts_with_it"]:
        yield f"The same money as {subject}, which counts with it."


def _waiting_lines(item: Item, told: Mapping[str, Any]) -> Iterator[str]:
    if waits := told["waits"]:
        yield f"Waits for a person, approval {waits['approval']}: {waits['summary']}"
        for number, text in enumerate(waits["options"], 1):
            yield f"  --option {number}: {text}"
    elif item.state is Standing.REVIEW:
        yield "Left to a person; nothing is asked."


def _decision_lines(one: Mapping[str, Any]) -> Iterator[str]:
    who = f"approved by {one['approved_by']}" if one["approved_by"] else "by Ledgerhand itself"
    yield f"Decision {one['decision']}, {who}, by the rule: {one['rule_words']}"
    for reason in one["reasons"]:
        yield f"  Why: {reason}"
    for part in one["allocations"]:
        yield f"  {part['amount']} to {part['document']}"
    for write in one["writes"]:
        record = f" {write['record']}" if write["record"] else ""
        yield f"  {write['did']} ({write['construct']}{record}, {write['state']})"
    if undo := one["undo"]:
        why = f": {undo['why']}" if undo["why"] else ""
        asked = f"by {undo['by'] or 'somebody'}, {undo['at']:%Y-%m-%d %H:%M}"
        yield f"  Undo {asked}: {undo['state']}{why}"
    else:
        yield "  Undo: not asked for"
