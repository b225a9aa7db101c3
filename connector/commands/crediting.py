"""`ledgerhand credit`: how much credit to give, with all that it stands on; nothing acts on it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer
from connector.commands.output import say, show, show_one
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.next_step import credit
from connector.next_step.credit import Recommended, Unread
from dunning.forecasts.credit import Recommendation

NOTHING = "Nothing was ever invoiced."


def add(verbs: Verbs) -> None:
    verb = verbs.verb(
        "credit", recommend, "a credit limit for each customer, and why; acts on nothing"
    )
    verb.takes("client").option("customer", nargs="?", default="").lists()


def recommend(deps: Deps, given: Namespace) -> None:
    found = Recommended()
    with deps.reading() as tx:
        if given.customer:
            connection, customer = find_customer(tx, given.client, given.customer)
            found.add(credit.of_customers(tx, connection, [customer.id], deps.now()))
        else:
            for connection in connections_of(tx, given.client):
                found.add(credit.of_company(tx, connection, deps.now()))
    if given.json:
        show_one([*map(_whole, found.limits), *map(_unknown, found.unread)])
        return
    if given.customer and found.limits:
        for one in found.limits:
            _tell(one)
    elif found.limits or not found.unread:
        show([_short(one) for one in found.limits], as_json=False, empty=NOTHING)
    for unread in found.unread:
        say(f"{unread.name}: {unread.why}.")


def _tell(one: Recommendation) -> None:
    if one.limit is None:
        say(f"{one.name}, {one.open.currency}: {one.why}.")
        return
    say(f"{one.name}: a limit of {one.limit}; {one.open} is open, which leaves {one.left}.")
    say(f"{one.why}.")
    show(_inputs(one), as_json=False, empty="")
    say("A recommendation only: nothing is changed because of it.")


def _short(one: Recommendation) -> dict[str, Any]:
    return {
        "customer": one.name, "limit": one.limit or "", "open": one.open, "left": one.left or "",
        "why": one.why,
    }  # fmt: skip


def _whole(one: Recommendation) -> dict[str, Any]:
    amounts = {"limit": one.limit, "base": one.base, "open": one.open, "left": one.left}
    return {
        "customer_id": one.customer_id, "customer": one.name, "currency": one.open.currency,
        **{name: None if it is None else str(it.amount) for name, it in amounts.items()},
        "why": one.why, "inputs": _inputs(one),
    }  # fmt: skip


def _unknown(one: Unread) -> dict[str, Any]:
    """As `_whole`, where nothing is known by a fault of ours."""
    nothing = dict.fromkeys(("currency", "limit", "base", "open", "left"))
    return {
        "customer_id": one.customer_id, "customer": one.name, **nothing, "why": one.why,
        "inputs": [],
    }  # fmt: skip


def _inputs(one: Recommendation) -> list[dict[str, Any]]:
    return [
        {"input": it.name, "here": it.value, "times": f"{it.factor:.2f}", "rule": it.rule}
        for it in one.inputs
    ]
