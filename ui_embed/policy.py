"""The policy page: the rules in force, and a new version of them pasted or uploaded."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector import answers, policy
from connector.policy import PolicyError
from connector.tenants import Client
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("policy", __name__)
REFUSED = 422
VERSIONS_MAX = 20


@pages.get("/clients/<int:client_id>/policy")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    return _page(client)


@pages.post("/clients/<int:client_id>/policy")
def save(client_id: int) -> Response | tuple[str, int]:
    """A document with a fault is shown again with each fault named; nothing is saved then."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    upload = request.files.get("file")
    given: str | bytes = upload.read() if upload and upload.filename else ""
    given = given or request.form.get("document", "")
    try:
        rules = policy.parse(given)
    except PolicyError as error:
        text = given if isinstance(given, str) else given.decode(errors="replace")
        return _page(client, faults=error.faults, document=text), REFUSED
    number = answers.set_policy(deps, client.id, rules, by=session.me().email)
    flash(f"Version {number} is in force. Everything is looked at again under it.", "success")
    return redirect(url_for("policy.show", client_id=client.id), code=303)


def _page(client: Client, *, faults: Sequence[str] = (), document: str = "") -> str:
    with parts.here().reading() as tx:
        ownership.page_about(tx, client)
        current = policy.current(tx, client.id)
        versions = policy.versions(tx, client.id)[:VERSIONS_MAX]
    return render_template(
        "policy.html", client=client, current=current, versions=versions, faults=faults,
        document=document or current.policy.model_dump_json(indent=2),
    )  # fmt: skip
