"""What must be true at the end of every seed, whatever happened on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from connector import audit
from connector.access.ledgers import opened
from connector.clients import sweeps
from connector.clients.meter import Purpose
from connector.lease import held
from connector.mirroring import inbox, mirror
from connector.money import cash
from connector.outgoing import effects, intents
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import OPEN, Step
from connector.proof import conservation
from connector.syncing import compare
from providers.errors import TryLater
from providers.ledger import AddNote, Record, RecordPayment, Undo
from tests.simulation.deeds import Run, subject_of

EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def faults(run: Run) -> list[str]:
    """Every way in which this seed went wrong; an empty list is a good seed."""
    checks = (_drained, _cash, _bank, _split, _notes, _messages, _mirror, _conserved, _whole)
    return [fault for check in checks for fault in check(run)]


def _connection(run: Run) -> int:
    return run.universe.connections[run.ledger]


def _all(run: Run) -> list[intents.Intent]:
    with run.universe.deps.reading() as tx:
        return intents.listed(tx, _connection(run), tuple(Step), since=EVER, limit=10_000)


def _drained(run: Run) -> Iterator[str]:
    with run.universe.deps.reading() as tx:
        if inbox.has_waiting(tx, _connection(run)):
            yield "hints still wait in the inbox"
    for intent in _all(run):
        if intent.state in OPEN:
            yield f"intent {intent.id} is still {intent.state}: {intent.error}"
        if intent.state is Step.PERSON and not isinstance(intent.effect, SendReminder):
            yield f"intent {intent.id} was given up: {intent.error}"


def _cash(run: Run) -> Iterator[str]:
    """Money in the ledger: set against its invoice exactly once, to the cent; or undone."""
    for money, invoice, amount in run.paid:
        found = run.books.applied(money)
        if not found and _is_undone(run, subject_of(run, money)):
            if run.books.balance(invoice) != amount:
                yield f"what paid {invoice} was undone, and {run.books.balance(invoice)} is open"
            continue
        if found != [(invoice, amount)]:
            yield f"money {money} of {amount} for {invoice} is applied as {found}"
        if run.books.balance(invoice) != 0:
            yield f"invoice {invoice} was paid and {run.books.balance(invoice)} is open"


def _bank(run: Run) -> Iterator[str]:
    """Money from the bank: entered exactly once, or with a person if that did not stay."""
    by_receipt = {
        i.effect.receipt_id: i
        for i in _all(run)
        if isinstance(i.effect, RecordPayment) and i.state is Step.CONFIRMED
    }
    for receipt, invoice, amount in run.banked:
        with run.universe.deps.reading() as tx:
            item = cash.find(tx, _connection(run), "bank", receipt)
        intent, open_ = by_receipt.get(receipt), run.books.balance(invoice)
        if receipt in run.bounced:
            where = item and (item.state, item.left.amount)
            if intent or where != (cash.Standing.REVIEW, amount):
                yield f"bank line {receipt} bounced, and it is {where}"
        elif intent is None:
            yield f"bank line {receipt} over {amount} was not entered: {item}"
        elif run.books.payments_with(intent.marker) != 1:
            yield f"bank line {receipt} is entered {run.books.payments_with(intent.marker)} times"
        if open_ != (amount if receipt in run.bounced else 0):
            yield f"bank line {receipt} is for {invoice}, on which {open_} is open"


def _split(run: Run) -> Iterator[str]:
    """A bank line that a person settled: all of it once, or none of it where it was undone."""
    for line, (parts, total) in run.split.items():
        entries = [i for i in _all(run) if i.subject == f"bank:{line}" and _is_entry(i)]
        standing = [i for i in entries if i.state is Step.CONFIRMED]
        undone = _is_undone(run, f"bank:{line}")
        for intent in entries:
            found = run.books.payments_with(intent.marker)
            if found != (intent in standing):
                yield f"bank line {line}: {intent.id} ({intent.state}) is entered {found} times"
        entered = sum(i.effect.total.amount for i in standing if _is_entry(i))  # type: ignore[union-attr]
        if entered != (0 if undone else total.amount):
            yield f"bank line {line}: {entered} of {total} stands in the ledger"
        for id_, (_, amount) in parts.items():
            open_ = run.books.balance(id_) if amount.amount > 0 else run.books.credit_left(id_)
            if open_ != (abs(amount.amount) if undone else 0):
                yield f"bank line {line}: {open_} is open on {id_} of {amount}"


def _is_undone(run: Run, subject: str) -> bool:
    """Whether an undo that was asked for came about; that it was refused must have a reason."""
    asked = [i for i in _all(run) if isinstance(i.effect, Undo) and i.subject == subject]
    done = {i.state for i in asked}
    assert len(done) <= 1, f"{subject} is half undone"
    assert all(i.error for i in asked if i.state is Step.REFUSED)
    return done == {Step.CONFIRMED}


def _is_entry(intent: intents.Intent) -> bool:
    return isinstance(intent.effect, RecordPayment)


def _notes(run: Run) -> Iterator[str]:
    for intent in _all(run):
        if not isinstance(intent.effect, AddNote):
            continue
        found = run.books.notes_with(intent.marker)
        wanted = 1 if intent.state is Step.CONFIRMED else 0
        if found != wanted:
            yield f"note {intent.id} ({intent.state}: {intent.error}) stands {found} times"
    cash_done = [i for i in _all(run) if i.state is Step.CONFIRMED and _is_cash(i)]
    noted = {i.decision_id for i in _all(run) if isinstance(i.effect, AddNote)}
    for intent in cash_done:
        if intent.decision_id not in noted:
            yield f"cash {intent.id} has no note"


def _messages(run: Run) -> Iterator[str]:
    yield from run.mailbox.wrong
    yield from (f"{message_id} went out unkept" for message_id in run.mailbox.unkept)
    for message_id, count in Counter(run.mailbox.received).items():
        if count > 1:
            yield f"{message_id} arrived {count} times"
    sent: Counter[tuple[str, str, str]] = Counter()
    for intent in _all(run):
        effect = intent.effect
        arrived = any(intent.key in message_id for message_id in run.mailbox.received)
        if isinstance(effect, SendReminder) and arrived:
            sent.update(
                (effect.customer_id, invoice, stage)
                for invoice, stage in zip(effect.invoice_ids, effect.stages, strict=True)
            )
    for place, count in sent.items():
        if count > 1:
            yield f"{place} was asked for {count} times"


def _mirror(run: Run) -> Iterator[str]:
    deps, connection_id = run.universe.deps, _connection(run)
    with opened(deps, connection_id, Purpose.WRITE) as ledger:
        book: dict[str, Record] = {
            f"{r.kind}:{r.id}": r for batch in ledger.reader().book() for r in batch.records
        }
    truth = effects.facts_of(book.values())
    with deps.reading() as tx:
        for record in book.values():
            mirrored = mirror.fetch(tx, connection_id, record.kind, [record.id])
            if effects.facts_of(mirrored) != effects.facts_of([record]):
                yield f"the mirror holds {mirrored} for {record}"
        for kind in compare.COMPARED:
            for id_ in mirror.open_ids(tx, connection_id, kind):
                if f"{kind}:{id_}" not in truth:
                    yield f"the mirror holds {kind} {id_} open, the ledger does not"
    with held(deps, "sync", connection_id) as fence:
        assert fence is not None
        try:
            yield from (f"aged: {d}" for d in compare.run(deps, connection_id, fence))
            with deps.reading() as tx:
                if refused := sweeps.progress(tx, connection_id).compare_refused:
                    yield f"the ledger refuses to be compared with: {refused}"
        except TryLater as later:
            yield f"the ledger cannot be compared with: {later}"


def _conserved(run: Run) -> Iterator[str]:
    """All money is accounted for, and nobody was ever told that it is not."""
    with run.universe.deps.reading() as tx:
        for line in conservation.conservation(tx, _connection(run)):
            yield from line.faults
        for entry in audit.entries(tx, _connection(run), last=10_000):
            if entry.event == "conservation.broken":
                yield f"a false alarm: {entry.what['faults']}"


def _whole(run: Run) -> Iterator[str]:
    with run.universe.deps.reading() as tx:
        yield from (f"audit: {link}" for link in audit.broken_links(tx))


def _is_cash(intent: intents.Intent) -> bool:
    return not isinstance(intent.effect, (AddNote, SendReminder))
