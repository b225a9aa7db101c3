"""The audit trail, and for each decision why: inputs, rule, policy, mode and what followed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request

from connector import audit
from connector.answering import subjects, trail
from connector.answering.subjects import Named
from connector.answering.trail import Piece
from connector.cash_application import applied
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import messages, tracking
from connector.customers import directory
from connector.customers.directory import Listed
from connector.db import Tx
from connector.decided import approvals, decisions, edits, telling
from connector.mirroring import mirror
from connector.outgoing import intents
from connector.phone import phone_contacts
from providers.ledger import Customer
from ui_embed import asked_numbers, ownership
from ui_embed.customer import ID_CHARACTERS_MAX
from ui_embed.customers import WANTED_CHARACTERS_MAX
from webhooks import parts

pages = Blueprint("audit", __name__)
ENTRIES_MAX = 100
ALIKE_MAX = 20


@dataclass(frozen=True, slots=True)
class Trail:
    """What of one company's trail is shown; `names` are of what its entries are about."""

    connection: Connection
    piece: Piece
    names: dict[str, Named]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the trail is narrowed to. `wanted` is the name that was typed; `alike` are the customers
    that it may mean, where it is not just one. `wrong` tells that the decision is no number."""

    given: str
    wrong: bool
    wanted: str
    company: int | None
    customer: Customer | None
    alike: list[Listed]

    @property
    def decision_id(self) -> int | None:
        return int(self.given) if self.given and not self.wrong else None

    @property
    def finds_nothing(self) -> bool:
        """So that nothing is shown rather than everything."""
        unknown = bool(self.wanted) and self.customer is None
        too_large = self.decision_id is not None and self.decision_id > ownership.ID_MAX
        return self.wrong or unknown or too_large


@pages.get("/clients/<int:client_id>/audit")
def show(client_id: int) -> str:
    """The newest entries first. `decision` and `customer` (a name) or `customer_id` narrow them;
    `company` with `before` or `after` goes on in one company's trail."""
    before, after = (asked_numbers.read(name) for name in ("before", "after"))
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.page_about(tx, client)
        narrowed = _filter(tx, connections)
        trails = [
            _trail(tx, connection, narrowed, before, after)
            for connection in connections
            if narrowed.company in (None, connection.id) and not narrowed.alike
        ]
    return render_template(
        "audit.html", client=client, trails=trails, narrowed=narrowed,
        goes_on=before is not None or after is not None, wanted_max=WANTED_CHARACTERS_MAX,
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
        answered = approvals.approved(tx, connection.id, [decision.id]).get(decision.id)
        entries = audit.entries(tx, connection.id, decision_id=decision.id)[::-1]
        about = {decision.subject, *(entry.about for entry in entries)}
        names = subjects.named(tx, connection.id, about)
    return render_template(
        "why.html", client=client, connection=connection, decision=decision, followed=told,
        messages=sent, contacts=contacts, became=became, entries=entries, edit=edit, names=names,
        reasons=_reasons(decision.outcome), answered=answered,
        has_cash=any(applied.wrote(it) for it in followed), inputs=_pretty(decision.inputs),
        outcome=_pretty(decision.outcome),
    )  # fmt: skip


def _filter(tx: Tx, connections: list[Connection]) -> Filter:
    given = request.args.get("decision", "").strip()
    wrong = bool(given) and not (given.isascii() and given.isdecimal())
    wanted = request.args.get("customer", "").strip()[:WANTED_CHARACTERS_MAX]
    company, alike = asked_numbers.read("company"), []
    customer_id = request.args.get("customer_id", "")[:ID_CHARACTERS_MAX]
    customer = None
    if customer_id:
        of_company = [connection for connection in connections if connection.id == company]
        customer = mirror.customer(tx, of_company[0].id, customer_id) if of_company else None
        if customer is None:
            abort(404)
        wanted = customer.name
    elif wanted:
        alike = directory.named(tx, connections, wanted)
        exact = [one for one in alike if one.customer.name.casefold() == wanted.casefold()]
        if len(chosen := exact or alike) == 1:
            company, customer, alike = chosen[0].connection.id, chosen[0].customer, []
    return Filter(given, wrong, wanted, company, customer, alike[:ALIKE_MAX])


def _trail(
    tx: Tx, connection: Connection, narrowed: Filter, before: int | None, after: int | None
) -> Trail:
    if narrowed.finds_nothing:
        return Trail(connection, Piece([]), {})
    found = trail.piece(
        tx, connection.id, decision_id=narrowed.decision_id, before=before, after=after,
        customer_id=narrowed.customer.id if narrowed.customer else "", size=ENTRIES_MAX,
    )  # fmt: skip
    about = {entry.about for entry in found.entries}
    return Trail(connection, found, subjects.named(tx, connection.id, about))


def _reasons(outcome: dict[str, Any]) -> list[str]:
    found = [outcome.get("reason", ""), *outcome.get("reasons", ())]
    return [str(reason) for reason in found if reason]


def _pretty(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)
