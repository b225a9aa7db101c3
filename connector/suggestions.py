"""What customers' answers may mean, read by a language model where the client wants that: kept
beside the answer for the person who reads it. It ends no hold and writes to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import audit, customer_answers, db, language, local_days, mirror, policy, promises
from connector.customer_answers import ID_MAX, Answer
from connector.db import Moment, Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.tenants import Connection
from dunning import suggesting
from dunning.account import Promise
from dunning.suggesting import Meaning, Reading, Suggestion
from providers.ledger import Invoice
from providers.money import Money

TRIES_MAX = 3
ANSWERS_AT_ONCE = 5
FINDINGS = TypeAdapter(tuple[Suggestion, ...])

suggestion_table = db.table(
    "suggestion",
    sa.Column("message_id", sa.String(ID_MAX), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("findings", sa.JSON(none_as_null=True)),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "message_id"),
)
"""`findings` are None until the model has answered."""
t = suggestion_table.c


class CannotPromise(ValueError):
    """The suggestion is no promise that can be written down; the text says why."""


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Read the answers that wait for a person and that no model has read. Where the model did not
    answer, it is asked again when the client is next looked at, three times in all."""
    if not language.is_there(deps.config):
        return
    with deps.reading() as tx:
        if not policy.current(tx, connection.client_id).policy.dunning.suggest:
            return
        waiting = [it.answer for it in customer_answers.unread(tx, connection.id, deps.now())]
        is_over = sa.or_(t.findings.is_not(None), t.tries >= TRIES_MAX)
        query = sa.select(t.message_id).where(t.connection_id == connection.id, is_over)
        over = set(tx.execute(query).scalars())
    for answer in [it for it in waiting if it.message_id not in over][:ANSWERS_AT_ONCE]:
        fence.renew()
        _read(deps, connection, fence, answer)


def of(
    tx: Tx, connection_id: int, answers: Iterable[Answer]
) -> Mapping[Answer, tuple[Suggestion, ...]]:
    """What was suggested about each answer; nothing where no model has read it."""
    known = {it.message_id: it for it in answers}
    rows = tx.execute(
        sa.select(t.message_id, t.findings).where(
            t.connection_id == connection_id, t.message_id.in_(known)
        )
    )
    found = {row.message_id: FINDINGS.validate_python(row.findings or ()) for row in rows}
    return {answer: found.get(id_, ()) for id_, answer in known.items()}


def begin(tx: Tx, connection_id: int, answer: Answer, *, at: datetime) -> None:
    """Count a try before it is made: what kills its reader must not do so for ever."""
    new = db.insert(tx, suggestion_table).values(
        connection_id=connection_id, message_id=answer.message_id, customer_id=answer.customer_id,
        tries=1, at=at,
    )  # fmt: skip
    same = new.on_conflict_do_update(
        index_elements=["connection_id", "message_id"], set_={"tries": t.tries + 1}
    )
    tx.execute(same)


def keep(tx: Tx, connection_id: int, answer: Answer, found: Sequence[Suggestion]) -> None:
    """Keep what was suggested about an answer whose reading was begun."""
    tx.execute(
        sa.update(suggestion_table)
        .where(t.connection_id == connection_id, t.message_id == answer.message_id)
        .values(findings=FINDINGS.dump_python(tuple(found), mode="json"))
    )


def promise(deps: Deps, connection: Connection, answer: Answer, number: int, *, by: str) -> Promise:
    """A person writes down a promise that was suggested (`number` counts from 0), with the words
    of the customer. Raises CannotPromise."""
    now = deps.now()
    today = local_days.today(connection, now)
    with deps.writing() as tx:
        found = of(tx, connection.id, [answer])[answer]
        if not number < len(found) or found[number].meaning is not Meaning.PROMISE:
            raise CannotPromise("there is no such suggestion any more")
        one = found[number]
        if one.on is None or one.on < today:
            raise CannotPromise("its day is past" if one.on else "the answer names no day")
        invoices = _meant(tx, connection.id, answer.customer_id, one)
        amount = Money.total((it.open for it in invoices), invoices[0].open.currency)
        made = Promise(tuple(it.id for it in invoices), amount, one.on, today, amount)
        if any(_is_same(made, kept.promise) for kept in _open(tx, connection.id, answer)):
            raise CannotPromise("this promise is written down already")
        promises.add(
            tx, connection.id, answer.customer_id, made, source="reply", words=one.quote, by=by,
            at=now,
        )  # fmt: skip
    deps.ring("decide", connection.id)
    return made


def _read(deps: Deps, connection: Connection, fence: Fence, answer: Answer) -> None:
    with deps.writing() as tx:
        fence.check(tx)
        begin(tx, connection.id, answer, at=deps.now())
        numbers = [it.number for it in _owed(tx, connection.id, answer.customer_id) if it.number]
    received = local_days.today(connection, answer.received_at)
    said, why_not = language.ask(
        deps, connection.id, suggesting.INSTRUCTIONS, suggesting.question(answer.text, received)
    )
    reading = Reading(dropped=(why_not,))
    if not why_not:
        reading = suggesting.read(said, answer.text, numbers=numbers, received=received)
    with deps.writing() as tx:
        fence.check(tx)
        if not why_not:
            keep(tx, connection.id, answer, reading.kept)
        audit.add(
            tx, connection.id, at=deps.now(), actor=deps.config.language_model,
            event="reply.suggested", about=f"customer:{answer.customer_id}",
            meanings=[it.meaning for it in reading.kept], dropped=list(reading.dropped),
        )  # fmt: skip


def _meant(tx: Tx, connection_id: int, customer_id: str, one: Suggestion) -> list[Invoice]:
    owed = _owed(tx, connection_id, customer_id)
    found = [it for it in owed if not one.invoices or it.number in one.invoices]
    if not found:
        raise CannotPromise("nothing is open on what it speaks of")
    if len({it.open.currency for it in found}) > 1:
        raise CannotPromise("it speaks of invoices in several currencies")
    return found


def _owed(tx: Tx, connection_id: int, customer_id: str) -> list[Invoice]:
    records = mirror.of_customers(tx, connection_id, [customer_id])
    owed = [it for it in records if isinstance(it, Invoice) and it.open.amount > 0]
    return sorted(owed, key=lambda it: it.id)


def _open(tx: Tx, connection_id: int, answer: Answer) -> list[promises.Kept]:
    return promises.listed(
        tx, connection_id, customer_ids=[answer.customer_id], states=[promises.State.OPEN]
    )


def _is_same(made: Promise, kept: Promise) -> bool:
    return (made.on, set(made.invoice_ids)) == (kept.on, set(kept.invoice_ids))
