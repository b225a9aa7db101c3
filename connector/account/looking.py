"""Looking at customers' accounts: what the next step is for each, one person and one day's ramp in
mind; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector import local_days
from connector.account import account_faults
from connector.account.account_parts import Place
from connector.account.accounts import accounts_of
from connector.account.collection_rules import Rules
from connector.clients import sweeps
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import holds
from connector.outgoing.faults import FAULTS
from connector.rules.modes import Mode
from dunning.ahead.ramp import admit
from dunning.customer.account import Account, SentMessage, in_shadow
from dunning.customer.persons import Contact, plain
from dunning.deciding.decision import Ask, Send, Wait, at_the_same_time
from dunning.deciding.joint import next_step, parts

TOGETHER_MAX = 200
"""How many customers are looked at together; the ramp puts these in their order."""


@dataclass
class Look:
    """One customer's accounts, each with its next step, and with a question about a formal step
    before it where there is one; `later` are the currencies in which a
    message waits for another day, `held_until` the ends of what holds the customer now. With a
    `fault` of ours, in words, nothing could be decided."""

    customer_id: str
    steps: list[tuple[Account, Send | Wait | Ask | None]] = field(default_factory=list)
    later: set[str] = field(default_factory=set)
    held_until: list[datetime] = field(default_factory=list)
    fault: str = ""


@dataclass
class Findings:
    """What came of looking at one customer: when to look again, and why."""

    look_at: datetime | None = None
    reason: str = ""

    def add(self, currency: str, look_at: datetime | None, reason: str) -> None:
        self.reason = "; ".join(filter(None, (self.reason, f"{currency}: {reason}")))
        self.soon(look_at)

    def soon(self, look_at: datetime | None) -> None:
        if look_at is not None:
            self.look_at = min(look_at, self.look_at or look_at)


@dataclass
class Imagined:
    """Messages that are taken as sent though they are not: what is planned, or decided on in the
    same look."""

    messages: dict[Place, list[SentMessage]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, dict[Contact, set[Place]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def send(self, account: Account, step: Send, message: SentMessage) -> None:
        """`message` is the step as it will stand in the account."""
        for owing, one in parts(account, step):
            told = replace(message, step=one.step, invoice_ids=one.invoice_ids, stages=one.stages)
            self.messages[owing.customer_id, owing.currency].append(told)
        self.reach(account, step, message.at)

    def reach(self, account: Account, step: Send, at: datetime) -> None:
        both = list(parts(account, step))
        contact = Contact(step.channel, at, tuple(id_ for _, it in both for id_ in it.invoice_ids))
        for handle in (*_handles(account), *map(plain, step.to)):
            places = {(owing.customer_id, owing.currency) for owing, _ in both}
            self.contacts[handle][contact] = places

    def onto(self, account: Account) -> Account:
        """The account as it would be after these."""
        place = (account.customer_id, account.currency)
        met = (self.contacts[handle] for handle in _handles(account))
        others = {contact for found in met for contact, by in found.items() if place not in by}
        told = account.other_contacts or ((),) * len(account.other_emails)
        return replace(
            account,
            other_contacts=tuple(
                (*contacts, *self.contacts[plain(email)])
                for email, contacts in zip(account.other_emails, told, strict=True)
            ),
            sent=(*account.sent, *self.messages[place]),
            contacts=(*account.contacts, *others),
            beside=tuple(map(self.onto, account.beside)),
        )

    def customers_since(self, moment: datetime) -> set[str]:
        return {
            customer_id
            for (customer_id, _), sent in self.messages.items()
            if any(message.at >= moment for message in sent)
        }


def look(
    tx: Tx, rules: Rules, customer_ids: Collection[str], imagined: Imagined | None = None
) -> list[Look]:
    """Decide on every account, without a lock: what changes meanwhile is marked on the agenda. A
    fault of ours is of one customer alone."""
    looks = {customer_id: Look(customer_id) for customer_id in customer_ids}
    now, so_far = rules.now, imagined or Imagined()
    ready: list[tuple[Account, Send]] = []
    together = Imagined()
    for customer_id, accounts in _read(tx, rules, looks).items():
        found = looks[customer_id]
        try:
            found.steps += _decided(rules, [together.onto(so_far.onto(one)) for one in accounts])
        except FAULTS as fault:
            found.fault = account_faults.told(rules.connection.id, customer_id, fault)
        for account, step in found.steps:
            if isinstance(step, Send):
                ready.append((account, step))
                together.reach(account, step, now)
    for hold in holds.in_force(tx, rules.connection.id, now, list(looks)):
        for customer_id in (hold.customer_id,) if hold.customer_id else looks:
            looks[customer_id].held_until += [hold.until] if hold.until else []
    for account, _ in _beyond_the_ramp(tx, rules, ready, so_far):
        looks[account.customer_id].later.add(account.currency)
    return list(looks.values())


def _read(tx: Tx, rules: Rules, looks: Mapping[str, Look]) -> dict[str, list[Account]]:
    """Without those who cannot be read; their looks tell why."""
    found, faults = account_faults.apart(
        list(looks), lambda some: accounts_of(tx, rules.connection, some, rules.now)
    )
    for customer_id, fault in faults.items():
        looks[customer_id].fault = account_faults.told(rules.connection.id, customer_id, fault)
    return {id_: accounts for _, read in found for id_, accounts in read.items()}


def _decided(
    rules: Rules, accounts: Sequence[Account]
) -> list[tuple[Account, Send | Wait | Ask | None]]:
    """What is done about each account of one customer, those before it in mind."""
    steps: list[tuple[Account, Send | Wait | Ask | None]] = []
    own = Imagined()
    for one in accounts:
        account = own.onto(one)
        mode = rules.for_account(account).mode
        if mode is Mode.SHADOW:
            account = in_shadow(account)
        if mode is Mode.OFF:
            steps.append((account, None))
            continue
        for step in at_the_same_time(next_step(account, rules.dunning, rules.now)):
            steps.append((account, step))
            if isinstance(step, Send):
                own.reach(account, step, rules.now)
    return steps


def portions(customer_ids: Sequence[str]) -> list[Sequence[str]]:
    """Customers in the portions in which they are looked at."""
    return [
        customer_ids[at : at + TOGETHER_MAX] for at in range(0, len(customer_ids), TOGETHER_MAX)
    ]


def day(rules: Rules) -> tuple[datetime, datetime]:
    """The client's last midnight and the next."""
    return local_days.around(rules.connection, rules.now)


def _beyond_the_ramp(
    tx: Tx, rules: Rules, ready: Sequence[tuple[Account, Send]], so_far: Imagined
) -> Sequence[tuple[Account, Send]]:
    midnight, _ = day(rules)
    written = messages.customers_asked_since(tx, rules.connection.id, midnight)
    written |= so_far.customers_since(midnight)
    return admit(ready, rules.dunning, written_today=len(written))[1]


def _handles(account: Account) -> Iterator[str]:
    """By what the person behind an account is known."""
    yield account.customer_id
    yield from map(plain, account.emails)
    yield from filter(None, (account.text_to, account.call_to))


def is_too_early(tx: Tx, rules: Rules) -> bool:
    """No message is decided on a mirror that may have missed something for too long, nor before
    it is known how the customers paid."""
    progress = sweeps.progress(tx, rules.connection.id)
    limit = timedelta(minutes=rules.version.policy.freshness_minutes_max)
    is_old = progress.swept_at is None or rules.now - progress.swept_at > limit
    return is_old or progress.history_at is None
