"""The customers' account pages on the command line: a link by hand, and the end of all links."""

from __future__ import annotations

from argparse import Namespace

from connector import audit
from connector.account.account_faults import CannotRead
from connector.commands.arguments import Verbs
from connector.commands.finding import find_customer
from connector.commands.output import CommandError, say, show_one
from connector.commands.people import me
from connector.correspondence import tracking
from connector.deps import Deps
from connector.inbound import portal
from connector.mail import mail_links


def add(verbs: Verbs) -> None:
    group = verbs.group("portal", "the account page that a customer sees by a link")
    group.verb("link", link, "a link to hand over; mails carry one by themselves").takes(
        "client", "customer"
    ).lists()
    group.verb("revoke", revoke, "no link that a customer has leads anywhere any more").takes(
        "client", "customer"
    ).lists()


def link(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        now = deps.now()
        try:
            is_on = portal.is_on(tx, connection, customer, now)
        except CannotRead as error:
            raise CommandError(f"no link is made for {customer.name}: {error}") from None
        if not is_on:
            raise CommandError(
                f"the account page is off for {customer.name}; set dunning.portal to true with"
                " `ledgerhand policy set`"
            )
        made = portal.by_hand(tx, deps.config, connection.id, customer.id, at=now)
        audit.add(
            tx, connection.id, at=now, actor=me(), event="portal.link_made",
            about=f"customer:{customer.id}",
        )  # fmt: skip
    url = mail_links.account_page(deps.config.base_url, made)
    if given.json:
        show_one({"customer": customer.name, "url": url})
        return
    say(url)


def revoke(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        connection, customer = find_customer(tx, given.client, given.customer)
        ended = tracking.revoke(tx, connection.id, customer.id, at=deps.now())
        audit.add(
            tx, connection.id, at=deps.now(), actor=me(), event="portal.revoked",
            about=f"customer:{customer.id}", links=ended,
        )  # fmt: skip
    if given.json:
        show_one({"customer": customer.name, "revoked": ended})
        return
    say(f"{ended} links of {customer.name} lead nowhere any more; the next mail has a new one.")
