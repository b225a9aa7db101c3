"""Answering for it: why something was done, whether the audit log is whole, what calls cost."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connector import audit, local_days
from connector.clients import meter
from connector.commands import conserving
from connector.commands.arguments import Verbs, whole_number
from connector.commands.crm import show_customers
from connector.commands.outcomes import show_outcomes
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import connections_of
from connector.commands.shadowing import show_shadow
from connector.correspondence import messages, tracking
from connector.decided import decisions, edits
from connector.deps import Deps
from connector.outcomes import reports
from connector.outgoing import effects, intents
from connector.phone import phone_contacts
from connector.recipients import outreach
from connector.rules import policy
from dunning.contact_law import budget

DAYS_MAX = 3660


def add(verbs: Verbs) -> None:
    verbs.verb("why", why, "a decision: inputs, rule, policy version, what followed").takes("id")
    log = verbs.group("audit", "the audit log")
    log.verb("verify", verify, "check the hash chain of every connection")
    log.verb("heads", heads, "the newest hash of every chain, to keep elsewhere").lists()
    verbs.verb("calls", calls, "API calls by kind").takes("client").lists().option(
        "--days", default="30"
    )
    told = verbs.group("report", "reports from the mirror")
    told.verb("aging", show_aging, "open invoices by days past due").takes("client").lists()
    told.verb("debtors", show_debtors, "who owes most").takes("client").lists()
    conserving.add(told)
    contacts = told.verb("contacts", show_contacts, "the fullest week and month of each person")
    contacts.takes("client").lists().option("--days", default="365")
    shadowed = told.verb("shadow", show_shadow, "what shadow would have done, and what people did")
    shadowed.takes("client").option("--from", dest="since", default="", metavar="DATE")
    shadowed.option("--to", dest="until", default="", metavar="DATE").lists()
    told.verb("crm", show_customers, "where each customer stands, for a CRM").takes(
        "client"
    ).lists().option("--out", default="", metavar="FILE.csv")
    outcomes = told.verb("outcomes", show_outcomes, "DSO, recovered cash, cost and their formulas")
    outcomes.takes("client").option("--from", dest="since", default="", metavar="DATE")
    outcomes.option("--to", dest="until", default="", metavar="DATE").lists()


def why(deps: Deps, given: Namespace) -> None:
    id_ = whole_number(
        given.id, f"{given.id!r} is no decision; the number stands in notes and pages"
    )
    with deps.reading() as tx:
        decision = decisions.find(tx, id_)
        if decision is None:
            raise CommandError(f"there is no decision {given.id}")
        connection_id = decision.connection_id
        followed = intents.of_decisions(tx, connection_id, [decision.id])
        entries = audit.entries(tx, connection_id, decision_id=decision.id)
        sent = messages.sent(tx, connection_id, decision_id=decision.id)
        contacts = phone_contacts.listed(tx, connection_id, decision_id=decision.id)
        became = tracking.of_messages(tx, connection_id, [it.message_id for it in sent])
        edit = edits.of_decision(tx, connection_id, decision.id)
    show_one({
        "decision": asdict(decision),
        "edited": edit and {
            "by": edit.by, "at": edit.at, "difference": edit.difference.splitlines(),
        },
        "followed": [
            {"effect": effects.dump(i.effect), "state": i.state, "receipt": i.receipt,
             "error": i.error, "attempts": i.attempts}
            for i in followed
        ],
        "messages": [
            {**asdict(message), "became": [f"{it.at.isoformat()} {it.words}"
                                           for it in became[message.message_id].events],
             "not_tracked": became[message.message_id].not_tracked}
            for message in sent
        ],
        "telephone": [asdict(contact) for contact in contacts],
        "audit": [asdict(entry) for entry in reversed(entries)],
    })  # fmt: skip


def verify(deps: Deps, _given: Namespace) -> None:
    with deps.reading() as tx:
        broken = list(audit.broken_links(tx))
        chains = audit.heads(tx)
    if broken:
        places = ", ".join(f"connection {c} entry {n}" for c, n in broken[:20])
        raise CommandError(f"the audit log was altered: {places}")
    entries = sum(number for _, number, _ in chains)
    say(f"The audit log is whole: {entries} entries in {len(chains)} chains.")


def heads(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [{"connection": c, "entries": n, "hash": hash_} for c, n, hash_ in audit.heads(tx)]
    show(rows, as_json=given.json, empty="No entry yet.")


def calls(deps: Deps, given: Namespace) -> None:
    since = _since(deps, given.days).date()
    with deps.reading() as tx:
        connections = {c.id: c for c in connections_of(tx, given.client)}
        totals = meter.totals(tx, connections, since)
    rows = [
        {"company": connections[connection_id].name, "kind": kind, "calls": count}
        for connection_id, kinds in totals.items()
        for kind, count in kinds.items()
    ]
    show(rows, as_json=given.json, empty="No call yet.")


def show_aging(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            today = local_days.today(connection, deps.now())
            for line in reports.aging(tx, connection.id, today):
                rows.append({
                    "company": connection.name, "currency": line.currency,
                    **{name: amount.amount for name, amount in line.buckets.items()},
                    "total": line.total.amount,
                    "credits": (line.total - line.owed_total).amount,
                    "owed": line.owed_total.amount,
                })  # fmt: skip
    show(rows, as_json=given.json, empty="Nothing is open.")


def show_debtors(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            for debtor in reports.top_debtors(tx, connection.id):
                rows.append({
                    "company": connection.name, "customer": debtor.name,
                    "currency": debtor.owed.currency, "owed": debtor.owed.amount,
                })  # fmt: skip
    show(rows, as_json=given.json, empty="Nobody owes anything.")


def show_contacts(deps: Deps, given: Namespace) -> None:
    """The proof that nobody was contacted more often than the budget allows."""
    rows = []
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            rules = policy.current(tx, connection.client_id).policy.dunning
            found = outreach.all_contacts(tx, connection.id, since=_since(deps, given.days))
            spent = budget.proof(found, rules.budget, zone=ZoneInfo(connection.time_zone))
            rows += [
                {"company": connection.name, "person": row.person, "days": row.days,
                 "until": row.day, "contacts": row.count, "allowed": row.cap, "kept": row.kept}
                for row in budget.fullest(spent)
            ]  # fmt: skip
    show(rows, as_json=given.json, empty="Nobody was contacted.")


def _since(deps: Deps, text: str) -> datetime:
    wrong = f"{text!r} is no number of days; write one up to {DAYS_MAX}"
    days = whole_number(text, wrong)
    if days > DAYS_MAX:
        raise CommandError(wrong)
    return deps.now() - timedelta(days=days)
