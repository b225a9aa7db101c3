"""Trying a policy of collections on the past: a client's own, or a book in files."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from connector.clients.tenants import State
from connector.commands.arguments import Verbs, day, whole_number
from connector.commands.output import CommandError, say, show_one
from connector.commands.people import chosen
from connector.commands.policy_files import read_policy
from connector.deps import Deps
from connector.learning import book_files
from connector.learning.book_files import BadBook
from connector.next_step import whatif
from connector.next_step.whatif import CannotTry, How
from connector.rules import policy
from dunning.checking import shipped
from dunning.rules.policy import DunningPolicy
from providers.errors import LedgerError

ROWS_SHOWN = 40
TIME_ZONE = "UTC"
WORDS = {How.DRAFT.value: "draft", How.NOTED.value: "note"}


def add(verbs: Verbs) -> None:
    trial = verbs.verb("simulate", simulate, "a policy on the past: what would have been sent")
    trial.option("--client", default="").option("--company", default="", help="one of several")
    trial.option("--book", default="", help="folder with customers, invoices, payments .jsonl")
    trial.option(
        "--policy", default="", help=f"a policy document, or one of {', '.join(shipped.NAMES)}"
    )
    trial.option("--from", dest="since", default="", metavar="DATE", help="such as 2026-01-31")
    trial.option("--to", dest="until", default="", metavar="DATE")
    trial.option("--kept", default="", metavar="N", help="show number N again; reads no ledger")
    trial.lists()


def simulate(deps: Deps, given: Namespace) -> None:
    if bool(given.client) == bool(given.book):
        raise CommandError("say either --client or --book")
    if bool(given.kept) == bool(given.since or given.until):
        raise CommandError("say either --from and --to, or --kept")
    if given.kept:
        _show_kept(deps, given)
        return
    since, until = day("--from", given.since), day("--to", given.until)
    try:
        if given.book:
            _on_files(given, since, until)
        else:
            _on_client(deps, given, since, until)
    except (CannotTry, BadBook) as error:
        raise CommandError(str(error)) from None


def _on_client(deps: Deps, given: Namespace, since: date, until: date) -> None:
    connection = chosen(deps, given.client, given.company)
    if connection.state is not State.LIVE:
        raise CommandError(f"{connection.name} is not connected now ({connection.state.value})")
    with deps.reading() as tx:
        present = policy.current(tx, connection.client_id).policy.dunning
    try:
        number, rows = whatif.of_connection(
            deps, connection, _policy(given.policy) or present, since, until
        )
    except LedgerError as error:
        raise CommandError(f"{connection.name} cannot be read: {error}; nothing was kept") from None
    _tell({connection.name: rows}, as_json=given.json)
    if not given.json:
        say(f"kept as number {number}")


def _show_kept(deps: Deps, given: Namespace) -> None:
    connection = chosen(deps, given.client, given.company)
    number = whole_number(given.kept, f"{given.kept!r} is no number of a run")
    with deps.reading() as tx:
        rows = whatif.kept(tx, connection.id, number)
    if rows is None:
        raise CommandError(f"{connection.name} has no run {number}; make one with --from and --to")
    _tell({connection.name: rows}, as_json=given.json)


def _on_files(given: Namespace, since: date, until: date) -> None:
    rows = book_files.read(Path(given.book))
    rules = _policy(given.policy) or DunningPolicy()
    _tell(whatif.of_files(rows, rules, since, until, TIME_ZONE), as_json=given.json)


def _policy(named: str) -> DunningPolicy | None:
    if named in shipped.NAMES:
        return shipped.policy(named)
    return read_policy(named).dunning if named else None


def _tell(found: Mapping[str, Sequence[Mapping[str, Any]]], *, as_json: bool) -> None:
    if as_json:
        show_one({
            name: {"summary": _figures(rows), "rows": list(rows)} for name, rows in found.items()
        } | {"unknown": whatif.UNKNOWN})  # fmt: skip
        return
    for name, rows in found.items():
        figures = whatif.summary(rows)
        titles = (
            ("message", figures.messages), ("draft", figures.drafts),
            ("noted only", figures.noted), ("question", figures.asks),
        )  # fmt: skip
        sent, drafts, noted, asks = (sum(counts.values()) for _, counts in titles)
        also = f" and {drafts} drafts that a person approves first" if drafts else ""
        shadow = f", {noted} noted only" if noted else ""
        say(f"{name}: {sent} messages{also} to {figures.customers} customers{shadow},"
            f" {asks} questions to a person")  # fmt: skip
        for title, counts in titles:
            for what, count in sorted(counts.items(), key=lambda one: -one[1]):
                say(f"  {count:6d}  {title} {what!r}")
        if figures.busiest:
            say(f"  most in seven days: {figures.busiest}, to {figures.busiest_name}")
        for row in rows[:ROWS_SHOWN]:
            asked = [row, *row["besides"]] if row["action"] == "send" else []
            what = " and ".join(f"{it['currency']} {it['total']}" for it in asked)
            why = row["step"] if row["action"] == "send" else row["reason"]
            done = WORDS.get(row.get("how", ""), row["action"])
            say(f"  {row['at'][:16]}  {done:5s}  {row['customer'][:30]:30s}  {why}  {what}")
        if len(rows) > ROWS_SHOWN:
            say(f"  and {len(rows) - ROWS_SHOWN} more; --json shows all")
    say(whatif.UNKNOWN)


def _figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    figures = whatif.summary(rows)
    return {
        "customers": figures.customers, "messages": dict(figures.messages),
        "drafts": dict(figures.drafts), "noted": dict(figures.noted),
        "asks": dict(figures.asks), "messages_by_week": dict(figures.weeks),
        "most_in_seven_days": figures.busiest, "most_to": figures.busiest_name,
    }  # fmt: skip
