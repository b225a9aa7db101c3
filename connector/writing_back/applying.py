"""Into the ledger: what was decided about money becomes intents, and what comes of them is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connector import agenda
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, notes
from connector.disputed import cases
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import BANK, Item, Standing
from connector.outgoing import effects, intents
from connector.outgoing.intention import CAME_TO_NOTHING
from connector.outgoing.intents import Intent
from connector.writing_back import cash_notes, crediting, stepwise
from connector.writing_back.stepwise import Place, net, parts_of
from matching.no_match.exchange import Exchange
from providers.constructs import Difference, Part, Settlement
from providers.ledger import (
    Allocation,
    ApplyUnapplied,
    CreditDifference,
    Effect,
    Kind,
    Payment,
    Record,
    RecordPayment,
    Status,
)
from providers.money import Money
from providers.registry import LEDGERS

FAILED_MAX = 5


def intend(
    tx: Tx,
    connection: Connection,
    item: Item,
    allocations: Sequence[Allocation],
    *,
    owners: Mapping[str, str],
    records: Iterable[Record],
    decision_id: int,
    now: datetime,
    why: str,
    differences: Sequence[Difference] = (),
    exchange: Exchange | None = None,
    rest_for: str = "",
    below: Collection[str] = (),
) -> list[str]:
    """Commit the intents that say these allocations in this ledger, one after the other, with a
    note on each invoice behind them; returns their keys.

    `owners` are the customers of the invoices and credit notes, `records` what was decided on,
    `differences` what is booked to named accounts because a person or a policy allows it,
    `exchange` how money of another currency than the invoices' became what came, `rest_for` on
    whose account the rest of money from the bank goes, where that is not who pays most, `below` the
    sub-customers whose invoices money of their parent's account may pay.
    Raises CannotBuild where the ledger has no construct for it.
    """
    settlement = replace(
        _settlement(item, allocations, owners, why), differences=tuple(differences),
        below=frozenset(below),
    )  # fmt: skip
    if rest_for and not settlement.kind:
        settlement = replace(settlement, customer_id=rest_for)
    if exchange:
        settlement = replace(settlement, left=exchange.paid, banked=exchange.came)
    steps = LEDGERS[connection.ledger].construct(settlement)
    _check_whole(settlement, steps)
    failed = intents.failed(tx, connection.id, item.subject)
    first = effects.key_of(
        connection.id, "cash", item.subject, item.version, str(item.left), str(failed)
    )
    keys = stepwise.commit(
        tx, connection.id, steps, first=first, subject=item.subject, records=records,
        decision_id=decision_id, now=now,
    )  # fmt: skip
    if notes.are_on(tx, connection):
        last = {a.invoice_id: key for key, step in zip(keys, steps, strict=True)
                for a in parts_of(step)}  # fmt: skip
        cash_notes.applied(tx, connection, item, allocations, last=last, owners=owners,
                           decision_id=decision_id, now=now, why=why)  # fmt: skip
        cash_notes.booked(tx, connection, differences, after_key=keys[-1],
                          decision_id=decision_id, now=now, why=why)  # fmt: skip
    cash.stand(tx, connection.id, item, Standing.APPLYING, decision_id=decision_id, at=now)
    approvals.lapse(tx, connection.id, item.subject, at=now)
    return keys


def confirmed(
    tx: Tx, connection: Connection, intent: Intent, *, receipt: str, now: datetime
) -> None:
    """The ledger has it: so much of the money is placed, and what is left is looked at again."""
    item, effect = item_of(tx, intent, locked=True), intent.effect
    if item is None:
        return
    left = item.left
    if isinstance(effect, RecordPayment):
        left = left - (effect.banked or effect.total)
        _entered(tx, connection, intent, item, receipt=receipt)
    elif isinstance(effect, CreditDifference):
        aim(tx, intent, Kind.CREDIT_NOTE, receipt, rest=effect.amount)
    elif isinstance(effect, ApplyUnapplied) and effect.payment_kind == item.kind:
        # what was seen of the money since it was decided on tells what is left of it already
        seen_since = not intent.facts.get(item.subject, f"{left} ").startswith(f"{left} ")
        left = left if seen_since else left - net(effect.allocations, left)
    crediting.confirmed(tx, intent, now=now)
    state = Standing.NEW if left else Standing.APPLIED
    if intents.is_open(tx, connection.id, item.subject):
        state = Standing.APPLYING
    cash.stand(tx, connection.id, item, state, left=left, at=now)


def came_to_nothing(tx: Tx, intent: Intent, *, decide_again: bool, now: datetime) -> None:
    """The write did not happen: decide again, or leave the money for a person, as after many
    decisions that all came to nothing."""
    item = item_of(tx, intent, locked=True)
    if item is None:
        return
    failed = intents.failed(tx, intent.connection_id, intent.subject)
    state = Standing.NEW if decide_again and failed < FAILED_MAX else Standing.REVIEW
    if not item.left:
        state = Standing.APPLIED
    if isinstance(intent.effect, CreditDifference):
        _open_case(tx, intent, intent.effect, words=item.text, now=now)
    elif not _stands(tx, intent):
        cases.withdraw(
            tx, intent.connection_id, intent.decision_id, why="the payment was not entered", at=now
        )
    cash.stand(tx, intent.connection_id, item, state, at=now)
    if item.customer_id:
        agenda.mark(tx, intent.connection_id, [item.customer_id])


def _stands(tx: Tx, intent: Intent) -> bool:
    """Whether any money of the same decision is in the ledger, or may still come into it."""
    written = intents.of_decisions(tx, intent.connection_id, [intent.decision_id])
    money = (it for it in written if isinstance(it.effect, ApplyUnapplied | RecordPayment))
    return any(it.state not in CAME_TO_NOTHING for it in money)


def _open_case(
    tx: Tx, intent: Intent, effect: CreditDifference, *, words: str, now: datetime
) -> None:
    """What the ledger would not let be booked is in question after all."""
    cases.open_case(
        tx, intent.connection_id, decision_id=intent.decision_id, invoice_id=effect.invoice_id,
        customer_id=effect.customer_id, kind="difference", amount=effect.amount, words=words,
        at=now,
    )  # fmt: skip


def unannounced(connection: Connection, intent: Intent, receipt: str) -> list[Place]:
    """A receipt to be read once, after its invoices, where the ledger would not tell that somebody
    took it out before the mirror saw what it paid."""
    ledger = LEDGERS[connection.ledger]
    if not ledger.polled or not isinstance(intent.effect, RecordPayment):
        return []
    return [(ledger.written_as(intent.effect), receipt)]


def item_of(tx: Tx, intent: Intent, *, locked: bool = False) -> Item | None:
    kind, _, id_ = intent.subject.partition(":")
    return cash.find(tx, intent.connection_id, kind, id_, locked=locked)


def aim(tx: Tx, intent: Intent, kind: Kind, receipt: str, *, rest: Money) -> bool:
    """What waited for this money to be in the ledger is about it from now on."""
    aimed, key = False, intent.key
    while key:
        found = intents.followers(tx, intent.connection_id, key)
        key = ""
        for follower in found:
            effect = follower.effect
            if not isinstance(effect, ApplyUnapplied) or effect.payment_id:
                continue
            assert effect.payment_kind is kind, "what follows money is about this money"
            subject, fact = follower.subject, {f"{kind}:{receipt}": f"{rest} {Status.OPEN}"}
            if kind is not Kind.CREDIT_NOTE:
                subject = f"{kind}:{receipt}"
                fact = {subject: f"{rest} {Status.OPEN} {effect.customer_id}"}
            own = replace(effect, payment_kind=kind, payment_id=receipt)
            intents.aim(tx, follower, own, subject=subject, facts=follower.facts | fact)
            rest, key, aimed = rest - net(effect.allocations, rest), follower.key, True
    return aimed


def _settlement(
    item: Item, allocations: Sequence[Allocation], owners: Mapping[str, str], why: str
) -> Settlement:
    return Settlement(
        kind=None if item.kind == BANK else Kind(item.kind), id=item.id,
        customer_id=item.customer_id, received=item.received, left=item.left,
        reference=item.text, memo=f"Applied by Ledgerhand: {why}",
        parts=tuple(Part(owners[a.invoice_id], a) for a in allocations),
    )  # fmt: skip


def _check_whole(settlement: Settlement, steps: Sequence[Effect]) -> None:
    """Money from the bank is entered once and whole, and every part is set against its invoice."""
    entered = [step.total for step in steps if isinstance(step, RecordPayment)]
    if settlement.kind is None:
        assert Money.total(entered, settlement.left.currency) == settlement.left, "one receipt"
    parts = [part.amount for step in steps for part in parts_of(step) if part.amount.amount > 0]
    wanted = [part.allocation.amount for part in settlement.parts]
    wanted += [difference.amount for difference in settlement.differences]
    taken = [amount for amount in wanted if amount.amount > 0]
    currency = settlement.left.currency
    assert Money.total(parts, currency) == Money.total(taken, currency), "every part once"


def _entered(tx: Tx, connection: Connection, intent: Intent, item: Item, *, receipt: str) -> None:
    """A receipt is in the ledger; with a rest it goes on there as money on account."""
    effect = intent.effect
    assert isinstance(effect, RecordPayment)
    rest = effect.total - net(effect.allocations, effect.total)
    if not rest:
        return
    kind = LEDGERS[connection.ledger].written_as(effect)
    waits = aim(tx, intent, kind, receipt, rest=rest)
    whole = replace(
        item, kind=kind, id=receipt, customer_id=effect.customer_id, total=effect.total, left=rest,
        state=Standing.APPLYING if waits else Standing.NEW, version="",
    )  # fmt: skip
    for seen in mirror.fetch(tx, connection.id, kind, [receipt]):
        if isinstance(seen, Payment):
            whole = replace(whole, left=seen.unapplied, version=seen.version)
    cash.enter(tx, connection.id, whole)
