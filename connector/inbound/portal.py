"""The customer's account page: who is at its door, by the token of a link, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from connector import db, local_days
from connector.access.ledgers import opened
from connector.account import account_faults, customer_rules
from connector.account.accounts import accounts_of
from connector.clients import sweeps, tenants
from connector.clients.meter import Purpose as Share
from connector.clients.tenants import Connection, State
from connector.commitments import promises
from connector.commitments.promises import Kept
from connector.config import Config
from connector.correspondence import tracking
from connector.correspondence.tracking import Event, Kind, Link, Purpose
from connector.db import Tx
from connector.deps import Deps
from connector.mail import mail_links, pay_links
from connector.mirroring import mirror
from dunning.customer.account import Account, DueInvoice
from dunning.message.links import safe_link
from dunning.rules.policy import DunningPolicy
from dunning.words.phrases import Phrases, phrases_of
from providers.errors import LedgerError
from providers.ledger import Customer, Status

log = structlog.get_logger()

BY_HAND = "portal"
"""The intent of a link that no message carries: a person made it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer of one company at its account page; `rules` are those for this customer,
    `read_at` is when our copy of the books was brought up to date. `accounts` are by currency, with
    what is open; `promised` what it said it would pay and has not."""

    link: Link
    connection: Connection
    customer: Customer
    rules: DunningPolicy
    accounts: Sequence[Account]
    promised: Sequence[Kept]
    now: datetime
    read_at: datetime

    @property
    def today(self) -> date:
        """In the company's calendar."""
        return self._day(self.now)

    @property
    def read_on(self) -> date:
        """The day on which our copy of the books was brought up to date."""
        return self._day(self.read_at)

    @property
    def phrases(self) -> Phrases:
        return phrases_of(self.rules.locale)

    @property
    def company(self) -> str:
        return self.rules.brand.sender_name or self.connection.name

    @property
    def last_day(self) -> date:
        """Until when a payment can be promised here."""
        return self.today + timedelta(days=self.rules.portal_promise_days_max)

    def _day(self, moment: datetime) -> date:
        return local_days.today(self.connection, moment)

    def invoice(self, invoice_id: str) -> DueInvoice | None:
        """One of its open invoices."""
        return next((i for one in self.accounts for i in one.invoices if i.id == invoice_id), None)


def enter(tx: Tx, token: str, now: datetime, *, to_act: bool = False) -> Visit | None:
    """Who holds the link of a token. None where it was never given, was revoked or is too old,
    where the company is not connected any more, or the page is switched off for this customer.
    Raises CannotRead.

    Those who come to act come one by one, each after what the one before did.
    """
    link = tracking.find(tx, token, Purpose.PORTAL)
    if link is None:
        return None
    if to_act:
        db.one_at_a_time(tx, "portal", link.connection_id)
    connection = tenants.connection(tx, link.connection_id)
    customer = mirror.customer(tx, connection.id, link.customer_id)
    if customer is None or connection.state is State.DISCONNECTED:
        return None
    accounts, rules = _read(tx, connection, customer.id, now)
    if not rules.portal or now > link.at + timedelta(days=rules.portal_link_days):
        return None
    waited_for = (promises.State.OPEN, *promises.NOT_KEPT)
    return Visit(
        link=link,
        connection=connection,
        customer=customer,
        rules=rules,
        accounts=[one for one in map(_open, accounts) if one.invoices],
        promised=promises.listed(
            tx, connection.id, customer_ids=[customer.id], states=waited_for
        ),
        now=now,
        read_at=sweeps.progress(tx, connection.id).swept_at or now,
    )  # fmt: skip


def pay_pages(deps: Deps, visit: Visit, *, ask: bool) -> dict[str, str]:
    """Where the ledger lets each invoice be paid, by invoice id, without those that have no such
    page. Unless the ledger may be asked, or where it does not answer, only what is known."""
    ids = [i.id for one in visit.accounts for i in one.invoices if i.asked.amount > 0]
    with deps.reading() as tx:
        known = pay_links.known(tx, visit.connection.id, ids, visit.now)
    if ask and known.keys() < set(ids):
        try:
            with opened(deps, visit.connection.id, Share.SWEEP) as ledger:
                known = pay_links.of(deps, visit.connection.id, ids, ledger.reader().pay_link)
        except LedgerError as error:
            log.info("no pay links", connection_id=visit.connection.id, why=str(error))
    return {id_: url for id_, url in known.items() if safe_link(url)}


def copy_of(deps: Deps, visit: Visit, invoice: DueInvoice) -> bytes:
    """An open invoice as the ledger prints it; empty where it is not there any more. Raises a
    LedgerError."""
    with opened(deps, visit.connection.id, Share.SWEEP) as ledger:
        return ledger.reader().copy_of(invoice.id)


def gone_to_pay(
    tx: Tx, config: Config, visit: Visit, invoice_id: str, target: str, *, by_machine: bool
) -> None:
    """Keep that the customer went from the page to pay an invoice, as if by a link in the mail."""
    link = visit.link
    token = mail_links.token_of(config, str(link.connection_id), link.token, invoice_id, target)
    tracking.keep(tx, [Link(
        connection_id=link.connection_id, token=token, message_id=link.message_id,
        intent_key=link.intent_key, customer_id=link.customer_id, recipient=link.recipient,
        purpose=Purpose.PAY, target=target, invoice_id=invoice_id, at=link.at,
    )])  # fmt: skip
    tracking.note(tx, link.connection_id, Event(
        link.message_id, link.recipient, Kind.CLICK, visit.now, by_machine=by_machine,
        detail="the pay page, from the account page", token=token,
    ))  # fmt: skip


def by_hand(tx: Tx, config: Config, connection_id: int, customer_id: str, *, at: datetime) -> Link:
    """A link that a person hands over, where the customer has no mail of ours."""
    token = mail_links.token_of(config, str(connection_id), BY_HAND, customer_id, at.isoformat())
    link = Link(
        connection_id=connection_id, token=token, message_id=f"{BY_HAND}:{token}",
        intent_key=BY_HAND, customer_id=customer_id, recipient="", purpose=Purpose.PORTAL,
        target="", invoice_id="", at=at,
    )  # fmt: skip
    tracking.keep(tx, [link])
    return link


def is_on(tx: Tx, connection: Connection, customer: Customer, now: datetime) -> bool:
    """Whether the page is switched on for a customer. Raises CannotRead."""
    return _read(tx, connection, customer.id, now)[1].portal


def _read(
    tx: Tx, connection: Connection, customer_id: str, now: datetime
) -> tuple[Sequence[Account], DunningPolicy]:
    def read() -> tuple[Sequence[Account], DunningPolicy]:
        (accounts,) = accounts_of(tx, connection, [customer_id], now).values()
        return accounts, customer_rules.among(tx, connection, customer_id, accounts, now)

    return account_faults.needed(connection.id, customer_id, read)


def _open(account: Account) -> Account:
    """The account with what is open on its own, the oldest first."""
    found = [i for i in account.invoices if i.open.amount > 0 and i.status is Status.OPEN]
    found.sort(key=lambda i: (i.due or i.issued, i.number, i.id))
    return replace(account, invoices=tuple(found))
