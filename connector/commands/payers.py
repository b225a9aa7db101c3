"""What payers and processors say about money: remittance advices and payouts."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, day
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, me
from connector.deps import Deps
from connector.evidence import payouts, remittances
from connector.evidence.payouts import PROCESSORS, CannotKeep
from connector.receiving import advices, payout_rounds, payout_sources, processor_keys
from connector.receiving.payout_sources import NoKey
from connector.vault import Vault
from providers.errors import LedgerError, TryLater
from providers.processors.errors import BadReport
from providers.remittances.errors import BadRemittance


def add(verbs: Verbs) -> None:
    said = verbs.group("remittances", "what payers say their money is for")
    said.verb("import", import_remittance, "an advice: PDF, XLSX, CSV, text or X12 820").takes(
        "file"
    ).option("--client", required=True)
    said.verb("list", list_remittances, "advices, and the money beside them").lists().option(
        "--client", required=True
    )
    said.verb("address", show_address, "where the client's payers may send advices").option(
        "--client", required=True
    )
    paid = verbs.group("payouts", "what Stripe and PayPal paid out, and what it consists of")
    paid.verb("import", import_payouts, "a report of Stripe or PayPal as CSV").takes("file").option(
        "--client", required=True
    )
    fetched = paid.verb("fetch", fetch_payouts, "read new payouts from the API")
    fetched.option("--client", required=True).option("--processor", choices=PROCESSORS)
    fetched.option("--since", default="", help="a day such as 2026-01-31")
    paid.verb("list", list_payouts, "payouts, their parts and their bank lines").lists().option(
        "--client", required=True
    )
    key = paid.verb("key", keep_key, "store a read-only API key, given on standard input")
    key.option("processor", choices=PROCESSORS).option("--client", required=True)


def import_remittance(deps: Deps, given: Namespace) -> None:
    connection = _one(deps, given.client)
    try:
        found, new = advices.import_file(deps, connection.id, _content(given.file), by=me())
    except BadRemittance as error:
        raise CommandError(f"{given.file}: {error}; nothing was imported") from None
    say(f"{found} advices read, {new} of them new.")


def list_remittances(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        kept = [
            row for c in connections_of(tx, given.client) for row in remittances.listed(tx, c.id)
        ]
    show([{
        "id": row.id, "payer": row.remittance.payer, "reference": row.remittance.reference,
        "day": row.remittance.day, "total": row.remittance.total,
        "lines": [f"{line.number} {line.net}" for line in row.remittance.lines],
        "state": row.state, "money": row.subject, "from": row.sender or row.source,
        "doubts": list(row.remittance.doubts),
    } for row in kept], as_json=given.json, empty="No advice yet.")  # fmt: skip


def show_address(deps: Deps, given: Namespace) -> None:
    address = advices.address_of(deps, _one(deps, given.client).id)
    if not address:
        raise CommandError("no mailbox; set LEDGERHAND_REMITTANCE_MAILBOX, such as ar@example.com")
    say(address)


def import_payouts(deps: Deps, given: Namespace) -> None:
    connection = _one(deps, given.client)
    try:
        done = payout_sources.import_report(deps, connection.id, _content(given.file), by=me())
    except (BadReport, CannotKeep) as error:
        raise CommandError(f"{given.file}: {error}; nothing was imported") from None
    say(f"{done.found} payouts read, {done.new} of them new.")


def fetch_payouts(deps: Deps, given: Namespace) -> None:
    connection = _one(deps, given.client)
    since = day("--since", given.since) if given.since else None
    asked = [given.processor] if given.processor else _with_keys(deps, connection)
    for processor in asked:
        try:
            done = payout_sources.fetch(deps, connection.id, processor, by=me(), since=since)
        except TryLater as later:
            seconds = round(later.wait.total_seconds())
            raise CommandError(f"{later}; try again in {seconds} seconds") from None
        except (LedgerError, NoKey, CannotKeep) as error:
            raise CommandError(f"{error}; nothing was imported from {processor}") from None
        say(f"{processor}: {done.found} payouts read, {done.new} of them new.")


def list_payouts(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        kept = [row for c in connections_of(tx, given.client) for row in payouts.listed(tx, c.id)]
    show([{
        "id": row.payout.id, "processor": row.payout.processor, "arrived": row.payout.arrived,
        "amount": row.payout.amount, "fees": row.payout.fees, "charges": len(row.payout.charges),
        "others": [f"{part.kind} {part.net} {part.description}".strip()
                   for part in row.payout.parts if part not in row.payout.charges],
        "state": row.state, "bank_line": row.line_id,
    } for row in kept], as_json=given.json, empty="No payout yet.")  # fmt: skip


def keep_key(deps: Deps, given: Namespace) -> None:
    """From standard input, because arguments are seen by everybody on the machine."""
    connection = _one(deps, given.client)
    key = sys.stdin.readline().strip()
    if not key:
        raise CommandError("no key came on standard input; pipe it in, or type it and Return")
    if given.processor == "stripe" and not key.startswith("rk_"):
        raise CommandError("that is no restricted key (rk_...); make one that may only read")
    if given.processor == "paypal" and ":" not in key:
        raise CommandError("write client id and secret with a colon between")
    with deps.writing() as tx:
        processor_keys.keep(tx, Vault(deps.config.keys), connection.id, given.processor, key)
        payout_rounds.start_over(tx, connection.id, given.processor)
    say(f"The {given.processor} key of {connection.name} is sealed.")


def _with_keys(deps: Deps, connection: Connection) -> list[str]:
    vault = Vault(deps.config.keys)
    with deps.reading() as tx:
        found = [
            name for name in PROCESSORS
            if processor_keys.find(tx, vault, connection.id, name)
            or getattr(deps.config, f"{name}_key")
        ]  # fmt: skip
    return found or list(PROCESSORS[:1])


def _one(deps: Deps, client: str) -> Connection:
    with deps.reading() as tx:
        connections = connections_of(tx, client)
    if len(connections) != 1:
        raise CommandError(f"{client} has {len(connections)} connections; it must be one")
    return connections[0]


def _content(name: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"there is no file {name}")
    return path.read_bytes()
