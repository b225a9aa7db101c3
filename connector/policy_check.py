"""What a policy of collections could break in a year, before it is saved: each with its moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from connector import mirror, modes, tenants
from connector.db import Tx
from connector.tenants import Connection
from dunning.channels import Channel
from dunning.check import Breach, check
from dunning.jurisdictions import holidays_of
from dunning.persons import Person
from dunning.policy import DunningPolicy
from dunning.steps import CHANNEL_OF
from dunning.zones import country_of, region_of

PLACES_MAX = 10
"""The customers' countries and regions that are looked at, the most frequent first."""


def breaches(tx: Tx, client_id: int, policy: DunningPolicy, year: int) -> list[Breach]:
    """What could go wrong at any company of the client and in any of its segments, the earliest
    first; empty if nothing could."""
    on = modes.of(tx, client_id)
    by_machine = {it for it, needed in modes.BY_MACHINE.items() if on[needed] in modes.ACTING}
    found: dict[tuple[str, str], Breach] = {}
    for connection in tenants.connections(tx, client_ids=[client_id]):
        people = list(_recipients(tx, connection, policy))
        closed = holidays_of(connection.country, "", year) if connection.country else frozenset()
        for rules in policy.variants():
            for channels in _channels(rules, by_machine):
                for breach in check(
                    rules, time_zone=connection.time_zone, recipients=people, year=year,
                    channels=channels, budget=rules.budget, closed=closed,
                ):  # fmt: skip
                    found.setdefault((breach.rule, breach.where), breach)
    return sorted(found.values(), key=lambda breach: (breach.at, breach.where))


def told(breach: Breach) -> str:
    """A counter-example as a person reads it."""
    return f"{breach.at:%Y-%m-%d %H:%M} UTC, {breach.where}: {breach.why} ({breach.citation})"


def _recipients(tx: Tx, connection: Connection, policy: DunningPolicy) -> Iterator[Person]:
    """One for each place in which customers are; where none is known the client's own."""
    places: Counter[tuple[str, str]] = Counter()
    for customer in mirror.customers(tx, connection.id):
        country = country_of(customer.address.country) if customer.address else ""
        if customer.address and country:
            places[country, region_of(country, customer.address.region)] += 1
    own = policy.country or country_of(connection.country)
    for country, region in [it for it, _ in places.most_common(PLACES_MAX)] or [(own, "")]:
        yield Person(
            country=country, region=region, kind=policy.customers_are,
            agency=policy.collects_for_others, time_zone="" if country else connection.time_zone,
        )  # fmt: skip


def _channels(policy: DunningPolicy, by_machine: Collection[Channel]) -> list[dict[str, Channel]]:
    """By step, the first choice of channels, and the last where it is another. What a person does
    at an hour of their own choice is not looked at."""
    kinds = [
        {step.name: CHANNEL_OF.get(step.do, step.channels[place]) for step in policy.steps}
        for place in (0, -1)
    ]
    acting = [
        {name: it for name, it in kind.items() if it in (*by_machine, Channel.LETTER)}
        for kind in kinds
    ]
    return acting[:1] if acting[0] == acting[1] else acting
