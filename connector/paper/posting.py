"""Letters on paper: made from the decided reminder, queued, and sent only when a person says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connector import agenda, audit, local_days
from connector.access.ledgers import Opened
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import letters, messages, postal
from connector.correspondence.letters import Letter, LetterState
from connector.db import Tx
from connector.decided import approvals
from connector.deps import Deps
from connector.lease import Fence
from connector.mirroring import account_statements, mirror
from connector.outgoing import effects, intents
from connector.outgoing.effects import LetterKind, PrintLetter
from connector.outgoing.intents import Intent, Step
from connector.rules.modes import Capability
from connector.syncing import second_look
from connector.syncing.second_look import Look
from dunning.letter import paper
from dunning.letter.paper import Frame
from dunning.statements.statement import Statement
from providers.errors import Refused, Stale
from providers.ledger import Kind
from providers.letters.addressing import block
from providers.letters.documents import Party
from providers.letters.pdf import Printed, TooLong, print_letter
from providers.letters.stationery import stationery_for

DEMAND_TERM = timedelta(days=14)
"""From the day on a demand to the day by which it asks to be paid: the post takes some of it."""
MADE_ANEW = "made anew"

UNANSWERABLE = (
    "a demand must say where to pay to or to whom to answer, and nothing is known: write"
    " payment_details or reply_to into the brand of the policy, or the company's address into the"
    " ledger"
)


class CannotPrint(Exception):
    """No letter can be made; a person must act. The text says what is missing and where."""


class NotQueued(ValueError):
    """The letter was confirmed or dropped before."""


def deliver(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> None:
    """Make the letter of an intent and queue it, or end the intent with the reason why not.

    Nothing has left the house when this is done: the letter waits for a person who posts it.
    """
    try:
        look = second_look.take(deps, fence, ledger, intent)
        if look is None:
            return
        recipient, printed = _make(deps, ledger, intent, look)
    except (Refused, Stale) as refused:
        why_not = f"not made: the ledger was not readable: {refused}"
        _end(deps, fence, intent, why_not)
        return
    except (CannotPrint, TooLong) as why:
        _end(deps, fence, intent, f"not made: {why}")
        return
    if second_look.is_too_old(deps, fence, intent, look):
        return
    with deps.writing() as tx:
        fence.check(tx)
        _queue(tx, intent, look, recipient, printed, now=deps.now())


def confirm(deps: Deps, letter: Letter, *, by: str) -> None:
    """A person says that the letter was posted: now it is sent, and the ledger is told.

    Raises NotQueued.
    """
    with deps.writing() as tx:
        now = deps.now()
        if not letters.end(tx, letter, LetterState.CONFIRMED, by=by, reason="", at=now):
            raise NotQueued(_ended(tx, letter))
        connection = tenants.connection(tx, letter.connection_id)
        (intent,) = intents.of_keys(tx, letter.connection_id, [letter.intent_key])
        _tell(tx, intent, "sent", actor=by, at=now, letter=letter.id, sha256=letter.sha256)
        text = (
            f"Ledgerhand's letter '{letter.step}' about {letter.total} was posted by {by}."
            f" Decision {letter.decision_id}."
        )
        second_look.intend_notes(tx, connection, intent, text, now=now)
        agenda.mark(tx, letter.connection_id, [letter.customer_id])
    for job in ("decide", "deliver"):
        deps.ring(job, letter.connection_id)


def drop(deps: Deps, letter: Letter, *, by: str, reason: str) -> None:
    """A person says that the letter is not posted. Its steps stay taken, as those of a message that
    a person turned down: the next one comes in its time. Raises NotQueued."""
    with deps.writing() as tx:
        _drop(tx, letter, by=by, reason=reason, now=deps.now())
    deps.ring("decide", letter.connection_id)


def make_anew(deps: Deps, letter: Letter, *, by: str) -> None:
    """A person says that the letter was not posted and is to be made again of what is true now.

    Its steps and its order go over to the new one: nobody orders it twice, unless the look before
    it is made finds that something else is due, which gives the steps back. Raises NotQueued.
    """
    with deps.writing() as tx:
        now, id_ = deps.now(), letter.connection_id
        old = _drop(tx, letter, by=by, reason=MADE_ANEW, now=now)
        key = effects.key_of(id_, MADE_ANEW, old.key)
        messages.count_from(tx, id_, old.key, at=now, to_key=key)
        intents.add(
            tx, id_, old.effect, key=key, subject=old.subject, decision_id=old.decision_id, now=now
        )
    for job in ("decide", "deliver"):
        deps.ring(job, letter.connection_id)


def _drop(tx: Tx, letter: Letter, *, by: str, reason: str, now: datetime) -> Intent:
    if not letters.end(tx, letter, LetterState.DROPPED, by=by, reason=reason, at=now):
        raise NotQueued(_ended(tx, letter))
    (intent,) = intents.of_keys(tx, letter.connection_id, [letter.intent_key])
    intents.end(tx, intent, Step.UNDONE, f"dropped by {by}: {reason}", now=now)
    agenda.mark(tx, letter.connection_id, [letter.customer_id])
    _tell(tx, intent, "dropped", actor=by, at=now, letter=letter.id, reason=reason)
    return intent


def frame_of(connection: Connection, recipient: tuple[str, ...], *, now: datetime) -> Frame:
    """What stands around a letter of this company today."""
    address, country = connection.address, connection.country
    sheet = stationery_for(country)
    most = sheet.return_lines_max
    lines = block("", address, sent_from=country, lines_max=most) if address else ()
    return Frame(
        stationery=sheet,
        sender=Party(connection.legal_name or connection.name, lines),
        company=connection.name,
        recipient=recipient,
        on=local_days.today(connection, now),
    )


def _make(
    deps: Deps, ledger: Opened, intent: Intent, look: Look
) -> tuple[tuple[str, ...], Printed]:
    """The lines of the address, and the letter. Raises CannotPrint, TooLong and what a ledger
    raises when it is read."""
    effect, connection = intent.effect, ledger.connection
    assert isinstance(effect, PrintLetter)
    with deps.reading() as tx:
        customer = mirror.customer(tx, connection.id, effect.customer_id)
        address = postal.address_of(tx, connection, customer) if customer else None
    if customer is None or address is None:
        raise CannotPrint(postal.NO_ADDRESS)
    if why := postal.why_not(connection, customer, address):
        raise CannotPrint(why)
    recipient = block(customer.name, address, sent_from=connection.country)
    policy = look.policy
    frame = frame_of(connection, recipient, now=deps.now())
    if effect.kind is LetterKind.REMINDER:
        return recipient, print_letter(paper.reminder(look.account, look.step, policy, frame))
    if not paper.is_answerable(look.account, look.step, policy, frame):
        raise CannotPrint(UNANSWERABLE)
    statement = _statement(deps, ledger, look, frame)
    letter = paper.demand(
        look.account, look.step, policy, frame, statement=statement,
        pay_by=frame.on + DEMAND_TERM,
    )  # fmt: skip
    return recipient, print_letter(letter)


def _statement(deps: Deps, ledger: Opened, look: Look, frame: Frame) -> Statement:
    """From the day of the oldest invoice that is asked for until today. Raises CannotPrint."""
    account = look.account
    since = min(one.issued for one in account.invoices if one.id in look.step.invoice_ids)
    reading = account_statements.read(
        deps, ledger.reader(), ledger.connection, account.customer_id,
        since=min(since, frame.on), until=frame.on,
    )  # fmt: skip
    if reading.agrees is False:
        raise CannotPrint(
            f"the ledger's own report says that {reading.reported} is owed, and its invoices,"
            " credits and payments make another sum; look at the customer in the ledger"
        )
    return next(one for one in reading.statements if one.currency == account.currency)


def _queue(
    tx: Tx, intent: Intent, look: Look, recipient: tuple[str, ...], printed: Printed, *,
    now: datetime,
) -> None:  # fmt: skip
    asked = intent.effect
    assert isinstance(asked, PrintLetter)
    records = mirror.fetch(tx, intent.connection_id, Kind.INVOICE, asked.invoice_ids)
    letter_id = letters.queue(
        tx, intent.connection_id, printed, intent_key=intent.key, decision_id=intent.decision_id,
        customer_id=asked.customer_id, name=look.account.name, total=asked.total,
        kind=asked.kind, step=asked.step, address=recipient,
        facts=effects.facts_of(records), read_at=look.read_at, made_at=now,
    )  # fmt: skip
    intents.confirmed(tx, intent, f"letter:{letter_id}", now=now)
    approvals.lapse(tx, intent.connection_id, _subject(asked), at=now)
    _tell(tx, intent, "queued", actor="ledgerhand", at=now, letter=letter_id,
          sha256=printed.sha256, pages=printed.pages, address=list(recipient))  # fmt: skip


def _end(deps: Deps, fence: Fence, intent: Intent, error: str) -> None:
    """It cannot be made: a person is told. A demand is asked for again, because what comes after it
    stands on it; a reminder is not, because nobody is asked before it is made."""
    effect = intent.effect
    assert isinstance(effect, PrintLetter)
    is_demand = effect.kind is LetterKind.DEMAND
    second_look.end(deps, fence, intent, Step.REFUSED if is_demand else Step.PERSON, error)
    with deps.writing() as tx:
        fence.check(tx)
        _ask(tx, intent, effect, error, now=deps.now())


def _ask(tx: Tx, intent: Intent, effect: PrintLetter, error: str, *, now: datetime) -> None:
    names = mirror.names(tx, intent.connection_id, [effect.customer_id])
    name = names.get(effect.customer_id) or effect.customer_id
    approvals.ask(
        tx, intent.connection_id, decision_id=intent.decision_id, capability=Capability.REMIND,
        subject=_subject(effect), options=[], at=now,
        summary=f"{name}: the letter '{effect.step}' about {effect.total} was {error}",
    )  # fmt: skip


def _subject(effect: PrintLetter) -> str:
    return f"letter:{effect.customer_id}/{effect.total.currency}"


def _ended(tx: Tx, letter: Letter) -> str:
    found = letters.find(tx, letter.id)
    return f"letter {letter.id} is {found.state if found else 'gone'} already"


def _tell(tx: Tx, intent: Intent, event: str, *, actor: str, at: datetime, **what: Any) -> None:
    audit.add(
        tx, intent.connection_id, at=at, actor=actor, event=f"print_letter.{event}",
        about=intent.subject, decision_id=intent.decision_id, **what,
    )  # fmt: skip
