"""A customer's case: everything about it as one ZIP, and the credit holds and referrals in it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any

from connector.agency import case_pack
from connector.answering import by_person
from connector.answering.by_person import NotRevoked
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client, me
from connector.db import Tx
from connector.decided import formal_steps
from connector.decided.formal_steps import FormalStep
from connector.deps import Deps
from connector.mirroring import mirror


def add(verbs: Verbs) -> None:
    group = verbs.group("case", "a customer's case: all of it as one ZIP; what people decided")
    made = group.verb("pack", pack, "write everything about a customer into one ZIP")
    made.takes("client", "customer").lists().option("--out", required=True, help="FILE.zip")
    listed = group.verb("steps", list_steps, "credit holds and referrals, the newest first")
    listed.takes("client").lists()
    listed.option("--all", action="store_true", help="those that were taken back, too")
    back = group.verb("revoke", revoke, "take a credit hold or a referral back")
    back.takes("client", "id").lists()
    back.option("--reason", required=True, help="why; it is told in the ledger")


def pack(deps: Deps, given: Namespace) -> None:
    """Read from the ledger now; what cannot be had is named in the pack."""
    target = Path(given.out)
    if target.is_dir() or not target.parent.is_dir():
        raise CommandError(f"{target} cannot be written; name a file in a folder that is there")
    with deps.reading() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
    with TemporaryFile() as packed:
        made = case_pack.write(deps, connection, customer, packed, by=me(), patient=True)
        try:
            with target.open("wb") as file:
                copyfileobj(packed, file)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}") from None
    if given.json:
        show_one({
            "file": str(target), "sha256": made.sha256, "bytes": made.size,
            "files": list(made.files), "missing": list(made.missing),
        })  # fmt: skip
        return
    say(f"{target}: {len(made.files)} files, {made.size} bytes, SHA-256 {made.sha256}.")
    for line in made.missing:
        say(f"missing: {line}")


def list_steps(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [
            row
            for connection in connections_of(tx, given.client)
            for row in _rows(tx, connection, only_in_force=not given.all)
        ]
    shown = rows if given.json else [{name: row[name] for name in _columns(given)} for row in rows]
    show(shown, as_json=given.json, empty="No customer is on credit hold or with an agency.")


def revoke(deps: Deps, given: Namespace) -> None:
    connection, step = _found(deps, given)
    try:
        by_person.revoke(deps, connection, step, by=me(), reason=given.reason)
    except NotRevoked as error:
        raise CommandError(f"{error}; nothing was changed") from None
    if not given.json:
        say(f"The {step.do} {step.id} is taken back.")
        return
    with deps.reading() as tx:
        show_one(next(r for r in _rows(tx, connection) if r["id"] == step.id))


def _columns(given: Namespace) -> list[str]:
    """What fits a terminal; programs get everything."""
    ended = ["revoked_at", "reason"] if given.all else []
    return ["id", "customer", "what", "total", "by", "at", *ended]


def _found(deps: Deps, given: Namespace) -> tuple[Connection, FormalStep]:
    """Raises CommandError."""
    mend = f"see `ledgerhand case steps {given.client}`"
    id_ = whole_number(given.id, f"{given.id!r} is no credit hold or referral; {mend}")
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            if step := formal_steps.find(tx, connection.id, id_):
                return connection, step
        name = find_client(tx, given.client).name
    raise CommandError(f"{name} has no credit hold or referral {given.id}; {mend}")


def _rows(tx: Tx, connection: Connection, *, only_in_force: bool = False) -> list[dict[str, Any]]:
    found = formal_steps.listed(tx, connection.id, only_in_force=only_in_force)
    names = mirror.names(tx, connection.id, {one.customer_id for one in found})
    return [
        {"id": one.id, "customer": names.get(one.customer_id, one.customer_id),
         "what": one.do.value, "total": str(one.total), "by": one.people, "at": one.at,
         "decision": one.decision_id, "revoked_at": one.revoked_at, "revoked_by": one.revoked_by,
         "reason": one.reason}
        for one in found
    ]  # fmt: skip
