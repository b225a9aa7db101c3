"""Undoing what was written for some money: asked by a person, and carried out whole or not at all.

What it brings back waits for a person, and is never applied again by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import agenda
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.concessions import conceded
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.deps import Deps
from connector.disputed import cases
from connector.learning import experience
from connector.money import cash, set_aside
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from connector.outgoing.intents import OPEN, Intent, Step
from connector.taken_back import closed_returns, reversals
from connector.undoing import undo_writes
from connector.undoing.undo_writes import CannotUndo
from providers.ledger import (
    ApplyUnapplied,
    CreditDifference,
    RecordPayment,
    Undo,
)
from providers.ports import LedgerWriter
from providers.registry import LEDGERS

__all__ = ["CannotUndo"]


def begin(deps: Deps, connection_id: int, *, money: str, by: str) -> int:
    """Undo all that was written for some money, or by one decision where `money` is its number.

    Returns how many writes will take it back. Raises CannotUndo.
    """
    with deps.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        count = intend(tx, connection, money=money, by=by, now=deps.now())
    deps.ring("deliver", connection_id)
    return count


def intend(tx: Tx, connection: Connection, *, money: str, by: str, now: datetime) -> int:
    """The same as part of a transaction. Raises CannotUndo."""
    cash.hold(tx, connection.id)
    decided = _of_decision(tx, connection.id, int(money)) if money.isdigit() else None
    done = _of_money(tx, connection, money) if decided is None else decided
    if not done:
        what = money if decided is None else f"decision {money}"
        raise CannotUndo(f"nothing that Ledgerhand wrote for {what} stands in the ledger")
    _check_last(tx, connection.id, done)
    return _intend(tx, connection, done, by=by, now=now)


def look_ahead(deps: Deps, writer: LedgerWriter, intent: Intent) -> None:
    """Several writes undo one thing: none is sent before each could be. Raises as compose does."""
    with deps.reading() as tx:
        after = _together(tx, intent)
    for other in after:
        assert isinstance(other.effect, Undo)
        writer.compose(other.effect, other.marker)


def _together(tx: Tx, intent: Intent) -> list[Intent]:
    """What is to be undone after this."""
    found: list[Intent] = []
    for follower in intents.followers(tx, intent.connection_id, intent.key):
        if isinstance(follower.effect, Undo):
            found += [follower, *_together(tx, follower)]
    return found


def confirmed(tx: Tx, intent: Intent, *, now: datetime) -> None:
    """The ledger is without it: the money waits for a person again."""
    effect = intent.effect
    assert isinstance(effect, Undo)
    _restore(tx, intent, effect, now=now)
    siblings = intents.about(tx, intent.connection_id, [intent.subject])
    waiting = {
        key
        for other in siblings
        if other.state in OPEN and isinstance(other.effect, Undo)
        for key in other.effect.keys
    }
    for done in intents.of_keys(tx, intent.connection_id, effect.keys):
        why = f"undone by intent {intent.id}"
        if done.key not in waiting and intents.end(
            tx, done, Step.UNDONE, why, now=now, expected=Step.CONFIRMED
        ):
            cases.withdraw(
                tx, done.connection_id, done.decision_id, why="the payment was undone", at=now
            )
            reversals.give_back(tx, done, now=now)
    conceded.undone(tx, intent, now=now)
    if not intents.is_open(tx, intent.connection_id, intent.subject):
        _let_go(tx, intent, now=now)
    experience.refresh(tx, tenants.connection(tx, intent.connection_id), now=now)


def came_to_nothing(tx: Tx, intent: Intent, *, now: datetime) -> None:
    """What stands, stands: the money is where it was."""
    assert isinstance(intent.effect, Undo)
    agenda.mark(tx, intent.connection_id, [intent.effect.done.customer_id])
    _let_go(tx, intent, now=now)


def _of_decision(tx: Tx, connection_id: int, decision_id: int) -> list[Intent]:
    decision = decisions.find(tx, decision_id)
    if decision is None or decision.connection_id != connection_id:
        raise CannotUndo(f"there is no decision {decision_id} of this client")
    return [it for it in intents.of_decisions(tx, connection_id, [decision_id]) if _stands(it)]


def _of_money(tx: Tx, connection: Connection, subject: str) -> list[Intent]:
    """Our writes about money, and about what they brought into the ledger, the oldest first."""
    own = [it for it in intents.about(tx, connection.id, [subject]) if _stands(it)]
    children = [_brought(connection, it) for it in own if isinstance(it.effect, RecordPayment)]
    later = [it for it in intents.about(tx, connection.id, children) if _stands(it)]
    found = {it.id: it for it in [*own, *later]}
    return [found[id_] for id_ in sorted(found)]


def _brought(connection: Connection, intent: Intent) -> str:
    assert isinstance(intent.effect, RecordPayment)
    return f"{LEDGERS[connection.ledger].written_as(intent.effect)}:{intent.receipt}"


def _stands(intent: Intent) -> bool:
    return intent.state is Step.CONFIRMED and isinstance(
        intent.effect, ApplyUnapplied | RecordPayment | CreditDifference
    )


def _check_last(tx: Tx, connection_id: int, done: Sequence[Intent]) -> None:
    connection = tenants.connection(tx, connection_id)
    for credit in conceded.standing(tx, connection_id, {it.decision_id for it in done}):
        raise CannotUndo(
            f"decision {credit.decision_id} credits what this money left open; undo that first"
        )
    ids = {it.id for it in done}
    subjects = {it.subject for it in done} | {
        _brought(connection, it) for it in done if isinstance(it.effect, RecordPayment)
    }
    for other in intents.about(tx, connection_id, sorted(subjects)):
        if other.state in OPEN:
            raise CannotUndo("something about this money is still on its way; try again in a while")
        if _stands(other) and other.id not in ids and other.id > min(ids):
            raise CannotUndo(
                f"decision {other.decision_id} used the same money since; undo that first"
            )


def _intend(
    tx: Tx, connection: Connection, done: Sequence[Intent], *, by: str, now: datetime
) -> int:
    count = undo_writes.commit(tx, connection, done, by=by, now=now)
    for item in _items(tx, connection, done):
        left = set_aside.reopen(tx, connection.id, item, reason="undone", by=by, at=now)
        cash.stand(tx, connection.id, item, Standing.APPLYING, left=left, at=now)
        approvals.lapse(tx, connection.id, item.subject, at=now)
    return count


def _items(tx: Tx, connection: Connection, done: Sequence[Intent]) -> list[Item]:
    """The money that these writes are about, and what they brought into the ledger."""
    subjects = {it.subject for it in done} | {
        _brought(connection, it) for it in done if isinstance(it.effect, RecordPayment)
    }
    places = (subject.partition(":") for subject in sorted(subjects))
    found = (cash.find(tx, connection.id, kind, id_, locked=True) for kind, _, id_ in places)
    return [item for item in found if item]


def _restore(tx: Tx, intent: Intent, effect: Undo, *, now: datetime) -> None:
    """What was applied of money on account is unapplied again, if that was not seen already."""
    done = effect.done
    if isinstance(done, RecordPayment):
        connection = tenants.connection(tx, intent.connection_id)
        kind = LEDGERS[connection.ledger].written_as(done)
        entered = cash.find(tx, intent.connection_id, kind, effect.receipt, locked=True)
        if entered:
            nothing = entered.left - entered.left
            cash.stand(tx, connection.id, entered, Standing.CLOSED, left=nothing, at=now)
        return
    if isinstance(done, CreditDifference):
        return
    kind, connection_id = done.payment_kind, intent.connection_id
    item = cash.find(tx, connection_id, kind, done.payment_id, locked=True)
    if item is None or effect.left is None or item.left != effect.left:
        return
    left = item.left
    for part in done.allocations:
        left = left + part.amount
    cash.stand(tx, intent.connection_id, item, Standing.APPLYING, left=left, at=now)


def _let_go(tx: Tx, intent: Intent, *, now: datetime) -> None:
    """The last of it is over: a person decides about what is unplaced now."""
    connection = tenants.connection(tx, intent.connection_id)
    related = [
        it for it in intents.of_decisions(tx, connection.id, [intent.decision_id])
        if isinstance(it.effect, ApplyUnapplied | RecordPayment)
    ]  # fmt: skip
    related += [
        it for it in intents.about(tx, connection.id, [intent.subject])
        if isinstance(it.effect, ApplyUnapplied | RecordPayment)
    ]  # fmt: skip
    for item in _items(tx, connection, related):
        if item.state is Standing.APPLYING:
            state = Standing.REVIEW if item.left else Standing.APPLIED
            cash.stand(tx, connection.id, item, state, at=now)
        closed_returns.follow(tx, connection.id, item.subject, now=now)
