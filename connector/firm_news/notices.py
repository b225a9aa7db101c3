"""Notices to the people who run a client: what they must know without looking at a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connector import audit
from connector.clients import persons, tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.outgoing import effects, intents
from connector.outgoing.effects import SendNotice
from connector.outgoing.intents import Intent, Step
from connector.recipients import clearance, handover
from connector.recipients.domains import Sender
from connector.recipients.handover import NeedsPerson, hand_over
from matching.facts.items import Tally
from providers.email.smtp import Unusable
from providers.messages import Message

LISTED_MAX = 40


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` names what it is about: nobody is told the same thing twice."""

    subject: str
    text: str
    key: tuple[str, ...]


def connection_lost(tx: Tx, connection: Connection, *, reason: str, at: datetime) -> None:
    """Write to everybody of the firm that nothing is sent or written until somebody reconnects."""
    text = (
        f"Ledgerhand can no longer reach {connection.name} ({reason}).\n\n"
        "Until somebody reconnects it, no reminder is sent and nothing is written to the"
        " ledger. Open the status page of this client and choose Reconnect; what happened"
        " in the meantime is then caught up.\n"
    )
    key = ("lost", at.isoformat())
    tell_firm(tx, connection, Notice("the connection is lost", text, key), at=at)


def rule_stepped_back(
    tx: Tx, connection: Connection, *, rule: str, tally: Tally, at: datetime
) -> None:
    """Write to everybody of the firm that a kind of match is asked about from now on."""
    text = (
        f"Of {tally.decided} matches of the kind '{rule}', lately and in the newest backtest,"
        f" people decided otherwise in {tally.decided - tally.right}. That is more than the policy"
        " allows, so Ledgerhand no longer applies such matches by itself and asks you instead.\n\n"
        "Nothing that was applied is changed by this. When enough of them are right again, it"
        " goes on by itself.\n"
    )
    subject, key = "one kind of match is asked about from now on", ("stepped back", rule)
    tell_firm(tx, connection, Notice(subject, text, (*key, at.isoformat())), at=at)


def not_compared(tx: Tx, connection: Connection, *, reason: str, at: datetime) -> None:
    """Write to everybody of the firm that the nightly check cannot be made."""
    text = (
        f"Each night Ledgerhand compares what it knows of {connection.name} with the ledger's own"
        f" report. The ledger refused that ({reason}).\n\n"
        "All other work goes on. If a permission is missing, open the status page of this client"
        " and choose Reconnect; the check is tried again every night.\n"
    )
    subject = "the nightly check cannot be made"
    tell_firm(tx, connection, Notice(subject, text, ("not compared", at.isoformat())), at=at)


def does_not_add_up(
    tx: Tx, connection: Connection, receipts: Sequence[str], *, what_next: str, at: datetime
) -> None:
    """Write to everybody of the firm that money is not where it should be."""
    text = (
        f"Every day Ledgerhand accounts for all money that came in for {connection.name}. It cannot"
        f" for this:\n\n{_listed(receipts)}\n{what_next}\n"
    )
    key = ("does not add up", at.isoformat(), *receipts)
    tell_firm(tx, connection, Notice("money that does not add up", text, key), at=at)


def adds_up_again(
    tx: Tx, connection: Connection, receipts: Sequence[str], *, at: datetime
) -> None:  # fmt: skip
    """Write to everybody of the firm that it is again."""
    text = (
        f"All of this money is accounted for again:\n\n{_listed(receipts)}\nIt is applied as any"
        " other from now on. There is nothing to do.\n"
    )
    key = ("adds up again", at.isoformat(), *receipts)
    tell_firm(tx, connection, Notice("money that adds up again", text, key), at=at)


def tell_firm(tx: Tx, connection: Connection, notice: Notice, *, at: datetime) -> None:
    """Write to everybody of the firm, once for what the notice is about."""
    client = tenants.client(tx, connection.client_id)
    people = persons.of_reseller(tx, client.reseller_id)
    if not people:
        return
    effect = SendNotice(
        recipients=tuple(person.email for person in people),
        subject=f"{connection.name}: {notice.subject}", text=notice.text,
    )  # fmt: skip
    intents.add(
        tx, connection.id, effect, subject="notice", decision_id=0, now=at,
        key=effects.key_of(connection.id, *notice.key),
    )  # fmt: skip


def deliver(deps: Deps, fence: Fence, intent: Intent) -> None:
    """Send a notice, once."""
    assert isinstance(intent.effect, SendNotice)
    if intent.state is not Step.INTENDED:
        _end(deps, fence, intent, "it may have been sent already; it is not repeated")
        return
    config, effect = deps.config, intent.effect
    sender = Sender(config.mail_from)
    if not clearance.given(deps, fence, intent, sender):
        return
    message = Message(
        message_id=f"<{intent.key}@{sender.domain}>", sender_name="Ledgerhand",
        sender=sender.address, reply_to=sender.address, recipients=effect.recipients,
        subject=effect.subject,
        text=f"{effect.text}\n{config.base_url}\n", html="",
    )  # fmt: skip
    try:
        accepted = hand_over(
            deps, fence, intent, partial(handover.mail(deps).send, message), keep=lambda _tx: None
        )
    except NeedsPerson as why:
        _end(deps, fence, intent, str(why))
        return
    except Unusable as fault:
        clearance.unusable(deps, fence, intent, sender, fault)
        return
    if accepted:
        with deps.writing() as tx:
            fence.check(tx)
            intents.confirmed(tx, intent, accepted, now=deps.now())
            audit.add(
                tx, intent.connection_id, at=deps.now(), actor="ledgerhand", event="notice.sent",
                subject=effect.subject, recipients=list(effect.recipients),
            )  # fmt: skip


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - LISTED_MAX
    told = [*lines[:LISTED_MAX], *([f"and {more} more"] if more > 0 else [])]
    return "".join(f"* {line}\n" for line in told)


def _end(deps: Deps, fence: Fence, intent: Intent, why: str) -> None:
    with deps.writing() as tx:
        fence.check(tx)
        intents.end(tx, intent, Step.PERSON, why, now=deps.now())
