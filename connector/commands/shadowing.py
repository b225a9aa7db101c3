"""`ledgerhand report shadow`: what would have been done, and what people did about the same."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from connector.commands.outcomes import day_of
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.next_step import shadow
from connector.next_step.shadow import Answers, Report, WrongDays
from connector.outcomes.figure import NONE

Row = dict[str, str]


def show_shadow(deps: Deps, given: Namespace) -> None:
    first, last = day_of("--from", given.since), day_of("--to", given.until)
    found: list[tuple[str, Report]] = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            try:
                made = shadow.report(tx, connection, deps.now(), first=first, last=last)
            except WrongDays as wrong:
                raise CommandError(str(wrong)) from None
            found.append((connection.name, made))
    if given.json or not found:
        rows = [
            {"company": name, "from": str(made.first), "to": str(made.last), **row}
            for name, made in found
            for row in _rows(made)
        ]
        show(rows, as_json=given.json, empty="No company is connected.")
        return
    for name, made in found:
        say(f"{name}, {made.first} to {made.last}; in shadow nothing was sent or applied")
        show(list(_rows(made)), as_json=False, empty="")
    say(f"{NONE}: nobody answered, or it cannot be known.")


def _rows(found: Report) -> Iterator[Row]:
    for part, all_would in (("would have sent", found.sent), ("would have applied", found.applied)):
        for one in all_would:
            yield _row(part, one.what, str(one.count), ", ".join(map(str, one.amounts)))
        if not all_would:
            yield _row(part, "nothing", "0", NONE)
    yield _row("would have left to people", "money", str(found.left), NONE)
    for part, answers in (
        ("people on messages", found.reminders), ("people on money", found.money),
    ):  # fmt: skip
        for name, count in answers.parts():
            yield _row(part, name, f"{count} of {answers.total}", _share(answers, count))
    ledger = found.ledger
    for name, count in (("the same", ledger.agreed), ("something else", ledger.rejected)):
        yield _row(
            "did it in the ledger", name, f"{count} of {ledger.total}", _share(ledger, count)
        )
    yield _row("did it in the ledger", "not placed yet", str(found.unplaced), NONE)


def _row(part: str, what: str, count: str, share_or_amount: str) -> Row:
    return {"part": part, "what": what, "count": count, "share_or_amount": share_or_amount}


def _share(answers: Answers, count: int) -> str:
    share = answers.share(count)
    return NONE if share is None else f"{share} %"
