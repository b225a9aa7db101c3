"""Money that came in, on the command line: import a bank file, and undo."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from connector.clients.tenants import Connection
from connector.commands import accounting, setting_aside, showing, splitting
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say
from connector.commands.people import connections_of, me
from connector.db import Tx
from connector.decided import decisions
from connector.deps import Deps
from connector.money import cash
from connector.receiving import receipts
from connector.undoing import undo
from providers.bank import mapping as mappings
from providers.bank.refusal import BadStatement
from providers.bank.text import BYTES_MAX

FORMATS = "CAMT.052/053/054, MT940/942, BAI2, lockbox, OFX/QFX or CSV"


def add(verbs: Verbs) -> None:
    money = verbs.group("receipts", "money that came in")
    bring = money.verb("import", import_file, f"a bank file: {FORMATS}").takes("file")
    bring.option("--client", required=True)
    bring.option(
        "--mapping", default="",
        help="for CSV: role=column,..., such as date=Datum,amount=Betrag,date_order=DMY",
    )  # fmt: skip
    bring.option("--account", default="", help="the account, where a CSV does not name it")
    money.verb("undo", undo_receipt, "take back what was written for it, or by a decision").takes(
        "id"
    ).option("--client", required=True)
    splitting.add(money)
    setting_aside.add(money)
    showing.add(money)
    accounting.add(money)


def import_file(deps: Deps, given: Namespace) -> None:
    path = Path(given.file)
    if not path.is_file():
        raise CommandError(f"there is no file {given.file}")
    connection = _only(deps, given.client)
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
        wishes = mappings.parse(given.mapping)
        mapping = receipts.choose(deps, connection.id, raw, wishes)
        if mapping is not None:
            say(mapping.told())
        done = receipts.import_statement(
            deps, connection.id, raw, by=me(), name=path.name, account=given.account,
            mapping=mapping,
        )  # fmt: skip
    except BadStatement as error:
        raise CommandError(f"{given.file}: {error}; nothing was imported") from None
    for sentence in done.told:
        say(sentence)
    say(f"{done.lines} credits read, {done.new} of them new.")


def _only(deps: Deps, client: str) -> Connection:
    with deps.reading() as tx:
        connections = connections_of(tx, client)
    if len(connections) != 1:
        raise CommandError(f"{client} has {len(connections)} connections; it must be one")
    return connections[0]


def undo_receipt(deps: Deps, given: Namespace) -> None:
    """`id` is as `receipts list` shows it, or the number of a decision."""
    with deps.reading() as tx:
        connections = [c for c in connections_of(tx, given.client) if _knows(tx, c.id, given.id)]
    if len(connections) != 1:
        raise CommandError(
            f"{given.client} has no money and no decision {given.id}; see `ledgerhand receipts"
            f" list --client {given.client}`"
        )
    try:
        count = undo.begin(deps, connections[0].id, money=given.id, by=me())
    except undo.CannotUndo as error:
        raise CommandError(f"{error}; nothing was changed") from None
    say(
        f"{count} writes are on their way to take it back, all or none; then the money waits for a"
        " person. `ledgerhand receipts list` shows where it stands, and why if it was refused."
    )


def _knows(tx: Tx, connection_id: int, name: str) -> bool:
    if name.isascii() and name.isdigit():
        decision = decisions.find(tx, int(name[:18]))
        return decision is not None and decision.connection_id == connection_id
    kind, _, id_ = name.partition(":")
    return cash.find(tx, connection_id, kind, id_) is not None
