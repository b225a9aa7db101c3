"""What customers' answers may mean, read by a language model where the client wants that: kept
beside the answer for the person who reads it. It ends no hold and writes to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import audit, db, local_days
from connector.clients.tenants import Connection, State
from connector.commitments import disputing, promises
from connector.commitments.promising import CannotPromise
from connector.db import Moment, Tx
from connector.decided import customer_answers
from connector.decided.customer_answers import ID_MAX, Answer
from connector.deps import Deps
from connector.disputed.disputes import Source
from connector.lease import Fence
from connector.redaction import ERASED
from connector.rules import policy
from connector.vault import digest
from connector.wording import language
from dunning.answers import suggesting
from dunning.answers.suggesting import Meaning, Suggestion
from dunning.customer.account import Promise
from providers.money import Money

TRIES_MAX = 3
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
"""`findings` are None until the model has answered; `at` is when the answer came."""
t = suggestion_table.c


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise that a person may write down as it stands here, on the invoices of these `numbers`;
    `key` changes with all that is shown of it."""

    promise: Promise
    numbers: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as a person sees it; of a promise either what may be written down, or `why` it
    may not."""

    suggestion: Suggestion
    offer: Offer | None = None
    why: str = ""


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Read the answers that wait for a person and that no model has read. Where the model did not
    answer, it is asked again when the client is next looked at, three times in all."""
    if connection.state is not State.LIVE:
        return
    looked_at: set[str] = set()
    while True:
        with deps.reading() as tx:
            if not policy.current(tx, connection.client_id).policy.dunning.suggest:
                return
            waiting = [it.answer for it in customer_answers.unread(tx, connection.id, deps.now())]
            left = [it for it in waiting if it.message_id not in looked_at and _has_words(it)]
            over = _over(tx, connection.id, left)
        if not (wanted := next((it for it in left if it.message_id not in over), None)):
            return
        looked_at.add(wanted.message_id)
        fence.renew()
        _read(deps, connection, fence, wanted)


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


def begin(tx: Tx, connection_id: int, answer: Answer) -> None:
    """Count a try before it is made: what kills its reader must not do so for ever."""
    new = db.insert(tx, suggestion_table).values(
        connection_id=connection_id, message_id=answer.message_id, customer_id=answer.customer_id,
        tries=1, at=answer.received_at,
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


def offer(tx: Tx, connection: Connection, answer: Answer, one: Suggestion, now: datetime) -> Offer:
    """The promise that a suggestion comes to: what is open and not disputed on the invoices that it
    names, or on all that are open. Raises CannotPromise."""
    today = local_days.today(connection, now)
    if one.on is None:
        raise CannotPromise("the sentence names no day that can be read in one way")
    if one.on < today:
        raise CannotPromise("the promised day is past")
    if one.doubt:
        raise CannotPromise(one.doubt)
    meant = [
        (it, left)
        for it in promises.promisable(tx, connection.id, answer.customer_id)
        if not one.invoices or it.number in one.invoices
        if (left := disputing.undisputed(tx, connection.id, it)).amount
    ]
    if not meant:
        raise CannotPromise("nothing is open on the invoices that it speaks of")
    currencies = {left.currency for _, left in meant}
    if len(currencies) > 1:
        raise CannotPromise("it speaks of invoices in several currencies")
    ids = tuple(it.id for it, _ in meant)
    said = promises.listed(
        tx, connection.id, customer_ids=[answer.customer_id], states=[promises.State.OPEN]
    )
    if any(set(ids).intersection(it.promise.invoice_ids) for it in said):
        raise CannotPromise("one of the invoices is promised already")
    (currency,) = currencies
    made = Promise(
        ids, Money.total((left for _, left in meant), currency), one.on, today,
        Money.total((it.open for it, _ in meant), currency),
    )  # fmt: skip
    numbers = tuple(it.number or it.id for it, _ in meant)
    key = digest(f"{answer.message_id} {one.quote} {made}")
    return Offer(made, numbers, key)


def shown(
    tx: Tx, connection: Connection, answers: Iterable[Answer], now: datetime
) -> Mapping[Answer, tuple[Shown, ...]]:
    """What was suggested about each answer, as a person sees it now."""
    return {
        answer: tuple(_shown(tx, connection, answer, one, now) for one in found)
        for answer, found in of(tx, connection.id, answers).items()
    }


def promise(deps: Deps, connection: Connection, answer: Answer, key: str, *, by: str) -> Promise:
    """A person writes down the promise that was offered under a key, with the customer's words.
    Raises CannotPromise."""
    now = deps.now()
    with deps.writing() as tx:
        db.one_at_a_time(tx, "promise", connection.id)
        for it in shown(tx, connection, [answer], now)[answer]:
            if it.offer and it.offer.key == key:
                made, words = it.offer.promise, it.suggestion.quote
                break
        else:
            raise CannotPromise("it is not what the page showed any more; look at it again")
        promises.add(
            tx, connection.id, answer.customer_id, made, source=Source.REPLY, words=words, by=by,
            at=now,
        )  # fmt: skip
    deps.ring("decide", connection.id)
    return made


def _has_words(answer: Answer) -> bool:
    return bool(answer.text) and not answer.text.startswith(ERASED)


def _over(tx: Tx, connection_id: int, answers: Sequence[Answer]) -> set[str]:
    """Of these, what a model has read, and what it did not answer about often enough."""
    query = sa.select(t.message_id).where(
        t.connection_id == connection_id, t.message_id.in_([it.message_id for it in answers]),
        sa.or_(t.findings.is_not(None), t.tries >= TRIES_MAX),
    )  # fmt: skip
    return set(tx.execute(query).scalars())


def _read(deps: Deps, connection: Connection, fence: Fence, answer: Answer) -> None:
    """Its words may be erased, and its customer merged, before it is asked about and meanwhile."""
    with deps.writing() as tx:
        fence.check(tx)
        if customer_answers.as_it_is(tx, connection.id, answer) != answer:
            return
        begin(tx, connection.id, answer)
        owed = promises.promisable(tx, connection.id, answer.customer_id)
        numbers = [it.number for it in owed if it.number]
    received = local_days.today(connection, answer.received_at)
    said, why_not = language.ask(
        deps, connection.id, suggesting.INSTRUCTIONS, suggesting.question(answer.text, received)
    )
    actor, about = deps.config.language_model, f"customer:{answer.customer_id}"
    with deps.writing() as tx:
        fence.check(tx)
        if why_not:
            audit.add(
                tx, connection.id, at=deps.now(), actor=actor, event="reply.not_suggested",
                about=about, reason=why_not,
            )  # fmt: skip
            return
        if customer_answers.as_it_is(tx, connection.id, answer) != answer:
            return
        reading = suggesting.read(said, answer.text, numbers=numbers, received=received)
        keep(tx, connection.id, answer, reading.kept)
        audit.add(
            tx, connection.id, at=deps.now(), actor=actor, event="reply.suggested", about=about,
            meanings=[it.meaning for it in reading.kept], dropped=list(reading.dropped),
        )  # fmt: skip


def _shown(tx: Tx, connection: Connection, answer: Answer, one: Suggestion, now: datetime) -> Shown:
    if one.meaning is not Meaning.PROMISE:
        return Shown(one)
    try:
        return Shown(one, offer(tx, connection, answer, one, now))
    except CannotPromise as why:
        return Shown(one, why=str(why))
