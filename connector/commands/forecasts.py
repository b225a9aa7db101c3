"""`ledgerhand forecast` and `ledgerhand worklist`: for people to choose by; nothing acts on it."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs
from connector.commands.output import say, show, show_one
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.next_step import forecasting
from connector.next_step.forecasting import Forecasts
from dunning.forecasts.forecast import OFF_MAX, Trial, tried

NOTHING = "not enough data"


def add(verbs: Verbs) -> None:
    ahead = verbs.verb("forecast", forecast, "when open invoices will be paid, and how sure it is")
    ahead.takes("client").option(
        "--backtest", action="store_true", help="try it on invoices that were paid"
    )
    ahead.lists()
    verbs.verb("worklist", worklist, "who to turn to first, and why").takes("client").lists()


def forecast(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = [
            (it, forecasting.forecasts_of(tx, it, deps.now()))
            for it in connections_of(tx, given.client)
        ]
    if given.backtest:
        _tell_trials([(it, one, tried(one.paid)) for it, one in found], as_json=given.json)
        return
    if given.json:
        show_one([
            {"company": it.name, "paid_known": len(one.paid), "reason": one.lacking,
             "invoices": _rows(one)}
            for it, one in found
        ])  # fmt: skip
        return
    for it, one in found:
        say(f"{it.name}, paid invoices known: {len(one.paid)}.")
        if one.lacking:
            say(f"{one.lacking[:1].upper()}{one.lacking[1:]}.")
        else:
            show(_rows(one), as_json=False, empty="Nothing is open.")


def worklist(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            ranked, following = forecasting.worklist(tx, connection, deps.now())
            for row in ranked:
                debt = row.debt
                rows.append({
                    "company": connection.name, "currency": debt.overdue.currency,
                    "place": row.place, "customer": debt.name, "overdue": debt.overdue.amount,
                    "points": row.total,
                    "because": [f"{it.points}: {it.reason}" for it in row.points],
                    "next": following.get(debt.customer_id, ""),
                })  # fmt: skip
    show(rows, as_json=given.json, empty="Nothing is overdue.")


def _rows(one: Forecasts) -> list[dict[str, Any]]:
    if one.lacking:
        return []
    rows = []
    for invoice in one.open:
        found = one.forecasts[invoice.id]
        rows.append({
            "invoice": invoice.number, "due": invoice.due,
            "customer": one.names.get(invoice.customer_id) or invoice.customer_id,
            "open": str(invoice.open), "forecast": found.on, "early": found.early,
            "late": found.late, "late_risk": f"{found.late_risk:.0%}",
            "very_late_risk": f"{found.very_late_risk:.0%}", "own": found.own,
        })  # fmt: skip
    return rows


def _tell_trials(
    trials: list[tuple[Connection, Forecasts, Trial | None]], *, as_json: bool
) -> None:  # fmt: skip
    if as_json:
        show_one([
            {"company": it.name, "paid_known": len(one.paid),
             "trial": trial and asdict(trial) | {"misses": trial.misses},
             "reason": "" if trial else one.lacking or NOTHING}
            for it, one, trial in trials
        ])  # fmt: skip
        return
    for it, one, trial in trials:
        if trial is None:
            why = one.lacking or f"{NOTHING}: no invoice was issued after enough were paid"
            say(f"{it.name}: {why}.")
            continue
        say(
            f"{it.name}: {trial.tried} of {len(one.paid)} paid invoices forecast from what was"
            f" known before their issue; {trial.too_early} came too early for that.\n"
            f"Mean error {trial.error_days:.1f} days; due date and mean lateness alone:"
            f" {trial.naive_error_days:.1f} days.\n"
            f"Late: {trial.late_stated:.0%} said, {trial.late_seen:.0%} seen.\n"
            "Paid by the day that was given with a chance of (right between before and until):"
        )
        show(
            [
                {"said": f"{level.stated} %", "before": f"{level.before:.0%}",
                 "until": f"{level.until:.0%}"}
                for level in trial.levels
            ],
            as_json=False, empty="",
        )  # fmt: skip
        if trial.misses:
            say(
                f"{it.name}: these chances are not to be relied on: what was seen differs by more"
                f" than {OFF_MAX:.0%} ({'; '.join(trial.misses)}). Customers pay otherwise than"
                " they did; the days and risks of the forecast are a rough guide."
            )
