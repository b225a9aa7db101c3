"""What a policy of collections could break in twelve months, before it is saved: each with its
moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector import local_days
from connector.clients import tenants
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.mirroring import mirror
from connector.recipients.customer_places import NOWHERE, Place, place_of
from connector.rules import modes
from dunning.checking.breaches import Breach
from dunning.checking.check import check
from dunning.customer import customer_names
from dunning.customer.channels import Channel
from dunning.customer.persons import Person
from dunning.customer.zones import country_of
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import CHANNEL_OF

PLACES_MAX = 10
"""The customers' countries and regions that are looked at, the most frequent first."""


@dataclass(frozen=True, slots=True)
class _Company:
    """Where its customers are."""

    connection: Connection
    places: Mapping[str, Place]

    def people(self, rules: DunningPolicy, customer_id: str) -> frozenset[Person]:
        """Those for whom the rules are: one customer, or all of them, each place once."""
        counted = Counter(self.places.values())
        most = [place for place, _ in counted.most_common(PLACES_MAX)]
        places = [self.places.get(customer_id, NOWHERE)] if customer_id else most or [NOWHERE]
        return frozenset(self._person(rules, *place) for place in places)

    def _person(self, rules: DunningPolicy, country: str, region: str) -> Person:
        """Where nothing tells the place they are taken to be where the client is."""
        place = country or rules.country
        return Person(
            country=place or country_of(self.connection.country), region=region,
            kind=rules.customers_are, agency=rules.collects_for_others,
            time_zone="" if place else self.connection.time_zone,
        )  # fmt: skip


def breaches(
    tx: Tx, client_id: int, before: DunningPolicy, policy: DunningPolicy, now: datetime
) -> list[Breach]:
    """What could go wrong from now on at any company of the client, in any of its segments and for
    any of its customers, the earliest first; empty if nothing could. What the rules `before` did
    already is not looked at: nothing gets worse by it."""
    on = modes.of(tx, client_id)
    by_machine = {it for it, needed in modes.BY_MACHINE.items() if on[needed] in modes.ACTING}
    connections = tenants.connections(tx, client_ids=[client_id])
    live = sum(connection.state is State.LIVE for connection in connections)
    found: dict[tuple[str, str], Breach] = {}
    for connection in connections:
        customers = mirror.customers(tx, connection.id)
        company = _Company(connection, {it.id: place_of(it) for it in customers})
        known = {case.key for case in _cases(company, before, by_machine)}
        for case in _cases(company, policy, by_machine):
            if case.key in known:
                continue
            known.add(case.key)
            for breach in check(
                case.rules, time_zone=connection.time_zone, recipients=case.people,
                first=local_days.today(connection, now), channels=case.channels,
                budget=case.rules.budget, companies=max(live, 1),
            ):  # fmt: skip
                found.setdefault((breach.rule, breach.where), breach)
    return sorted(found.values(), key=lambda breach: (breach.at, breach.where))


@dataclass(frozen=True, slots=True)
class _Case:
    """The rules of some customers, of whom `people` stand for all, with the channel of each
    step."""

    rules: DunningPolicy
    people: frozenset[Person]
    channels: Mapping[str, Channel | None]

    @property
    def key(self) -> tuple[object, ...]:
        """All that the check looks at: two cases with the same key have the same answer."""
        return (self.people, *self.channels.items(), *_of_interest(self.rules))


def _cases(
    company: _Company, policy: DunningPolicy, by_machine: Collection[Channel]
) -> Iterator[_Case]:
    for rules, customer_id in _variants(policy, company.connection.id):
        people = company.people(rules, customer_id)
        for channels in _channels(rules, by_machine):
            yield _Case(rules, people, channels)


def told(breach: Breach) -> str:
    """A counter-example as a person reads it."""
    return f"{breach.at:%Y-%m-%d %H:%M} UTC, {breach.where}: {breach.why} ({breach.citation})"


def _variants(policy: DunningPolicy, company: int) -> Iterator[tuple[DunningPolicy, str]]:
    """The policy as it is in each segment, and for each customer of a company with rules of its
    own, whatever segment it is in."""
    segments = ["", *(f"segment {it.name}" for it in policy.segments)]
    named = (customer_names.read(name) for name in policy.customers)
    own = dict.fromkeys(id_ for id_, of in named if of in (0, company))
    for customer_id in ["", *own]:
        names = customer_names.names_of(customer_id, company)
        for segment in segments:
            yield policy.at(segment, *(f"customer {name}" for name in names)), customer_id


def _of_interest(rules: DunningPolicy) -> Iterator[object]:
    """What the check looks at, beside people and channels."""
    yield rules.budget
    yield rules.ramp_per_day
    yield rules.business_start
    yield rules.business_end
    yield rules.working_days
    yield rules.min_days_between_messages
    yield rules.first_message_tone_at_most
    yield tuple(step.tone for step in rules.steps)


def _channels(
    policy: DunningPolicy, by_machine: Collection[Channel]
) -> list[dict[str, Channel | None]]:
    """By step, the first choice of channels, and the last where it is another. What a person does
    at an hour of their own choice is not looked at."""
    acting = (*by_machine, Channel.EMAIL, Channel.LETTER)
    first, last = (
        {step.name: CHANNEL_OF.get(step.do, step.channels[place]) for step in policy.steps}
        for place in (0, -1)
    )
    kinds = [first] if first == last else [first, last]
    return [{name: it if it in acting else None for name, it in kind.items()} for kind in kinds]
