"""Where one customer stands, as a person who opens its page wants to know it at once: how it pays,
in which segment it is, who writes to it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector import agenda, local_days
from connector.account import account_faults
from connector.account.accounts import account_of, accounts_of
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.rule_changes import own_rules
from connector.rules import policy
from dunning.customer import customer_names
from dunning.rules.policy import EVERYBODY, DunningPolicy


class Whose(StrEnum):
    """What of the policy says it."""

    CUSTOMER = "the policy says it of this customer alone"
    SEGMENT = "the policy says it of its segment"
    ALL = "the policy says it of all customers"


@dataclass(frozen=True, slots=True)
class WhereItStands:
    """`past` is how it pays, once for each currency in which it ever owed something. `by_people` is
    why a person alone writes to it, empty where nobody said so; `whose` where that stands.
    `look_at` (aware UTC) is when it is looked at next, None where only news or a person brings it
    on; `reason` says what comes then, or why nothing does. With a `fault` of ours, in words, the
    past and the segment are not known."""

    past: tuple[tuple[str, str], ...]
    segment: str
    by_people: str
    whose: Whose
    look_at: datetime | None
    reason: str
    policy_version: int
    tries_others: bool
    fault: str

    @property
    def can_be_let_go(self) -> bool:
        return bool(self.by_people) and self.whose is Whose.CUSTOMER


def of(tx: Tx, connection: Connection, customer_id: str, now: datetime) -> WhereItStands:
    """As the policy in force has it."""
    version = policy.current(tx, connection.client_id)
    rules = version.policy.dunning
    known, fault = account_faults.tried(
        connection.id, customer_id, lambda: _known(tx, connection, customer_id, rules, now)
    )
    past, segment = known or ((), EVERYBODY)
    own = rules.at(
        f"segment {segment}",
        *(f"customer {name}" for name in customer_names.names_of(customer_id, connection.id)),
    )
    item = agenda.of(tx, connection.id, customer_id)
    return WhereItStands(
        past=past,
        segment=segment if rules.segments and not fault else "",
        by_people=own.with_a_person,
        whose=_whose(rules, segment, connection, customer_id),
        look_at=item.look_at if item else None,
        reason=item.reason if item else "",
        policy_version=version.number,
        tries_others=own.try_other_contacts,
        fault=fault,
    )


def _known(
    tx: Tx, connection: Connection, customer_id: str, rules: DunningPolicy, now: datetime
) -> tuple[tuple[tuple[str, str], ...], str]:
    """How it pays, by currency, and its segment."""
    today = local_days.today(connection, now)
    found = accounts_of(tx, connection, [customer_id], now, settled=True)[customer_id]
    account = next(iter(found), None) or account_of(
        tx, connection, customer_id, connection.currency, now
    )
    past = tuple((one.currency, one.standing.words(today)) for one in found)
    return past, rules.applying_to(account, today)[0]


def _whose(rules: DunningPolicy, segment: str, connection: Connection, customer_id: str) -> Whose:
    if own_rules.own_reason(rules, connection, customer_id):
        return Whose.CUSTOMER
    of_segments = {it.name: it.change for it in rules.segments}
    return Whose.SEGMENT if "with_a_person" in of_segments.get(segment, {}) else Whose.ALL
