"""The audit trail, and for each decision why: inputs, rule, policy, mode and what followed."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, render_template, request

from connector import (
    applied,
    audit,
    decisions,
    edits,
    intents,
    messages,
    phone_contacts,
    telling,
    tenants,
    tracking,
)
from connector.audit import Entry
from connector.db import Tx
from connector.tenants import Connection
from ui_embed import ownership
from webhooks import parts

pages = Blueprint("audit", __name__)
ENTRIES_MAX = 200


@pages.get("/clients/<int:client_id>/audit")
def show(client_id: int) -> str:
    """The newest entries first; `decision` narrows them to one decision."""
    given = request.args.get("decision", "").strip()
    wrong = bool(given) and not (given.isascii() and given.isdecimal())
    decision_id = int(given) if given and not wrong else None
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        trails = [
            (connection, [] if wrong else _entries(tx, connection, decision_id))
            for connection in ownership.page_about(tx, client)
        ]
    return render_template(
        "audit.html", client=client, trails=trails, given=given, wrong=wrong,
        entries_max=ENTRIES_MAX,
    )  # fmt: skip


@pages.get("/why/<int:decision_id>")
def why(decision_id: int) -> str:
    """The number of a decision stands in every note and on every page about it."""
    if decision_id > ownership.ID_MAX:
        abort(404)
    with parts.here().reading() as tx:
        decision = decisions.find(tx, decision_id)
        if decision is None:
            abort(404)
        connection = ownership.connection_or_404(tx, decision.connection_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        followed = intents.of_decisions(tx, connection.id, [decision.id])
        told = telling.tell(tx, connection.id, followed)
        sent = messages.sent(tx, connection.id, decision_id=decision.id)
        contacts = phone_contacts.listed(tx, connection.id, decision_id=decision.id)
        became = tracking.of_messages(tx, connection.id, [it.message_id for it in sent])
        edit = edits.of_decision(tx, connection.id, decision.id)
        entries = list(reversed(_entries(tx, connection, decision.id)))
    return render_template(
        "why.html", client=client, connection=connection, decision=decision, followed=told,
        messages=sent, contacts=contacts, became=became, entries=entries, edit=edit,
        reasons=_reasons(decision.outcome),
        has_cash=any(applied.wrote(it) for it in followed), inputs=_pretty(decision.inputs),
        outcome=_pretty(decision.outcome),
    )  # fmt: skip


def _entries(tx: Tx, connection: Connection, decision_id: int | None) -> list[Entry]:
    if decision_id is not None and decision_id > ownership.ID_MAX:
        return []
    return audit.entries(tx, connection.id, decision_id=decision_id, last=ENTRIES_MAX)


def _reasons(outcome: dict[str, Any]) -> list[str]:
    found = [outcome.get("reason", ""), *outcome.get("reasons", ())]
    return [str(reason) for reason in found if reason]


def _pretty(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)
