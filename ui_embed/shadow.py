"""The shadow report: what would have been sent and applied, and what people did about the same."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from connector.clients.tenants import State
from connector.next_step import shadow
from connector.next_step.shadow import WrongDays
from ui_embed import asked_days, ownership
from webhooks import parts

pages = Blueprint("shadow", __name__)
REFUSED = 422


@pages.get("/clients/<int:client_id>/shadow")
def show(client_id: int) -> str | tuple[str, int]:
    """The days `from` and `to`, both included; without them the last seven."""
    deps = parts.here()
    (first, last), wrong = asked_days.read()
    why = "Write each day as 2026-01-31. The last seven days are shown instead." if wrong else ""
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        companies = [it for it in ownership.page_about(tx, client) if it.state is State.LIVE]
        try:
            found = [
                (it, shadow.report(tx, it, deps.now(), first=first, last=last)) for it in companies
            ]
        except WrongDays as error:
            found, why = [(it, shadow.report(tx, it, deps.now())) for it in companies], str(error)
    page = render_template(
        "shadow.html", client=client, found=found, why=why, since=request.args.get("from", ""),
        until=request.args.get("to", ""),
    )  # fmt: skip
    return (page, REFUSED) if why else page
