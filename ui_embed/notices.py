"""What the firm is told and customers are thanked for, and which systems of the client's hear of
changes: switched, named and told again by a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connector.clients.tenants import Client
from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import BadEndpoint
from connector.mirroring import mirror
from connector.notifications import hooks
from connector.notifications.hooks import Delivery, NoEndpoint
from connector.outcomes import crm_report
from connector.rule_changes import allowing
from connector.rule_changes.allowing import Changed
from connector.rules import policy
from connector.rules.notice_settings import HOUR_MAX
from ui_embed import documents, ownership, session, words
from webhooks import parts

pages = Blueprint("notices", __name__)
SHOWN_MAX = 20
SWITCHES = ("daily_digest", "forewarning", "thank_you")
HOURS = ("digest_hour", "forewarning_hour")


@dataclass(frozen=True, slots=True)
class Secret:
    """What an address is signed with, shown to who asked for it and kept nowhere on the way."""

    endpoint_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """Deliveries to one address of which the same became, the newest first."""

    deliveries: list[Delivery]
    url: str


@pages.get("/clients/<int:client_id>/notices")
def show(client_id: int) -> str:
    return _page(_client(client_id))


@pages.post("/clients/<int:client_id>/notices")
def save(client_id: int) -> AnyResponse:
    """Switch what differs from what is in force, as a new version of the policy."""
    client, deps = _client(client_id), parts.here()
    change: dict[str, bool | int] = {name: name in request.form for name in SWITCHES}
    change |= {name: _hour(request.form.get(name, "")) for name in HOURS}
    base = documents.base()
    try:
        number = allowing.switch_notices(deps, client.id, change, by=session.me().email, base=base)
    except Changed as error:
        flash(words.sentence(f"Nothing was switched: {error}"), "danger")
        return _back(client)
    if number is None:
        flash("Nothing was changed.", "info")
    else:
        flash(f"Saved, with version {number} of the policy.", "success")
    return _back(client)


@pages.post("/clients/<int:client_id>/notices/addresses")
def add(client_id: int) -> str | tuple[str, int]:
    """The secret is shown on the page that answers."""
    client = _client(client_id)
    url = request.form.get("url", "")
    try:
        endpoint, secret = hooks.add(parts.here(), client.id, url, by=session.me().email)
    except BadEndpoint as error:
        return _page(client, fault=str(error), url=url), 422
    return _page(client, secret=Secret(endpoint.id, secret))


@pages.post("/clients/<int:client_id>/notices/addresses/<int:endpoint_id>/<act>")
def change(client_id: int, endpoint_id: int, act: str) -> str | AnyResponse:
    """Drop it, tell it again, show its secret, or make another one."""
    client, deps, by = _client(client_id), parts.here(), session.me().email
    try:
        if act == "secret":
            return _page(client, secret=Secret(endpoint_id, hooks.secret_of(
                deps, client.id, endpoint_id)))  # fmt: skip
        if act == "renew":
            secret = hooks.renew_secret(deps, client.id, endpoint_id, by=by)
            return _page(client, secret=Secret(endpoint_id, secret))
        if act == "drop":
            hooks.drop(deps, client.id, endpoint_id, by=by)
            flash("Dropped. It is told nothing more.", "success")
        elif act == "again":
            many = hooks.again(deps, client.id, endpoint_id, by=by)
            flash(f"{many} {'change is' if many == 1 else 'changes are'} told again.", "success")
        else:
            abort(404)
    except NoEndpoint:
        abort(404)
    return _back(client)


@pages.get("/clients/<int:client_id>/customers.csv")
def download(client_id: int) -> Response:
    """Where every customer stands, for a CRM or a sheet."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        found = crm_report.rows(tx, ownership.connections_of(tx, client), deps.now())
    name = f'attachment; filename="customers-{client.id}.csv"'
    return Response(
        crm_report.as_csv(found), mimetype="text/csv", headers={"Content-Disposition": name}
    )


def _client(client_id: int) -> Client:
    with parts.here().reading() as tx:
        return ownership.client_or_404(tx, client_id)


def _hour(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= HOUR_MAX):
        abort(400)
    return int(text)


def _back(client: Client) -> AnyResponse:
    return redirect(url_for("notices.show", client_id=client.id), code=303)


def _page(client: Client, *, secret: Secret | None = None, fault: str = "", url: str = "") -> str:
    deps = parts.here()
    with deps.reading() as tx:
        connections = ownership.page_about(tx, client)
        deliveries = hooks.deliveries(tx, connections)[:SHOWN_MAX]
        names = {
            (connection.id, id_): name
            for connection in connections
            for id_, name in mirror.names(
                tx, connection.id, {one.customer_id for one in deliveries}
            ).items()
        }
        endpoints = hook_endpoints.listed(tx, client.id)
        current = policy.current(tx, client.id)
    return render_template(
        "notices.html", client=client, notices=current.policy.notices,
        version=current.number, endpoints=endpoints, names=names,
        told=_alike(deliveries, endpoints), secret=secret,
        fault=fault, url=url, hours=range(HOUR_MAX + 1),
        zones=sorted({connection.time_zone for connection in connections}),
    )  # fmt: skip


def _alike(deliveries: list[Delivery], endpoints: list[hook_endpoints.Endpoint]) -> list[Told]:
    found: dict[tuple[int, str, str], list[Delivery]] = defaultdict(list)
    for one in deliveries:
        found[one.endpoint_id, one.state, one.what].append(one)
    return [Told(alike, _urls(alike[0], endpoints)) for alike in found.values()]


def _urls(delivery: Delivery, endpoints: list[hook_endpoints.Endpoint]) -> str:
    found = (one.url for one in endpoints if one.id == delivery.endpoint_id)
    return next(found, "an address that was dropped")
