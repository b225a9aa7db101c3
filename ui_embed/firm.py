"""The firm's rules, which its clients have where they set none of their own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.answering.answers import CannotAnswer
from connector.rule_changes import firm_rules, preview
from connector.rule_changes.allowing import Changed
from connector.rule_changes.firm_rules import Consequence, Plan
from connector.rules import policy, starting
from connector.rules.policy import Policy, PolicyError
from ui_embed import documents, ownership, session
from webhooks import parts

pages = Blueprint("firm", __name__)
CHANGES_MAX = 12


@pages.get("/rules")
def show() -> str:
    return _page()


@pages.post("/rules/preview")
def look_ahead() -> str | tuple[str, int]:
    """Which clients a document would change, and how; nothing is saved."""
    given, me = documents.given(), session.me()
    try:
        document = policy.read(given)
    except PolicyError as error:
        return _refused(given, error.faults)
    planned = _planned(document.policy)
    base = documents.base_of(document, policy.owning_firm(me.reseller_id))
    return _page(document=documents.kept(given, document), planned=planned, base=base)


@pages.post("/rules/start-from")
def start_from() -> str | tuple[str, int]:
    """Which clients a shipped policy would change, laid over the document that is shown; nothing is
    saved."""
    name, given = request.form.get("name", ""), documents.given()
    if name not in documents.SHIPPED:
        abort(400)
    try:
        rules = starting.started_from(policy.parse(given), name)
    except PolicyError as error:
        return _refused(given, error.faults)
    planned = _planned(rules)
    return _page(document=documents.shown(rules), planned=planned, base=documents.base())


@pages.post("/rules")
def save() -> Response | tuple[str, int]:
    """In force for every client at once, or for none."""
    deps, me, given = parts.here(), session.me(), documents.given()
    try:
        document = policy.read(given)
    except PolicyError as error:
        return _refused(given, error.faults)
    base = documents.base_of(document, policy.owning_firm(me.reseller_id))
    given = documents.kept(given, document)
    planned = None
    try:
        planned = _planned(document.policy, base=base)
        number = firm_rules.put_in_force(deps, planned, by=me.email, reason=documents.reason())
    except Changed:
        return _page(document=given, base=base), documents.REFUSED
    except CannotAnswer as error:
        return _refused(given, [str(error)], planned)
    count = len(_named(planned))
    clients = f"{count} client{'' if count == 1 else 's'}"
    flash(f"Version {number} is in force; it changed the rules of {clients}.", "success")
    return redirect(url_for("firm.show"), code=303)


def _planned(rules: Policy, *, base: int | None = None) -> Plan:
    return firm_rules.plan(
        parts.here(), session.me().reseller_id, rules, base=base, most=preview.ON_A_PAGE_MAX
    )


def _refused(
    given: str | bytes, faults: Sequence[str], planned: Plan | None = None
) -> tuple[str, int]:
    page = _page(
        faults=faults, document=documents.as_text(given), planned=planned, base=documents.base()
    )
    return page, documents.REFUSED


def _page(
    *, faults: Sequence[str] = (), document: str = "", planned: Plan | None = None,
    base: int | None = None,
) -> str:  # fmt: skip
    overtaken = None
    with parts.here().reading() as tx:
        versions = policy.firm_versions(tx, session.me().reseller_id)[: documents.VERSIONS_MAX]
        current = policy.firm_current(tx, session.me().reseller_id)
        if base is not None and base != current.number:
            opened = policy.firm_version(tx, session.me().reseller_id, base)
            overtaken = documents.Overtaken(opened, current)
    changed = _named(planned) if planned else None
    return render_template(
        "firm.html", current=current, versions=versions, faults=faults, changed=changed,
        document=document or documents.shown(current.policy), shown=documents.shown,
        changes_max=CHANGES_MAX, overtaken=overtaken, shipped=documents.SHIPPED.items(),
    )  # fmt: skip


def _named(planned: Plan) -> list[Consequence]:
    """What changes for the clients that people know; whose consent is not complete has no name."""
    with parts.here().reading() as tx:
        known = {client.id for client in ownership.my_clients(tx)}
    return [one for one in planned.changed if one.client.id in known]
