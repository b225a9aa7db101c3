"""Money split by hand: laid on any open invoices, with what stays of it, and written by the same
door as a suggestion that is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as url
from werkzeug.wrappers import Response as AnyResponse

from connector.answering import splitting
from connector.answering.splitting import CannotSplit, Wish
from connector.cash_application import placeable
from connector.cash_application.placing import ALLOCATIONS
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided.approvals import Approval
from connector.mirroring import mirror
from connector.money import naming
from connector.money.cash import BANK, Item
from matching.facts.items import OpenItem
from providers.money import Money
from ui_embed import ownership, session, words
from webhooks import parts

pages = Blueprint("splitting", __name__)
REFUSED, GONE = 422, 409
AMOUNT, SHOWN = "amount-", "open-"
FIND_CHARACTERS_MAX = 100
ROWS_MAX = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """The money, and the documents that it may be laid on, in the money's currency, under the id
    and name of their customer; `found` is how many the search came to."""

    item: Item
    payer: str
    groups: list[tuple[str, str, list[OpenItem]]]
    found: int

    @property
    def is_bank(self) -> bool:
        return self.item.kind == BANK


@pages.get("/approvals/<int:approval_id>/split")
def show(approval_id: int) -> Response:
    """With what was suggested first filled in."""
    with parts.here().reading() as tx:
        approval, _ = ownership.approval_or_404(tx, approval_id)
    offered = (option.get("allocations", []) for option in approval.options)
    best: list[object] = next(filter(None, offered), [])
    amounts = {
        it.invoice_id: str(abs(it.amount.amount)) for it in ALLOCATIONS.validate_python(best)
    }
    return _page(approval_id, Wish(amounts))


@pages.post("/approvals/<int:approval_id>/split")
def split(approval_id: int) -> AnyResponse:
    """Find more documents, work out what stays, or write it: as the button says. What is wrong is
    told, and nothing typed is lost."""
    deps, wish = parts.here(), _typed()
    act = request.form.get("act", "find")
    if act == "find":
        return _page(approval_id, wish, find=request.form.get("find", "")[:FIND_CHARACTERS_MAX])
    with deps.reading() as tx:
        approval, connection = ownership.approval_or_404(tx, approval_id)
    try:
        if act != "apply":
            return _page(approval_id, wish, laid=True)
        splitting.split(deps, connection, approval.subject, wish, by=session.me().email)
    except CannotSplit as error:
        return _page(approval_id, wish, faults=error.faults)
    flash("Split by hand. It is on its way.", "success")
    return redirect(url("today.show", client_id=connection.client_id), code=303)


def _typed() -> Wish:
    def under(prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): text
            for name, text in request.form.items() if name.startswith(prefix)
        }  # fmt: skip

    return Wish(
        under(AMOUNT), under(SHOWN), request.form.get("left", ""),
        request.form.get("rest_for", ""), request.form.get("remark", ""),
    )  # fmt: skip


def _page(
    approval_id: int, wish: Wish, *, find: str = "", faults: Sequence[str] = (),
    laid: bool = False,
) -> Response:  # fmt: skip
    deps = parts.here()
    rest: Money | None = None
    with deps.reading() as tx:
        approval, connection = ownership.approval_or_404(tx, approval_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        try:
            item = splitting.waits(tx, connection.id, approval.subject)
        except CannotSplit as error:
            return _gone(connection, str(error))
        sheet = _sheet(tx, approval, item, wish, find)
        if laid:
            try:
                rest = splitting.weigh(tx, connection, item, wish).rest
            except CannotSplit as error:
                faults = error.faults
    answer = make_response(render_template(
        "split.html", client=client, connection=connection, approval=approval, sheet=sheet,
        wish=wish, find=find, rest=rest,
        faults=[words.sentence(fault) for fault in faults],
    ))  # fmt: skip
    answer.status_code = REFUSED if faults else 200
    return answer


def _gone(connection: Connection, why: str) -> Response:
    flash(words.sentence(f"Not split: {why}"), "danger")
    there = url("today.show", client_id=connection.client_id)
    return make_response(redirect(there, code=303))


def _sheet(tx: Tx, approval: Approval, item: Item, wish: Wish, find: str) -> Sheet:
    """What was suggested and typed, what is open of those customers, and what was looked for."""
    currency, id_ = item.left.currency, approval.connection_id
    bound = item.kind != BANK
    offered = [part["invoice_id"] for option in approval.options for part in option["allocations"]]
    rows = placeable.of_ids(tx, id_, [*wish.amounts, *wish.shown, *offered], currency)
    own = {item.customer_id, *placeable.below(tx, id_, item)}
    owners = own if bound else {row.customer_id for row in rows}
    found = [
        it
        for it in placeable.search(tx, id_, find, currency)
        if not bound or it.customer_id in owners
    ]
    more = placeable.of_customers(tx, id_, owners, currency)
    by_id = {row.invoice_id: row for row in (*rows, *found, *more)}
    by_customer: dict[str, list[OpenItem]] = {}
    for row in list(by_id.values())[: max(ROWS_MAX, len(rows) + len(found))]:
        by_customer.setdefault(row.customer_id, []).append(row)
    names = mirror.names(tx, id_, by_customer)
    groups = [
        (customer_id, names.get(customer_id, customer_id), by_customer[customer_id])
        for customer_id in sorted(by_customer, key=lambda it: names.get(it, "").casefold())
    ]
    return Sheet(item, naming.payer(tx, id_, item), groups, len(found))
