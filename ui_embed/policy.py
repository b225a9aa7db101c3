"""The policy page: the rules in force, what others would do, and a new version of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import (
    agreement,
    answers,
    customer_places,
    policy,
    policy_differences,
    preview,
    ruling,
    starting,
)
from connector.answers import CannotAnswer
from connector.customer_places import NOWHERE
from connector.membership import Membership, membership
from connector.policy import Policy, PolicyError
from connector.preview import FirstDay
from connector.tenants import Client, Connection, State
from providers.ledger import Invoice
from ui_embed import documents, ownership, segments, session, steps
from webhooks import parts

pages = Blueprint("policy", __name__)
CHANGES_MAX = 300
SHIPPED = {
    "services": "Services: a firm that invoices its work",
    "msp": "MSP: monthly invoices for running services",
    "wholesale": "Wholesale: goods on account",
    "consumer": "Consumers: private people",
}
"""What each shipped policy is for."""


@dataclass(frozen=True, slots=True)
class Stage:
    """When a real invoice takes a step, in the client's zone; None where it does not take it."""

    step: str
    now: datetime | None
    then: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules mean for one company; `day` is the first day under rules not in force yet, and
    `membership` who would be in which segment."""

    connection: Connection
    invoice: Invoice | None
    stages: list[Stage]
    day: FirstDay | None
    membership: Membership | None


@pages.get("/clients/<int:client_id>/policy")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    return _page(client)


@pages.post("/clients/<int:client_id>/policy/preview")
def look_ahead(client_id: int) -> str | tuple[str, int]:
    """What a document would do; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    given = documents.given()
    try:
        rules = policy.parse(given)
    except PolicyError as error:
        return _refused(client, given, error.faults)
    return _page(client, document=documents.as_text(given), other=rules)


@pages.post("/clients/<int:client_id>/policy/start-from")
def start_from(client_id: int) -> str:
    """What a shipped policy would do, laid over the one in force; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        current = policy.current(tx, client.id).policy
    name = request.form.get("name", "")
    try:
        rules = starting.started_from(current, name if name in SHIPPED else abort(400))
    except PolicyError as error:
        return _page(client, faults=error.faults)
    return _page(client, document=documents.shown(rules), other=rules)


@pages.post("/clients/<int:client_id>/policy/steps")
def change_steps(client_id: int) -> str | tuple[str, int]:
    """What the steps of the form would do instead of those in force; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        current = policy.current(tx, client.id).policy
    given = steps.typed()
    try:
        rules = steps.laid_over(current, given)
    except PolicyError as error:
        return _page(client, faults=error.faults, given=given), documents.REFUSED
    return _page(client, document=documents.shown(rules), other=rules)


@pages.post("/clients/<int:client_id>/policy")
def save(client_id: int) -> Response | tuple[str, int]:
    """A document with a fault is shown again with each fault named; nothing is saved then."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    given = documents.given()
    try:
        rules = policy.parse(given)
    except PolicyError as error:
        return _refused(client, given, error.faults)
    reason = documents.reason()
    try:
        number = answers.set_policy(deps, client.id, rules, by=session.me().email, reason=reason)
    except CannotAnswer as error:
        return _refused(client, given, [str(error)], rules)
    flash(f"Version {number} is in force. Everything is looked at again under it.", "success")
    return redirect(url_for("policy.show", client_id=client.id), code=303)


def _refused(
    client: Client, given: str | bytes, faults: Sequence[str], rules: Policy | None = None
) -> tuple[str, int]:
    page = _page(client, faults=faults, document=documents.as_text(given), other=rules)
    return page, documents.REFUSED


def _page(
    client: Client, *, faults: Sequence[str] = (), document: str = "",
    other: Policy | None = None, given: Sequence[steps.Row] = (),
) -> str:  # fmt: skip
    deps = parts.here()
    with deps.reading() as tx:
        connections = ownership.page_about(tx, client)
        current = policy.current(tx, client.id)
        versions = policy.versions(tx, client.id)[: documents.VERSIONS_MAX]
        firm = policy.firm_of(tx, client.id)
        live = [connection for connection in connections if connection.state is State.LIVE]
        wanted = (other or current.policy).matching
        doubts = ruling.doubts(tx, client.id, other or current.policy)
        freed = agreement.of_freed(tx, live, current.policy.matching, wanted, now=deps.now())
        in_force = [] if other else segments.of(deps, tx, live, current.policy)
    return render_template(
        "policy.html", client=client, current=current, versions=versions, faults=faults,
        document=document or documents.shown(current.policy), shown=documents.shown,
        is_other=other is not None, freed=freed, doubts=doubts,
        firm=firm, origins=policy_differences.origins(current, firm), segments_now=in_force,
        step_rows=given or steps.rows(other or current.policy), steps_faulty=bool(given),
        step_choices=steps.CHOICES, step_labels=steps.LABELS,
        shipped=SHIPPED.items(), changes_max=CHANGES_MAX,
        changes=policy_differences.changes(current.policy, other) if other else (),
        outcomes=[_outcome(connection, current.policy, other) for connection in live],
    )  # fmt: skip


def _outcome(connection: Connection, now: Policy, other: Policy | None) -> Outcome:
    deps = parts.here()
    with deps.reading() as tx:
        invoice = preview.newest_invoice(tx, connection.id)
        place = customer_places.find(tx, connection.id, invoice.customer_id) if invoice else NOWHERE
    then = other or now
    stages: list[Stage] = []
    if invoice is not None and invoice.due is not None:
        before, after = (
            dict(
                preview.dates(
                    rules.dunning, invoice.due, connection.time_zone, issued=invoice.issued,
                    place=place,
                )
            )
            for rules in (now, then)
        )  # fmt: skip
        names = sorted({**before, **after}, key=lambda name: after.get(name) or before[name])
        stages = [Stage(name, before.get(name), after.get(name)) for name in names]
    if other is None:
        return Outcome(connection, invoice, stages, None, None)
    day = preview.first_day(deps, connection, other.dunning)
    with deps.reading() as tx:
        found = membership(tx, connection, now.dunning, other.dunning, deps.now())
    return Outcome(connection, invoice, stages, day, found)
