"""Reports: what came of the work in a period, beside the period before, with what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from connector.outcomes import client as reports
from connector.outcomes.figure import NONE, Figure
from dunning.statements.aging import BUCKETS
from ui_embed import asked_days, ownership
from webhooks import parts

pages = Blueprint("outcomes", __name__)
EVIDENCE_MAX = 20
REFUSED = 422


@dataclass(frozen=True, slots=True)
class Line:
    """A figure, what it was before, and by how much it changed; the title tells the unit."""

    title: str
    now: Figure
    before: Figure
    change: str


@pages.get("/clients/<int:client_id>/reports")
def show(client_id: int) -> str | tuple[str, int]:
    """The days `from` and `to`, both included; without them the last quarter."""
    deps = parts.here()
    days, wrong = asked_days.read()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        companies = ownership.page_about(tx, client)
        found = reports.of(
            tx, client, companies, deps.now(), since=days[0], until=days[1]
        )  # fmt: skip
    page = render_template(
        "outcomes.html", client=client, found=found, lines=_lines, wrong=wrong, buckets=BUCKETS,
        since=request.args.get("from", ""), until=request.args.get("to", ""),
        evidence_max=EVIDENCE_MAX,
    )  # fmt: skip
    return (page, REFUSED) if wrong else page


def _lines(now: Sequence[Figure], before: Sequence[Figure]) -> list[Line]:
    return [
        Line(_title(one, other), one, other, _change(one, other))
        for one, other in zip(now, before, strict=True)
    ]


def _title(now: Figure, before: Figure) -> str:
    unit = now.unit or before.unit
    return f"{now.title} ({unit})" if unit else now.title


def _change(now: Figure, before: Figure) -> str:
    change = now.change_from(before)
    if change is None:
        return NONE
    return f"{change:+,}" if change else "the same"
