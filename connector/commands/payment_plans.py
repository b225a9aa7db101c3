"""Payment plans: agreed on by a person, listed with what is behind, and ended."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from connector import local_days
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, amount, day, whole_number
from connector.commands.finding import find_customer, owed_invoices
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.commitments import payment_plans
from connector.commitments.payment_plans import Agreed, CannotAgree, told
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror
from dunning.deciding.instalments import PARTS_MAX, Every, Instalment, in_parts
from providers.money import Money


def add(verbs: Verbs) -> None:
    group = verbs.group("payment-plan", "what people agreed with customers to be paid in parts")
    made = group.verb("add", agree, "from now on only instalments that are due are asked for")
    made.takes("client", "customer")
    made.option("--parts", default="", help="so many equal instalments, from --first on")
    made.option("--first", default="", metavar="DATE", help="the day of the first")
    made.option("--every", default=Every.MONTH, choices=list(Every))
    made.option("--instalment", action="append", default=[], metavar="DATE=AMOUNT",
                help="one instalment, instead of --parts; once for each")  # fmt: skip
    made.option("--invoice", action="append", default=[], help="a number; without it, all open")
    made.option("--words", default="", help="what was said about it")
    group.verb("list", list_plans, "every plan, what is open and what is behind").takes(
        "client"
    ).lists()
    group.verb("end", end, "it no longer holds: invoices are due as they say").takes("client", "id")


def agree(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        invoices = owed_invoices(tx, connection, customer.id, given.invoice)
        open_now = Money.total((i.open for i in invoices), invoices[0].open.currency)
        instalments = _instalments(given, open_now, _today(deps, connection))
        try:
            id_ = payment_plans.agree(
                tx, connection, invoices, instalments, words=given.words, by=me(), at=deps.now()
            )
        except CannotAgree as error:
            raise CommandError(str(error)) from None
    deps.ring("decide", connection.id)
    say(f"payment plan {id_}: {customer.name} pays {told(instalments)}")


def list_plans(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [
            _row(tx, connection, one, _today(deps, connection))
            for connection in connections_of(tx, given.client)
            for one in payment_plans.listed(tx, connection.id)
        ]
    show(rows, as_json=given.json, empty="There is no payment plan.")


def end(deps: Deps, given: Namespace) -> None:
    id_ = whole_number(given.id, f"{given.id!r} is no plan; see `ledgerhand payment-plan list`")
    with deps.writing() as tx:
        for connection in connections_of(tx, given.client):
            if payment_plans.cancel(tx, connection, id_, by=me(), at=deps.now()):
                break
        else:
            raise CommandError(
                f"{find_client(tx, given.client).name} has no running payment plan {id_}"
            )
    deps.ring("decide", connection.id)
    say(f"payment plan {id_} is ended; everything open is asked for as its invoices say")


def _instalments(given: Namespace, open_now: Money, today: date) -> tuple[Instalment, ...]:
    if bool(given.parts) == bool(given.instalment):
        raise CommandError("write either --parts with --first, or --instalment for each part")
    found = _equal(given, open_now) if given.parts else _written(given, open_now.currency)
    if found[0].on < today:
        raise CommandError(f"the first instalment on {found[0].on} is past; today is {today}")
    return found


def _equal(given: Namespace, open_now: Money) -> tuple[Instalment, ...]:
    wrong = f"--parts {given.parts!r} is no number of instalments; write one from 1 to {PARTS_MAX}"
    parts = whole_number(given.parts, wrong)
    if not 1 <= parts <= PARTS_MAX:
        raise CommandError(wrong)
    return in_parts(open_now, parts, day("--first", given.first), Every(given.every))


def _written(given: Namespace, currency: str) -> tuple[Instalment, ...]:
    found = []
    for text in given.instalment:
        on, is_whole, part = text.partition("=")
        if not is_whole:
            raise CommandError(f"--instalment {text!r}: write it as 2026-01-31=120.50")
        found.append(Instalment(day("--instalment", on), amount("--instalment", part, currency)))
    return tuple(found)


def _today(deps: Deps, connection: Connection) -> date:
    return local_days.today(connection, deps.now())


def _row(tx: Tx, connection: Connection, one: Agreed, today: date) -> dict[str, object]:
    names = mirror.names(tx, connection.id, [one.customer_id])
    come = payment_plans.progress(tx, connection.id, one, today)
    return {
        "id": one.id, "customer": names.get(one.customer_id, one.customer_id),
        "total": str(one.plan.total), "instalments": told(one.plan.instalments),
        "unpaid": told(come.unpaid) if come else "", "state": one.state.value,
        "behind": str(come.behind) if come else "",
        "words": one.words, "by": one.by,
    }  # fmt: skip
