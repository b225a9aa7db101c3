"""The course of things: what is done in the days to come if nothing new happens, as the collector
itself would decide it; nothing is stored and nothing sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import get_args

from connector.account import going_first, taking
from connector.account.account_parts import Place
from connector.account.collection_rules import Rules
from connector.account.looking import Findings, Imagined, Look, day, look, portions
from connector.db import Tx
from connector.mirroring import mirror
from connector.outgoing import effects, intents
from connector.outgoing.effects import Reminder
from connector.outgoing.intention import OPEN
from connector.rules.modes import Mode
from dunning.customer.account import Account, SentMessage
from dunning.customer.channels import Channel
from dunning.deciding.decision import Ask, Send
from dunning.deciding.joint import asked_numbers
from providers.ledger import Invoice, Kind
from providers.money import Money


class How(StrEnum):
    """What a planned step needs beside time."""

    ON_ITS_WAY = "on its way"
    BY_ITSELF = "goes out by itself"
    APPROVED = "goes out when a person approves it"
    ASKED = "a question to a person"
    NOTED = "noted only, in shadow"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What will be done about one customer in one currency at a moment (aware UTC).

    `step` and `total` are those of the message, or what a person is asked to order; a question
    that proposes nothing has neither. `invoices` are their numbers; `besides` is what the same
    message asks for in other currencies.
    """

    at: datetime
    customer_id: str
    name: str
    currency: str
    how: How
    step: str
    channel: Channel | None
    total: Money | None
    invoices: tuple[str, ...]
    why: tuple[str, ...]
    besides: tuple[Money, ...] = ()

    @property
    def asked(self) -> str:
        """All that is asked for, in words; empty where nothing is."""
        return " and ".join(str(one) for one in (self.total, *self.besides) if one)


def of(tx: Tx, rules: Rules, until: datetime) -> list[Ahead]:
    """Everything from `rules.now` to `until`, in the order of time; first what is on its way.

    What people answer, customers do and ledgers tell meanwhile cannot be known. A message that a
    person has not approved holds what comes after it.
    """
    return [*_on_their_way(tx, rules), *_Course(tx, rules, until).all()]


def _on_their_way(tx: Tx, rules: Rules) -> Iterator[Ahead]:
    names = [effects.NAMES[word] for word in get_args(Reminder)]
    going = [
        (intent, intent.effect)
        for intent in intents.in_states(tx, rules.connection.id, *OPEN, names=names)
        if isinstance(intent.effect, Reminder)
    ]
    customers = mirror.names(tx, rules.connection.id, {effect.customer_id for _, effect in going})
    invoices = {
        invoice.id: invoice.number
        for invoice in mirror.fetch(
            tx, rules.connection.id, Kind.INVOICE,
            {id_ for _, effect in going for id_ in effects.invoices_of(effect)},
        )
        if isinstance(invoice, Invoice)
    }  # fmt: skip
    for intent, effect in going:
        yield Ahead(
            at=rules.now, customer_id=effect.customer_id, how=How.ON_ITS_WAY, step=effect.step,
            name=customers.get(effect.customer_id, ""), currency=effect.total.currency,
            channel=taking.channel_of(effect), total=effect.total,
            invoices=tuple(
                invoices[id_] for id_ in effects.invoices_of(effect) if id_ in invoices
            ),
            besides=tuple(one.total for one in effects.besides(effect)),
            why=(intent.error,) if intent.error else (),
        )  # fmt: skip


class _Course:
    """Every customer is looked at now, and again when its account asks for it."""

    def __init__(self, tx: Tx, rules: Rules, until: datetime) -> None:
        self._tx, self._rules, self._until = tx, rules, until
        self._imagined = Imagined()
        self._asked: dict[Place, set[str]] = {}
        owing = mirror.owed(tx, rules.connection.id, gross=True)
        self._due = defaultdict(set, {rules.now: {customer_id for customer_id, _ in owing}})

    def all(self) -> Iterator[Ahead]:
        while self._due and (now := min(self._due)) <= self._until:
            customer_ids = sorted(self._due.pop(now))
            rules = replace(self._rules, now=now)
            for portion in portions(customer_ids):
                for found in look(self._tx, rules, portion, self._imagined):
                    yield from self._follow(rules, found)

    def _follow(self, all_rules: Rules, found: Look) -> Iterator[Ahead]:
        findings = Findings()
        yield from self._newly_asked(all_rules, found)
        for account, step in found.steps:
            rules = all_rules.for_account(account)
            if isinstance(step, Send) and account.currency in found.later:
                findings.soon(day(rules)[1])
            elif isinstance(step, Send):
                rules = rules.for_step(step)
                how = _how(self._tx, rules, account, step)
                yield _ahead(rules, account, step, how, step.reasons)
                if how is not How.APPROVED:
                    self._imagined.send(account, step, message(rules, account, step))
                    findings.soon(rules.now + going_first.SETTLE)
            elif step is not None:
                findings.soon(step.until)
        for until in found.held_until:
            findings.soon(until)
        if findings.look_at is not None:
            self._due[findings.look_at].add(found.customer_id)

    def _newly_asked(self, rules: Rules, found: Look) -> Iterator[Ahead]:
        """A question is told once for as long as it is the same."""
        known = {one: self._asked.pop(one, set()) for one in {place(it) for it, _ in found.steps}}
        for account, step in found.steps:
            if isinstance(step, Ask):
                self._asked.setdefault(place(account), set()).add(step.reason)
                if step.reason not in known[place(account)]:
                    why, of_account = (step.reason, *step.reasons), rules.for_account(account)
                    yield _ahead(of_account, account, step.proposed, How.ASKED, why)


def place(account: Account) -> Place:
    return account.customer_id, account.currency


def _how(tx: Tx, rules: Rules, account: Account, step: Send) -> How:
    if rules.mode is Mode.SHADOW:
        return How.NOTED
    return How.APPROVED if taking.needs_person(tx, rules, account, step) else How.BY_ITSELF


def message(rules: Rules, account: Account, step: Send) -> SentMessage:
    """The message as it will stand in the account, with no sign of being read yet."""
    _, applying = rules.dunning.applying_to(account, step.on)
    is_tracked = applying.track_opens and step.channel is Channel.EMAIL
    return replace(
        step.taken(rules.now),
        opened=0 if is_tracked else None,
        noted_only=rules.mode is Mode.SHADOW,
        in_shadow=rules.mode is Mode.SHADOW,
    )


def _ahead(
    rules: Rules, account: Account, step: Send | None, how: How, why: tuple[str, ...]
) -> Ahead:
    return Ahead(
        at=rules.now, customer_id=account.customer_id, name=account.name,
        currency=account.currency, how=how, step=step.step if step else "",
        channel=step.channel if step else None, total=step.total if step else None,
        invoices=asked_numbers(account, step) if step else (), why=why,
        besides=tuple(one.total for one in step.besides) if step else (),
    )  # fmt: skip
