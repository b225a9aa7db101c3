"""Deduction cases and the price list that they are compared with, on the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, whole_number
from connector.commands.conceding import approve, takes_credit
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client, me
from connector.concessions import contested
from connector.db import Tx
from connector.deps import Deps
from connector.disputed import cases
from connector.disputed.cases import Deduction
from connector.short_payments import deductions, price_files, prices
from connector.short_payments.price_files import BadPriceList
from providers.sheets import BYTES_MAX


def add(verbs: Verbs) -> None:
    found = verbs.group("cases", "deductions that a person must look into")
    found.verb("list", list_cases, "open cases, the oldest first").lists().option(
        "--client", required=True
    )
    found.verb("show", show_case, "one case, with all that was found about it").lists().takes(
        "id"
    ).option("--client", required=True)
    found.verb("check", check_case, "look into a case anew").takes("id").option(
        "--client", required=True
    )
    found.verb("close", close_case, "say how a case ended").takes("id", "outcome").option(
        "--client", required=True
    )
    credit = found.verb("credit", credit_case, "approve a credit for it, booked in the ledger")
    takes_credit(credit.takes("id").option("--client", required=True))
    listed = verbs.group("prices", "the price list that deductions are compared with")
    listed.verb("import", import_prices, "a CSV file in place of the list so far").takes(
        "file"
    ).option("--client", required=True)
    listed.verb("list", list_prices, "the list in force").lists().option("--client", required=True)


def list_cases(deps: Deps, given: Namespace) -> None:
    rows: list[dict[str, Any]] = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            rows += _rows(tx, connection, cases.listed(tx, connection.id))
    if not given.json:
        rows = [_short(row) for row in rows]
    show(rows, as_json=given.json, empty="no deduction waits for a person")


def show_case(deps: Deps, given: Namespace) -> None:
    id_ = _number(given.id)
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            if case := cases.find(tx, connection.id, id_):
                (row,) = _rows(tx, connection, [case])
                break
        else:
            raise CommandError(f"there is no case {id_}; see `ledgerhand cases list`")
    if given.json:
        show_one(row)
        return
    for name, value in row.items():
        if name != "checks" and value not in ("", None):
            say(f"{name.replace('_', ' ')}: {value}")
    for check in row["checks"]:
        say(_line(check))
    if not row["checks"]:
        say("Nothing was looked up yet.")


def check_case(deps: Deps, given: Namespace) -> None:
    id_ = _number(given.id)
    with deps.writing() as tx:
        again = [it for it in connections_of(tx, given.client)
                 if cases.check_again(tx, it.id, id_)]  # fmt: skip
    if not again:
        raise CommandError(f"there is no open case {id_}; see `ledgerhand cases list`")
    deps.ring("decide", again[0].id)
    say(f"The case is looked into anew; see `ledgerhand cases show {id_}`.")


def close_case(deps: Deps, given: Namespace) -> None:
    id_ = _number(given.id)
    with deps.writing() as tx:
        for connection in connections_of(tx, given.client):
            case = cases.find(tx, connection.id, id_, locked=True)
            if case and _close(tx, connection, case, given.outcome, deps.now()):
                break
        else:
            raise CommandError(f"there is no open case {id_}; see `ledgerhand cases list`")
    say("The case is closed.")


def credit_case(deps: Deps, given: Namespace) -> None:
    id_ = _number(given.id)
    with deps.reading() as tx:
        found = [(it.id, case) for it in connections_of(tx, given.client)
                 if (case := cases.find(tx, it.id, id_))]  # fmt: skip
    if not found:
        raise CommandError(f"there is no case {id_}; see `ledgerhand cases list`")
    ((connection_id, case),) = found
    approve(deps, connection_id, case.subject, given)


def _close(tx: Tx, connection: Connection, case: Deduction, outcome: str, now: datetime) -> bool:
    try:
        contested.check_still(tx, connection.id, case.subject)
    except contested.OnItsWay as error:
        raise CommandError(f"{error}; nothing was closed") from None
    return cases.close(tx, connection.id, case.id, outcome=outcome, by=me(), at=now)


def import_prices(deps: Deps, given: Namespace) -> None:
    path = Path(given.file)
    if not path.is_file():
        raise CommandError(f"there is no file {given.file}")
    with path.open("rb") as file:
        raw = file.read(BYTES_MAX + 1)
    try:
        found = price_files.read(raw)
    except BadPriceList as error:
        raise CommandError(f"{given.file}: {error}; nothing was imported") from None
    with deps.writing() as tx:
        client = find_client(tx, given.client)
        prices.replace(tx, client.id, found, by=me(), at=deps.now())
    say(f"{len(found)} prices are the list of {client.name} from now on.")


def list_prices(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = prices.listed(tx, find_client(tx, given.client).id)
    show([asdict(it) for it in found], as_json=given.json, empty="no price list is imported")


def _rows(tx: Tx, connection: Connection, found: Sequence[Deduction]) -> list[dict[str, Any]]:
    return [
        asdict(it.case) | {
            "amount": str(it.case.amount), "invoice": it.invoice, "customer": it.customer,
            "checks": [asdict(check) for check in it.case.checks],
        }
        for it in deductions.named(tx, connection.id, found)
    ]  # fmt: skip


def _short(row: dict[str, Any]) -> dict[str, Any]:
    shown = ("id", "invoice", "customer", "kind", "amount", "words")
    return {name: row[name] for name in shown} | {"checks": [_line(it) for it in row["checks"]]}


def _line(check: dict[str, Any]) -> str:
    return f"{check['name']}: {check['finding']}; {check['why']}"


def _number(text: str) -> int:
    return whole_number(text, f"{text!r} is no number; see `ledgerhand cases list`")
