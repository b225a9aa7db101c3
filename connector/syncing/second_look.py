"""Before a reminder goes out, by whatever channel: the ledger is read and decided on once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connector import agenda, audit
from connector.access.ledgers import Opened
from connector.account import collection_rules, decided_again, not_taken
from connector.account.accounts import accounts_of
from connector.account.decided_again import Later, Still
from connector.clients import sweeps
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import notes
from connector.deps import Deps
from connector.lease import Fence
from connector.mirroring import inbox
from connector.outgoing import effects, intents
from connector.outgoing.effects import Reminder, SendThanks, TextPayLinks
from connector.outgoing.intents import Intent, Step
from connector.syncing import perceive, sync
from dunning.customer.account import Account
from dunning.deciding.decision import Ask, Send
from dunning.rules.policy import DunningPolicy
from providers.ledger import Invoice, Kind

READ_AGE_MAX = timedelta(seconds=60)
SYNC_FIRST = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Look:
    """A reminder that still stands on what was read at `read_at` (aware UTC): `invoices` as the
    ledger told them then."""

    account: Account
    step: Send
    policy: DunningPolicy
    read_at: datetime
    invoices: tuple[Invoice, ...]


def take(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> Look | None:
    """Read what the reminder is about and decide again; None where its intent waits, for news that
    must be read first or for an hour at which it may go out, or has ended because it no longer
    stands."""
    if waits_for_news(deps, fence, intent):
        return None
    read_at, invoices = _read_again(deps, fence, ledger, intent)
    found = _decide_again(deps, ledger, intent, read_at=read_at, invoices=invoices)
    if isinstance(found, Look):
        return found
    if isinstance(found, Later):
        _hold(deps, fence, intent, found)
        return None
    why = found.reason if isinstance(found, Ask) else found
    tell_why = partial(not_taken.tell, intent=intent, why=why, invoices=invoices, now=deps.now())
    end(
        deps, fence, intent, Step.REFUSED, f"not sent: {why} at re-read {read_at:%H:%M:%S}",
        also=(lambda _tx: None) if isinstance(found, Ask) else tell_why,
    )  # fmt: skip
    return None


def _hold(deps: Deps, fence: Fence, intent: Intent, later: Later) -> None:
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, later.why, next_at=later.until)


def waits_for_news(deps: Deps, fence: Fence, intent: Intent) -> bool:
    """Whether the ledger announced changes that must be read first: the intent waits for them."""
    with deps.reading() as tx:
        unread = inbox.has_waiting(tx, intent.connection_id)
    if unread:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(
                tx, intent, "changes wait to be read first", next_at=deps.now() + SYNC_FIRST
            )
        deps.ring("sync", intent.connection_id)
    return unread


def is_too_old(deps: Deps, fence: Fence, intent: Intent, look: Look) -> bool:
    """Whether so much time went by since the look that another must be taken: the intent waits."""
    if deps.now() - look.read_at <= READ_AGE_MAX:
        return False
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, "what was read is too old by now", next_at=deps.now())
    return True


def end(
    deps: Deps, fence: Fence, intent: Intent, state: Step, error: str, *,
    also: Callable[[Tx], None] = lambda _tx: None,
) -> None:  # fmt: skip
    """Not sent, or not known: in the first case its steps can be taken again. `also` is done with
    it, before the account is looked at again."""
    effect = intent.effect
    assert isinstance(effect, Reminder | TextPayLinks | SendThanks)
    with deps.writing() as tx:
        fence.check(tx)
        intents.end(tx, intent, state, error, now=deps.now())
        if state is Step.REFUSED:
            messages.give_back_steps(tx, intent.connection_id, intent.key)
        agenda.mark(tx, intent.connection_id, [effect.customer_id])
        tell(
            tx,
            intent,
            "not sent" if state is Step.REFUSED else "needs a person",
            at=deps.now(),
            reason=error,
        )
        also(tx)
    deps.ring("decide", intent.connection_id)


def tell(tx: Tx, intent: Intent, event: str, *, at: datetime, **what: Any) -> None:
    """Write into the audit log what became of an intent, under the name of its effect."""
    audit.add(
        tx, intent.connection_id, at=at, actor="ledgerhand",
        event=f"{effects.NAMES[type(intent.effect)]}.{event}", about=intent.subject,
        decision_id=intent.decision_id or None, **what,
    )  # fmt: skip


def intend_notes(
    tx: Tx, connection: Connection, intent: Intent, text: str, *, now: datetime
) -> None:
    """Tell the accountant on the customer and the invoices, where notes are switched on."""
    effect = reminder_of(intent)
    notes.on_account(
        tx, connection, effect.customer_id, effects.invoices_of(effect), text,
        told_by=("note", intent.key), decision_id=intent.decision_id, now=now,
    )  # fmt: skip


def reminder_of(intent: Intent) -> Reminder:
    assert isinstance(intent.effect, Reminder)
    return intent.effect


def _read_again(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent
) -> tuple[datetime, tuple[Invoice, ...]]:
    """Read what the message is about from the ledger: its invoices, and whatever else changed."""
    effect = reminder_of(intent)
    with deps.reading() as tx:
        swept_at = sweeps.progress(tx, intent.connection_id).swept_at
    if swept_at is None or deps.now() - swept_at > READ_AGE_MAX:
        sync.sweep(deps, intent.connection_id, fence)
    read_at = deps.now()
    records = ledger.reader().fetch(Kind.INVOICE, effects.invoices_of(effect))
    with deps.writing() as tx:
        perceive.keep(tx, fence, records, read_at=read_at)
    deps.reached("second_look.read")
    return read_at, tuple(record for record in records if isinstance(record, Invoice))


def _decide_again(
    deps: Deps, ledger: Opened, intent: Intent, *, read_at: datetime,
    invoices: tuple[Invoice, ...],
) -> Look | Later | Ask | str:  # fmt: skip
    """The decision made once more on what has just been read, or why it no longer stands: what a
    person is asked instead, or in words."""
    effect = reminder_of(intent)
    now, currency = deps.now(), effect.total.currency
    with deps.reading() as tx:
        rules = collection_rules.of(tx, ledger.connection, now)
        customer, own = [effect.customer_id], [intent.key]
        (found,) = accounts_of(tx, ledger.connection, customer, now, but_for=own).values()
    account = next((a for a in found if a.currency == currency), None)
    still = decided_again.found(rules, account, effect)
    if not isinstance(still, Still):
        return still
    return still.later or Look(still.account, still.step, still.policy, read_at, invoices)
