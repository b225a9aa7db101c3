"""`ledgerhand receipts explain`: the records behind money that does not add up, or behind one
receipt, each with what it says."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs
from connector.commands.finding import money_of
from connector.commands.output import say, show_one
from connector.commands.people import connections_of
from connector.db import Tx
from connector.decided import telling
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.proof import conservation, discrepancies
from connector.proof.conservation import Receipt
from connector.proof.discrepancies import Discrepancy
from connector.proof.whereabouts import NAMES
from providers.ledger import Kind, Payment
from providers.money import Money

ALL = "All money adds up."
ELSEWHERE = (
    "It counts with another record, or the ledger no longer has it; see `ledgerhand receipts show`."
)


def add(money: Verbs) -> None:
    verb = money.verb(
        "explain", explain, "what makes up the difference where money does not add up"
    )
    verb.lists().option("--client", required=True)
    verb.option("--receipt", default="", metavar="ID", help="one of them, though it adds up")


def explain(deps: Deps, given: Namespace) -> None:
    rows: list[dict[str, Any]] = []
    with deps.snapshot() as tx:
        wanted = money_of(tx, given.client, given.receipt) if given.receipt else None
        subject = wanted[1].subject if wanted else ""
        for connection in [wanted[0]] if wanted else connections_of(tx, given.client):
            found = conservation.receipts(tx, connection.id)
            known = {it.subject: it for it in discrepancies.listed(tx, connection.id)}
            rows += [
                _row(tx, connection, it, known.get(it.subject))
                for it in found
                if (subject in _places(it) if subject else not it.adds_up)
            ]
    if given.json:
        show_one(rows)
    else:
        _tell(rows, otherwise=ELSEWHERE if subject else ALL)


def _tell(rows: Sequence[dict[str, Any]], *, otherwise: str) -> None:
    for line in [line for row in rows for line in _lines(row)] or [otherwise]:
        say(line)
    for total in filter(None, Money.totals(row["missing"] for row in rows)):
        say(f"Together: {_said(total)}, in {len(rows)} receipts.")


def _places(receipt: Receipt) -> tuple[str, ...]:
    return (receipt.subject, *receipt.places)


def _row(
    tx: Tx, connection: Connection, receipt: Receipt, before: Discrepancy | None
) -> dict[str, Any]:
    """All that is told of one receipt. `missing` is above zero where less is accounted for than
    came in."""
    about = list(dict.fromkeys(_places(receipt)))
    parts = {name: getattr(receipt.parts, name) for name in NAMES}
    is_explained = before is not None and before.fault == receipt.fault
    return {
        "company": connection.name, "subject": receipt.subject, "received": receipt.received,
        "parts": {name: amount for name, amount in parts.items() if amount},
        "accounted_for": receipt.parts.total, "missing": receipt.missing,
        "why": list(receipt.why),
        "records": list(_records(tx, connection.id, about)),
        "writes": [
            {"intent": it.intent.id, "did": it.sentence, "state": it.intent.state,
             "record": it.intent.receipt, "at": it.intent.ended_at}
            for it in telling.tell(tx, connection.id, intents.about(tx, connection.id, about))
        ],
        "since": before.since if before else None,
        "explained_by": before.explained_by if before and is_explained else "",
        "reason": before.reason if before and is_explained else "",
    }  # fmt: skip


def _records(tx: Tx, connection_id: int, places: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What the ledger says of each."""
    ledgers = set(Kind)
    for kind, _, id_ in (place.partition(":") for place in places):
        found = mirror.readings(tx, connection_id, Kind(kind), [id_]) if kind in ledgers else []
        for record, read_at in found:
            said: dict[str, Any] = {"record": f"{kind}:{id_}", "read_at": read_at}
            if isinstance(record, Payment):
                said |= {
                    "status": record.status, "total": record.total, "unapplied": record.unapplied,
                    "refunded": record.refunded, "elsewhere": record.elsewhere,
                    "allocations": [
                        {"invoice": it.invoice_id, "amount": it.amount} for it in record.allocations
                    ],
                }  # fmt: skip
            else:
                said |= {"status": "deleted"}
            yield said


def _said(missing: Money) -> str:
    return f"{missing} is missing" if missing.amount > 0 else f"{-missing} is there twice"


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['subject']}, {row['company']}: {row['received']} received"
    for name, amount in row["parts"].items():
        yield f"  {amount} {name.replace('_', ' ')}"
    if row["missing"]:
        yield f"  {_said(row['missing'])}"
    for why in row["why"]:
        yield f"  Why: {why}"
    for it in row["records"]:
        what = f", {it['total']}, {it['unapplied']} not applied" if "total" in it else ""
        yield f"  Record {it['record']}: {it['status']}{what}, read {it['read_at']:%Y-%m-%d %H:%M}"
        for part in it.get("allocations", ()):
            yield f"    {part['amount']} against {part['invoice']}"
    for it in row["writes"]:
        record = f", {it['record']}" if it["record"] else ""
        yield f"  Written by Ledgerhand: {it['did']} ({it['state']}{record})"
    if row["explained_by"]:
        yield f"  Explained by {row['explained_by']}: {row['reason']}"
