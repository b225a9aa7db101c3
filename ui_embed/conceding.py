"""The page on which a person approves a credit for a deduction case or a dispute."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.concessions import contested
from connector.concessions.contested import OF_CASE, OF_DISPUTE, Contested
from connector.db import Tx
from connector.disputed import disputes
from connector.disputed.disputes import PREFIX, Type
from connector.mirroring import mirror
from connector.money import naming
from connector.rules import policy
from connector.short_payments import conceding, credit_accounts
from connector.short_payments.conceding import Wanted
from connector.short_payments.credit_accounts import CannotCredit
from matching.deduction.credits import CreditCode
from providers.documents import Account
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("conceding", __name__)
WHERE = "/connections/<int:connection_id>/credits/<kind>/<int:number>"
LISTS = {OF_CASE: "deductions.show", OF_DISPUTE: "disputes.show"}
CODES = {
    Type.NOT_RECEIVED: CreditCode.SHORTAGE, Type.WRONG_AMOUNT: CreditCode.PRICING,
    Type.QUALITY: CreditCode.QUALITY, Type.PRICE: CreditCode.PRICING,
}  # fmt: skip
"""The code that is chosen at first for what a customer says is wrong."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is in question, with the names of its customer and its invoice, and the code that is
    chosen at first."""

    it: Contested
    customer: str
    invoice: str
    code: CreditCode


@pages.get(WHERE)
def show(connection_id: int, kind: str, number: int) -> str:
    """Up to two calls, to list the ledger's accounts as they are now."""
    with parts.here().reading() as tx:
        connection, named = _known_or_404(tx, connection_id, kind, number)
    return _page(connection, kind, named, Wanted("", named.code, "", ""))


@pages.post(WHERE)
def approve(connection_id: int, kind: str, number: int) -> str | Response:
    deps, form = parts.here(), request.form
    with deps.reading() as tx:
        connection, named = _known_or_404(tx, connection_id, kind, number)
    code = next((it for it in CreditCode if it == form.get("code")), None) or abort(400)
    amount, account, reason = (form.get(name, "") for name in ("amount", "account", "reason"))
    wanted = Wanted(amount, code, account, reason)
    try:
        conceding.approve(deps, connection.id, named.it.subject, wanted, by=session.me().email)
    except CannotCredit as error:
        flash(words.sentence(f"Nothing was credited: {error}"), "danger")
        return _page(connection, kind, named, wanted)
    flash("The credit is on its way to the ledger; reload the page in a while.", "success")
    return redirect(url_for(LISTS[kind], client_id=connection.client_id), code=303)


def _page(connection: Connection, kind: str, named: Named, typed: Wanted) -> str:
    deps, accounts, found, why_not = parts.here(), list[Account](), None, ""
    with deps.reading() as tx:
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        own = policy.current(tx, client.id).policy.credit_accounts
        try:
            found = conceding.look(tx, connection, named.it.subject)
        except CannotCredit as error:
            why_not = str(error)
    if found:
        try:
            accounts = list(credit_accounts.listed(deps, connection))
        except CannotCredit as error:
            why_not = str(error)
    return render_template(
        "conceding.html", client=client, connection=connection, named=named, found=found,
        accounts=accounts, has_own=bool(own), typed=typed, why_not=why_not, codes=list(CreditCode),
        back=url_for(LISTS[kind], client_id=client.id), reason_max=conceding.REASON_MAX,
    )  # fmt: skip


def _known_or_404(
    tx: Tx, connection_id: int, kind: str, number: int
) -> tuple[Connection, Named]:  # fmt: skip
    connection = ownership.connection_or_404(tx, connection_id)
    if kind not in LISTS or number > ownership.ID_MAX:
        abort(404)
    subject = f"{kind}:{PREFIX if kind == OF_DISPUTE else ''}{number}"
    it = contested.find(tx, connection.id, subject) or abort(404)
    names = mirror.names(tx, connection.id, [it.customer_id])
    numbers = naming.invoice_numbers(tx, connection.id, [it.invoice_id])
    dispute = disputes.find(tx, connection.id, number) if kind == OF_DISPUTE else None
    code = CODES.get(dispute.claim.type) if dispute else None
    return connection, Named(
        it, names.get(it.customer_id, it.customer_id), numbers[it.invoice_id],
        code or CreditCode.OTHER,
    )  # fmt: skip
