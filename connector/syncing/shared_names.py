"""An id that a policy names without a company, and that a second company of the client has as well:
what the policy says holds for both, and a person is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.rules import named_customers, policy
from connector.rules.modes import Capability
from dunning.customer.customer_names import read
from dunning.rules.policy import DunningPolicy
from providers.ledger import Customer, Record

SUBJECT = "id:"


def observe(tx: Tx, connection_id: int, news: Sequence[Record], *, now: datetime) -> None:
    """Ask about the customers among these, just stored, whose ids are shared; once for each."""
    arrived = {record.id: record.name for record in news if isinstance(record, Customer)}
    if not arrived:
        return
    company = tenants.connection(tx, connection_id)
    companies = tenants.connections(tx, client_ids=[company.client_id])
    if not companies[1:]:
        return
    places = _named_alone(policy.current(tx, company.client_id).policy.dunning)
    for id_ in sorted(arrived.keys() & places.keys()):
        having = [one for one in companies if named_customers.known(tx, one, [id_])]
        if len(having) > 1:
            _ask(tx, company, id_, (
                f"{arrived[id_]}: the policy names {id_!r} in {places[id_]}, an id that several"
                " companies have; what it says holds for the customer of each until you write"
                f" {named_customers.told_apart(id_, having)} instead"
            ), now=now)  # fmt: skip


def over(tx: Tx, client_id: int, rules: DunningPolicy, *, at: datetime) -> None:
    """What these rules no longer name alone needs no answer."""
    named = _named_alone(rules)
    for company in tenants.connections(tx, client_ids=[client_id]):
        for asked in approvals.waiting_about(tx, company.id, SUBJECT):
            if asked.subject.removeprefix(SUBJECT) not in named:
                approvals.lapse(tx, company.id, asked.subject, at=at)


def _named_alone(rules: DunningPolicy) -> dict[str, str]:
    """By id, the first place that names it without a company."""
    found = named_customers.named(rules).items()
    return {name: place for name, place in found if not read(name)[1]}


def _ask(tx: Tx, company: Connection, customer_id: str, why: str, *, now: datetime) -> None:
    subject = f"{SUBJECT}{customer_id}"
    last = approvals.newest(tx, company.id, subject)
    if last and last.state != "lapsed" and last.summary == why:
        return
    questions.show(
        tx, company, subject=subject, rule="shared id", reasons=[why], at=now,
        about=Capability.REMIND,
    )  # fmt: skip
