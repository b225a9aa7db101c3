"""Who writes to a customer: a person alone, or the collector by itself again, with a reason."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.answering.answers import CannotAnswer
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.rule_changes import own_rules
from ui_embed import customer as customers
from ui_embed import documents, session, words
from webhooks import parts

pages = Blueprint("key_accounts", __name__)
Act = Callable[[Deps, Connection, str, str], None]


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/key-account")
def keep(connection_id: int, customer_id: str) -> Response:
    """From now on a person alone writes there."""

    def act(deps: Deps, connection: Connection, id_: str, reason: str) -> None:
        own_rules.keep_for_people(
            deps, connection, id_, reason, by=session.me().email, base=documents.base()
        )

    return _change(connection_id, customer_id, act, "A person alone writes to {}.")


@pages.post("/connections/<int:connection_id>/customers/<customer_id>/key-account/end")
def let_go(connection_id: int, customer_id: str) -> Response:
    """What holds for its segment holds for it again."""

    def act(deps: Deps, connection: Connection, id_: str, reason: str) -> None:
        own_rules.let_go(
            deps, connection, id_, by=session.me().email, reason=reason, base=documents.base()
        )

    return _change(
        connection_id,
        customer_id,
        act,
        "{} itself is no key account any more; its segment's rules hold.",
    )


def _change(connection_id: int, customer_id: str, act: Act, done: str) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        connection, customer = customers.one_or_404(tx, connection_id, customer_id)
    try:
        act(deps, connection, customer.id, request.form.get("reason", ""))
    except CannotAnswer as error:
        flash(words.sentence(f"Nothing was changed: {error}"), "danger")
    else:
        flash(done.format(customer.name), "success")
    return redirect(
        url_for("customer.show", connection_id=connection.id, customer_id=customer.id), code=303
    )
