"""The policy page: the rules in force, what others would do, and a new version of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import agenda
from connector.answering.answers import CannotAnswer
from connector.clients.tenants import Client, Connection, State
from connector.recipients import customer_places
from connector.recipients.customer_places import NOWHERE
from connector.rule_changes import agreement, allowing, preview, ruling
from connector.rule_changes.allowing import Changed
from connector.rule_changes.membership import Membership, membership
from connector.rule_changes.preview import FirstDay
from connector.rules import policy, policy_differences, starting
from connector.rules.policy import Policy, PolicyError
from providers.ledger import Invoice
from ui_embed import asked_numbers, documents, ownership, segments, session, steps
from ui_embed.steps import Form
from webhooks import parts

pages = Blueprint("policy", __name__)
CHANGES_MAX = 300


@dataclass(frozen=True, slots=True)
class Stage:
    """When a real invoice takes a step, in the client's zone; None where it does not take it."""

    step: str
    now: datetime | None
    then: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules mean for one company; `day` is the first day under rules not in force yet, and
    `membership` who would be in which segment, of the first `preview.ON_A_PAGE_MAX` of all
    `customers`."""

    connection: Connection
    invoice: Invoice | None
    stages: list[Stage]
    day: FirstDay | None
    membership: Membership | None
    customers: int = 0


@pages.get("/clients/<int:client_id>/policy")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    return _page(client, number=asked_numbers.read("page") or 1)


@pages.post("/clients/<int:client_id>/policy/preview")
def look_ahead(client_id: int) -> str | tuple[str, int]:
    """What a document would do; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    given = documents.given()
    try:
        document = policy.read(given)
    except PolicyError as error:
        return _refused(client, given, error.faults)
    base = documents.base_of(document, policy.owner_of(client.id))
    return _page(client, documents.kept(given, document), other=document.policy, base=base)


@pages.post("/clients/<int:client_id>/policy/start-from")
def start_from(client_id: int) -> str | tuple[str, int]:
    """What a shipped policy would do, laid over the document that is shown; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    name, given = request.form.get("name", ""), documents.given()
    if name not in documents.SHIPPED:
        abort(400)
    try:
        rules = starting.started_from(policy.parse(given), name)
    except PolicyError as error:
        return _refused(client, given, error.faults)
    return _page(client, documents.shown(rules), other=rules, base=documents.base())


@pages.post("/clients/<int:client_id>/policy/steps")
def change_steps(client_id: int) -> str | tuple[str, int]:
    """What the steps of the form would do instead of those of the document that is shown; nothing
    is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    shown, given = documents.given(), steps.typed()
    try:
        rules = steps.laid_over(policy.parse(shown), given)
    except PolicyError as error:
        return _refused(client, shown, error.faults, given=given)
    now = steps.of(rules, given.segment)
    return _page(client, documents.shown(rules), other=rules, given=now, base=documents.base())


@pages.post("/clients/<int:client_id>/policy/steps/of")
def choose_steps(client_id: int) -> str | tuple[str, int]:
    """The form with the steps of a segment, or of everybody else; nothing is saved."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    shown, whose = documents.given(), request.form.get("segment", "")
    try:
        rules = policy.parse(shown)
        given = steps.of(rules, whose)
    except PolicyError as error:
        return _refused(client, shown, error.faults)
    return _page(client, documents.as_text(shown), other=rules, given=given, base=documents.base())


@pages.post("/clients/<int:client_id>/policy")
def save(client_id: int) -> Response | tuple[str, int]:
    """A document with a fault is shown again with each fault named; nothing is saved then."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    given = documents.given()
    try:
        document = policy.read(given)
    except PolicyError as error:
        return _refused(client, given, error.faults)
    rules, given = document.policy, documents.kept(given, document)
    by, reason = session.me().email, documents.reason()
    base = documents.base_of(document, policy.owner_of(client.id))
    try:
        number = allowing.set_policy(deps, client.id, rules, by=by, reason=reason, base=base)
    except Changed:
        return _page(client, given, other=rules, base=base), documents.REFUSED
    except CannotAnswer as error:
        return _refused(client, given, [str(error)], rules)
    flash(f"Version {number} is in force. Everything is looked at again under it.", "success")
    return redirect(url_for("policy.show", client_id=client.id), code=303)


def _refused(
    client: Client, document: str | bytes, faults: Sequence[str], rules: Policy | None = None, *,
    given: Form | None = None,
) -> tuple[str, int]:  # fmt: skip
    page = _page(
        client, documents.as_text(document), faults=faults, other=rules, given=given,
        base=documents.base(),
    )  # fmt: skip
    return page, documents.REFUSED


def _page(
    client: Client, document: str = "", *, faults: Sequence[str] = (),
    other: Policy | None = None, given: Form | None = None, base: int | None = None,
    number: int = 1,
) -> str:  # fmt: skip
    """With what was changed since version `base`, where that is not in force any more: what is
    saved from this page on is made from the one in force."""
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
        in_force = None if other else segments.of(deps, tx, live, current.policy, number)
        overtaken = None
        if base is not None and base != current.number:
            overtaken = documents.Overtaken(policy.version(tx, client.id, base), current)
    rules = other or current.policy
    return render_template(
        "policy.html", client=client, current=current, versions=versions, faults=faults,
        document=document or documents.shown(current.policy), shown=documents.shown,
        is_other=other is not None, freed=freed, doubts=doubts,
        firm=firm, origins=policy_differences.origins(current, firm), segments_now=in_force,
        step_form=given or steps.of(rules), steps_open=bool(given), overtaken=overtaken,
        step_segments=[it.name for it in rules.dunning.segments],
        step_choices=steps.CHOICES, step_labels=steps.LABELS,
        shipped=documents.SHIPPED.items(), changes_max=CHANGES_MAX,
        changes=policy_differences.changes(current.policy, other) if other else (),
        outcomes=[_outcome(connection, current.policy, other) for connection in live],
        looked_at_max=preview.ON_A_PAGE_MAX,
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
    day = preview.first_day(deps, connection, other.dunning, most=preview.ON_A_PAGE_MAX)
    with deps.reading() as tx:
        some = agenda.portion(tx, connection.id, number=0, most=preview.ON_A_PAGE_MAX)
        found = membership(tx, connection, now.dunning, other.dunning, deps.now(), among=some)
        customers = agenda.count(tx, connection.id)
    return Outcome(connection, invoice, stages, day, found, customers)
