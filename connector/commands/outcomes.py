"""`ledgerhand report outcomes`: each figure with its formula, what was put in, and the evidence."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any

from connector.commands.arguments import day
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of, find_client
from connector.deps import Deps
from connector.outcomes import client
from connector.outcomes.client import Told
from connector.outcomes.figure import NONE, Evidence, Figure
from connector.outcomes.report import Part, Report
from providers.money import Money

SHOWN_MAX = 20


def show_outcomes(deps: Deps, given: Namespace) -> None:
    since, until = day_of("--from", given.since), day_of("--to", given.until)
    with deps.reading() as tx:
        named = find_client(tx, given.client)
        companies = connections_of(tx, given.client)
        told = client.of(tx, named, companies, deps.now(), since=since, until=until)
    found = [(one, one.report) for one in told if one.report]
    if told and not found:
        raise CommandError(told[0].reason)
    if given.json:
        show_one([_document(one, made) for one, made in found])
        return
    for one in told:
        if one.report:
            _tell(one, one.report)
        else:
            say(f"{one.title}: {one.reason}.")
    if not told:
        say(f"{named.name} has no company.")


def day_of(option: str, text: str) -> date | None:
    """A day as it is typed; None where none was. Raises CommandError."""
    return day(option, text) if text else None


def _tell(told: Told, one: Report) -> None:
    zone = told.connection.time_zone if told.connection else "each company in its own zone"
    say(f"{told.title}, {one.period} ({one.period.days} days, {zone})")
    for part in one.parts:
        say(f"\n{part.currency}, before: {one.period.before}")
        _table(part.figures, part.before)
        _tell_age(part, one.names)
        for note in part.notes:
            say(f"* {note}")
    say("\nCost, all currencies together")
    _table(one.costs, one.costs_before)
    say("\nEvidence")
    for part in one.parts:
        for figure in part.figures:
            _tell_evidence(figure, one.names)
    say("\nFormulas")
    for figure in (*(one.parts[0].figures if one.parts else ()), *one.costs):
        say(f"* {figure.title}: {figure.formula}.")


def _table(figures: tuple[Figure, ...], before: tuple[Figure, ...]) -> None:
    show(
        [
            {"figure": now.title, "value": now.shown, "before": then.shown,
             "worked_out": now.worked or now.reason}
            for now, then in zip(figures, before, strict=True)
        ],
        as_json=False, empty="",
    )  # fmt: skip


def _tell_age(part: Part, names: dict[str, str]) -> None:
    if part.age is None:
        say(f"Age of receivables: {NONE}, the mirror begins later")
        return
    words = ", ".join(f"{name} {amount.amount:,}" for name, amount in part.age.buckets.items())
    say(f"Age of receivables on {part.age.on}: {words}; {part.age.total} in all")
    for customer_id, owed in part.age.top:
        say(f"  {names.get(customer_id) or customer_id}: {owed}")


def _tell_evidence(figure: Figure, names: dict[str, str]) -> None:
    if figure.evidence:
        say(f"{figure.title}:")
    for row in figure.evidence[:SHOWN_MAX]:
        amount = f", {row.amount}" if row.amount else ""
        why = f" (decision {row.decision_id})" if row.decision_id else ""
        say(f"  {names.get(row.customer_id) or row.customer_id}{amount}: {row.text}{why}")
    if len(figure.evidence) > SHOWN_MAX:
        say(f"  and {len(figure.evidence) - SHOWN_MAX} more; --json lists all")


def _document(told: Told, one: Report) -> dict[str, Any]:
    return {
        "company": told.title, "since": one.period.since, "until": one.period.until,
        "mirror_begins": one.begins,
        "time_zone": told.connection.time_zone if told.connection else None,
        "currencies": [
            {
                "currency": part.currency, "figures": _figures(part.figures, one.names),
                "before": _figures(part.before, one.names), "age": _age(part, one.names),
                "notes": part.notes,
            }
            for part in one.parts
        ],
        "costs": _figures(one.costs, one.names),
        "costs_before": _figures(one.costs_before, one.names),
    }  # fmt: skip


def _figures(figures: tuple[Figure, ...], names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": it.name, "value": it.value, "unit": it.unit, "shown": it.shown,
            "formula": it.formula, "worked": it.worked, "reason": it.reason,
            "inputs": {name: _number(value) for name, value in it.inputs.items()},
            "evidence": [_evidence(row, names) for row in it.evidence],
        }
        for it in figures
    ]  # fmt: skip


def _age(part: Part, names: dict[str, str]) -> dict[str, Any] | None:
    if part.age is None:
        return None
    return {
        "on": part.age.on, "total": part.age.total.amount,
        "buckets": {name: amount.amount for name, amount in part.age.buckets.items()},
        "top": [
            {"customer": names.get(id_) or id_, "customer_id": id_, "owed": owed.amount}
            for id_, owed in part.age.top
        ],
    }  # fmt: skip


def _evidence(row: Evidence, names: dict[str, str]) -> dict[str, Any]:
    return {
        "customer": names.get(row.customer_id) or row.customer_id, "text": row.text,
        "amount": row.amount and str(row.amount), "decision_id": row.decision_id,
    }  # fmt: skip


def _number(value: object) -> object:
    return value.amount if isinstance(value, Money) else value
