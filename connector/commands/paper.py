"""What goes on paper: statements of account, and letters to be printed and posted."""

from __future__ import annotations

from argparse import Namespace
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from connector import local_days
from connector.account.account_faults import CannotRead
from connector.clients import tenants
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, day, whole_number
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, me
from connector.correspondence import letters
from connector.correspondence.letters import Letter, LetterState
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring.account_statements import Reading
from connector.paper import posting, statement_papers, tray
from connector.paper.posting import NotQueued
from connector.paper.statement_papers import Disagrees, Paper
from dunning.statements.statement import Statement
from providers.errors import LedgerError, TryLater
from providers.ledger import Customer
from providers.letters.pdf import Printed, TooLong

PERIOD = timedelta(days=90)


def add(verbs: Verbs) -> None:
    stated = verbs.verb("statement", statement, "a customer's statement of account as PDF")
    stated.takes("client", "customer").lists()
    stated.option("--from", dest="since", default="", help="first day; 90 days before the last")
    stated.option("--to", dest="until", default="", help="last day; today")
    stated.option("--out", required=True, help="the file to write")
    posted = verbs.group("letters", "letters on paper: queued, printed, posted")
    posted.verb("list", list_letters, "every letter and what became of it").lists().option(
        "--client", default=""
    )
    printed = posted.verb("print", print_letters, "write the PDF of every letter that waits")
    printed.lists().option("--out", required=True, help="a folder").option("--client", default="")
    posted.verb("confirm", confirm, "it was posted: only now it counts as sent").takes(
        "id"
    ).lists().option("--by", required=True, help="who posted it")
    posted.verb("anew", make_anew, "it was not posted, and is made of what is true now").takes(
        "id"
    ).lists()
    posted.verb("drop", drop, "it is not posted").takes("id").lists().option(
        "--reason", required=True
    )


def statement(deps: Deps, given: Namespace) -> None:
    """Read from the ledger now, and written only if the ledger's own report says the same."""
    target = Path(given.out)
    if target.is_dir() or not target.parent.is_dir():
        raise CommandError(f"{target} cannot be written; name a file in a folder that is there")
    with deps.reading() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
    since, until = _days(deps, connection, given)
    made = _make(deps, connection, customer, since, until)
    _write(target, made.printed.pdf)
    _show_statement(made.reading, made.printed, target, as_json=given.json)


def list_letters(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = _letters(tx, given.client)
        changed = _changed(tx, [one for _, one in found], deps.now())
        rows = [_row(client, one, changed) for client, one in found]
    show(rows, as_json=given.json, empty="No letter yet.")


def print_letters(deps: Deps, given: Namespace) -> None:
    """Writing files changes nothing: a letter waits until somebody confirms that it went out."""
    folder = Path(given.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder} cannot be made: {error.strerror}") from None
    rows = []
    with deps.reading() as tx:
        found = _letters(tx, given.client, (LetterState.QUEUED,))
        changed = _changed(tx, [one for _, one in found], deps.now())
        for client, letter in reversed(found):
            row = _row(client, letter, changed) | {"file": ""}
            if not row["changed"]:
                file = folder / f"letter-{letter.id}.pdf"
                _write(file, letters.content(tx, letter))
                row["file"] = str(file)
            rows.append(row)
    show(rows, as_json=given.json, empty="No letter waits to be printed.")
    if any(changed.values()) and not given.json:
        say(
            "What has no file should not be posted now; `ledgerhand letters anew ID` makes a letter"
            " of what is true by then."
        )


def confirm(deps: Deps, given: Namespace) -> None:
    letter = _letter(deps, given.id)
    try:
        posting.confirm(deps, letter, by=given.by)
    except NotQueued as error:
        raise CommandError(f"{error}; nothing was changed") from None
    _show_ended(deps, letter, f"Letter {letter.id} counts as sent.", as_json=given.json)


def make_anew(deps: Deps, given: Namespace) -> None:
    letter = _letter(deps, given.id)
    try:
        posting.make_anew(deps, letter, by=me())
    except NotQueued as error:
        raise CommandError(f"{error}; nothing was changed") from None
    _show_ended(
        deps, letter, f"Letter {letter.id} is made anew, if it is still due.", as_json=given.json
    )


def drop(deps: Deps, given: Namespace) -> None:
    letter = _letter(deps, given.id)
    try:
        posting.drop(deps, letter, by=me(), reason=given.reason)
    except NotQueued as error:
        raise CommandError(f"{error}; nothing was changed") from None
    _show_ended(deps, letter, f"Letter {letter.id} is not sent.", as_json=given.json)


def _days(deps: Deps, connection: Connection, given: Namespace) -> tuple[date, date]:
    today = local_days.today(connection, deps.now())
    until = day("--to", given.until) if given.until else today
    since = day("--from", given.since) if given.since else until - PERIOD
    if until > today:
        raise CommandError(f"--to {until} is not over yet; today is {today} at {connection.name}")
    if since > until:
        raise CommandError(f"--from {since} is after --to {until}; write the earlier day first")
    return since, until


def _make(
    deps: Deps, connection: Connection, customer: Customer, since: date, until: date
) -> Paper:
    try:
        return statement_papers.make(
            deps, connection, customer, since=since, until=until, purpose=Purpose.SYNC,
            patient=True,
        )  # fmt: skip
    except TryLater as later:
        seconds = round(later.wait.total_seconds())
        raise CommandError(f"{later}; try again in {seconds} seconds") from None
    except LedgerError as error:
        raise CommandError(f"{error}; nothing was written") from None
    except CannotRead as fault:
        raise CommandError(f"no statement is made for {customer.name}: {fault}") from None
    except Disagrees as why:
        raise CommandError(
            f"{why}; nothing was written: look for journal entries and refunds, or send the"
            " ledger's own statement"
        ) from None
    except TooLong as error:
        raise CommandError(f"{error}: ask for fewer days") from None


def _show_statement(reading: Reading, printed: Printed, target: Path, *, as_json: bool) -> None:
    if as_json:
        show_one({
            "file": str(target), "sha256": printed.sha256, "pages": printed.pages,
            "ledger_says": reading.reported, "agrees": reading.agrees,
            "statements": [_stated(one) for one in reading.statements],
        })  # fmt: skip
        return
    for one in reading.statements:
        say(f"{one.currency}: {one.opening} on {one.since}, {one.closing} on {one.until}.")
    checked = "The ledger's own report says the same." if reading.agrees else (
        "Not compared with the ledger's report, which knows no foreign currency."
    )  # fmt: skip
    say(f"{target}: {printed.pages} pages, SHA-256 {printed.sha256}. {checked}")


def _stated(one: Statement) -> dict[str, Any]:
    return {
        "currency": one.currency, "from": one.since, "to": one.until,
        "opening": one.opening.amount, "closing": one.closing.amount,
        "buckets": {name: money.amount for name, money in one.buckets.items()},
        "unapplied": one.unapplied.amount,
        "entries": [
            {"on": entry.on, "kind": entry.kind, "number": entry.number, "due": entry.due,
             "amount": entry.amount.amount, "balance": entry.balance.amount}
            for entry in one.entries
        ],
    }  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None


def _letters(
    tx: Tx, client: str, states: tuple[LetterState, ...] = tuple(LetterState)
) -> list[tuple[str, Letter]]:
    """Newest first, with the name of the client."""
    connections = connections_of(tx, client) if client else tenants.connections(tx)
    found = []
    for connection in connections:
        name = tenants.client(tx, connection.client_id).name
        found += [(name, one) for one in letters.listed(tx, connection.id, states)]
    return found


def _changed(tx: Tx, found: Sequence[Letter], now: datetime) -> dict[int, str]:
    """By letter, why it should not be posted; of those that wait."""
    by_company: dict[int, list[Letter]] = defaultdict(list)
    for letter in found:
        if letter.state is LetterState.QUEUED:
            by_company[letter.connection_id].append(letter)
    told: dict[int, str] = {}
    for id_, waiting in by_company.items():
        told |= tray.changed(tx, tenants.connection(tx, id_), waiting, now)
    return told


def _row(client: str, letter: Letter, changed: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": letter.id, "client": client, "customer": letter.name, "kind": letter.kind,
        "step": letter.step, "total": letter.total, "state": letter.state.value,
        "pages": letter.pages, "made_at": letter.made_at, "ended_at": letter.ended_at,
        "by": letter.by, "reason": letter.reason, "sha256": letter.sha256,
        "address": letter.address, "decision": letter.decision_id,
        "changed": changed.get(letter.id, ""),
    }  # fmt: skip


def _letter(deps: Deps, text: str) -> Letter:
    id_ = whole_number(text, f"{text!r} is no letter; see `ledgerhand letters list`")
    with deps.reading() as tx:
        found = letters.find(tx, id_)
    if found is None:
        raise CommandError(f"there is no letter {text}; see `ledgerhand letters list`")
    return found


def _show_ended(deps: Deps, letter: Letter, sentence: str, *, as_json: bool) -> None:
    if not as_json:
        say(sentence)
        return
    with deps.reading() as tx:
        found = letters.find(tx, letter.id)
        assert found is not None, "no letter is ever deleted"
        connection = tenants.connection(tx, found.connection_id)
        show_one(_row(tenants.client(tx, connection.client_id).name, found, {}))
