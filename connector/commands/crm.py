"""Where each customer stands, as a CSV for the client's CRM."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from connector.commands.output import CommandError, say, show_one
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.outcomes import crm_report


def show_customers(deps: Deps, given: Namespace) -> None:
    """`report crm`: a row for each customer and currency, too wide for a table."""
    with deps.reading() as tx:
        found = crm_report.rows(tx, connections_of(tx, given.client), deps.now())
    if given.json:
        show_one([asdict(row) for row in found])
    elif given.out:
        _write(given.out, crm_report.as_csv(found))
        say(f"{given.out}: {len(found)} rows")
    else:
        say(crm_report.as_csv(found))


def _write(name: str, text: str) -> None:
    try:
        Path(name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"--out {name}: {error.strerror}") from None
