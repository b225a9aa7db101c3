"""A machine call as it goes on: each turn is answered once, kept, and does what was wished for.

A callback proves its sender and names its call by a token that cannot be guessed; each turn has a
number of its own, so that a callback that is repeated, by Twilio or by anybody who overheard it, is
given the answer of the first time and does nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from connector import audit, local_days
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import approvals
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing import effects, intents
from connector.outgoing.effects import TextPayLinks
from connector.phone import call_promises, phone_contacts, telephone_line
from connector.phone.phone_contacts import Contact
from connector.phone.telephone_line import Line
from connector.recipients import consents
from connector.rules import modes
from connector.rules.modes import Capability
from connector.syncing import second_look
from dunning.customer.channels import Channel
from dunning.spoken import call_flow
from dunning.spoken.call_flow import Ground, Stage, Turn, Wish
from dunning.spoken.speech import Facts
from providers.ledger import Invoice, Kind, Status
from providers.twilio import twiml

TURN, FACTS = TypeAdapter(Turn), TypeAdapter(Facts)
OUTCOMES = {
    Wish.IDENTIFIED: "the right person answered",
    Wish.WRONG_PERSON: "a wrong number, which is not called again",
    Wish.VOICEMAIL: "a mailbox answered and was asked for a call back",
    Wish.SETTLED: "nothing was open any more when somebody answered",
    Wish.LINK: "wanted the pay page as a text message",
    Wish.PERSON: "wanted to speak to a person",
    Wish.NEVER: "does not want to be called or texted by machine again",
}
UNANSWERED = {
    "busy": "the line was busy", "no-answer": "nobody answered",
    "failed": "the number could not be called", "canceled": "the call was cancelled",
    "completed": "somebody answered and pressed no key",
}  # fmt: skip
"""What Twilio says of a call that is over (twilio.com/docs/voice/api/call-resource, "Status")."""
NOT_REACHED = frozenset((
    OUTCOMES[Wish.WRONG_PERSON],
    *(UNANSWERED[status] for status in ("busy", "no-answer", "failed", "canceled")),
))  # fmt: skip
"""Of a call that ended so, the customer heard nothing."""
DIALLED = "DialCallStatus"


@dataclass(frozen=True, slots=True)
class Room:
    """Where one turn of a call takes place."""

    contact: Contact
    connection: Connection
    line: Line
    ground: Ground


def answer(deps: Deps, token: str, number: int, form: Mapping[str, str]) -> bytes | None:
    """The TwiML for turn `number` (from 0) of a call, after what `form` says was pressed; None
    where there is no such call or turn."""
    with deps.writing() as tx:
        contact = _call(tx, token, form)
        if contact is None or number > len(contact.answers):
            return None
        if number < len(contact.answers):
            return contact.answers[number].encode()
        room = _room(tx, deps, contact)
        if room is None:
            return None
        said = _turn(room, form)
        words = _as_twiml(room, said, next_turn=number + 1)
        _keep(tx, room, said, words, form, now=deps.now())
        _fulfil(tx, room, said, now=deps.now())
    if said.wish is not Wish.NONE:
        deps.ring("deliver", contact.connection_id)
        deps.ring("decide", contact.connection_id)
    return words


def end(deps: Deps, token: str, form: Mapping[str, str]) -> bool:
    """A call is over: sum it up once, in the log and in the ledger. False where there is none."""
    status, now = form.get("CallStatus", ""), deps.now()
    with deps.writing() as tx:
        contact = _call(tx, token, form)
        if contact is None:
            return False
        if contact.ended_at is not None or status not in UNANSWERED:
            return True
        outcome = contact.outcome or UNANSWERED[status]
        if outcome in NOT_REACHED:
            messages.came_back(tx, contact.connection_id, contact.intent_key)
        phone_contacts.change(
            tx, contact, status=status, outcome=outcome, ended_at=now, sid=form["CallSid"]
        )
        audit.add(
            tx, contact.connection_id, at=now, actor="customer", event="call.ended",
            about=f"customer:{contact.customer_id}", decision_id=contact.decision_id,
            outcome=outcome, seconds=form.get("CallDuration", ""),
            transcript=list(contact.transcript),
        )  # fmt: skip
        if status == "failed":
            ask_person(tx, contact, f"{outcome}; the number may be wrong", now=now)
        _note(tx, contact, outcome, now=now)
    deps.ring("deliver", contact.connection_id)
    return True


def ask_person(tx: Tx, contact: Contact, why: str, *, now: datetime) -> None:
    """Put before the people of the client what only they can do."""
    name = contact.facts.get("customer") or contact.customer_id
    capability = Capability.CALL if contact.channel is Channel.CALL else Capability.TEXT
    approvals.ask(
        tx, contact.connection_id, decision_id=contact.decision_id, capability=capability,
        subject=f"telephone:{contact.customer_id}", options=[], at=now,
        summary=f"{name} ({contact.number}): {why}",
    )  # fmt: skip


def _call(tx: Tx, token: str, form: Mapping[str, str]) -> Contact | None:
    """The call that a callback is about; another call cannot use its address."""
    contact = phone_contacts.of_token(tx, token, locked=True)
    sid = form.get("CallSid", "")
    if contact is None or contact.channel is not Channel.CALL or not sid:
        return None
    return contact if contact.sid in ("", sid) else None


def _room(tx: Tx, deps: Deps, contact: Contact) -> Room | None:
    connection = tenants.connection(tx, contact.connection_id)
    line = telephone_line.line_of(tx, deps.config, connection.client_id)
    if line is None:
        return None
    mode = modes.of(tx, connection.client_id)[Capability.TEXT]
    invoices = mirror.fetch(tx, connection.id, Kind.INVOICE, contact.invoice_ids)
    ground = Ground(
        facts=FACTS.validate_python(contact.facts),
        today=local_days.today(connection, deps.now()),
        may_text=mode in modes.ACTING
        and not consents.suppressed(tx, connection.id, Channel.TEXT, contact.number),
        may_forward=bool(line.forward_to),
        settled=not any(isinstance(r, Invoice) and r.status is Status.OPEN for r in invoices),
    )
    return Room(contact, connection, line, ground)


def _turn(room: Room, form: Mapping[str, str]) -> Turn:
    contact = room.contact
    if contact.turn is None:
        # AnsweredBy: human, unknown, fax or machine_... (docs/voice/answering-machine-detection)
        by_machine = form.get("AnsweredBy", "").startswith(("machine", "fax"))
        return call_flow.begin(room.ground, by_machine=by_machine)
    last = TURN.validate_python(contact.turn)
    if contact.ended_at is not None:
        last = replace(last, stage=Stage.OVER)
    if DIALLED in form and form[DIALLED] != "completed":
        said = (room.ground.words("person"),)
        return Turn(said, Stage.OVER, wish=Wish.PERSON)
    return call_flow.respond(room.ground, last, form.get("Digits", ""))


def _as_twiml(room: Room, said: Turn, *, next_turn: int) -> bytes:
    voice = twiml.voice_of(room.ground.facts.locale)
    then = room.line.call_turn(room.contact.token, next_turn)
    if said.digits:
        return twiml.ask(said.say, voice=voice, digits=said.digits, then=then)
    if _is_forwarded(room, said):
        return twiml.forward(said.say, voice=voice, number=room.line.forward_to, then=then)
    return twiml.hang_up(said.say, voice=voice)


def _is_forwarded(room: Room, said: Turn) -> bool:
    """The first time somebody wants a person; where that person is away, another calls back."""
    return (
        said.wish is Wish.PERSON
        and room.ground.may_forward
        and OUTCOMES[Wish.PERSON] not in room.contact.outcome
    )


def _keep(
    tx: Tx, room: Room, said: Turn, words: bytes, form: Mapping[str, str], *, now: datetime
) -> None:
    contact, at = room.contact, now.isoformat(timespec="seconds")
    pressed = form.get("Digits", "")
    heard = [{"at": at, "who": "customer", "words": f"pressed {pressed}"}] if pressed else []
    spoken = [{"at": at, "who": "machine", "words": sentence} for sentence in said.say]
    outcome = OUTCOMES.get(said.wish, "")
    if said.wish is Wish.PROMISE:
        outcome = f"promised to pay on {said.day}"
    known = contact.outcome.split("; ") if contact.outcome else []
    if outcome and outcome not in known:
        known.append(outcome)
        audit.add(
            tx, contact.connection_id, at=now, actor="customer", event="call.heard",
            about=f"customer:{contact.customer_id}", decision_id=contact.decision_id,
            outcome=outcome,
        )  # fmt: skip
    phone_contacts.change(
        tx, contact, sid=form["CallSid"], status="in-progress", outcome="; ".join(known),
        turn=TURN.dump_python(replace(said, wish=Wish.NONE), mode="json"),
        answers=(*contact.answers, words.decode()),
        transcript=(*contact.transcript, *heard, *spoken),
    )  # fmt: skip


def _fulfil(tx: Tx, room: Room, said: Turn, *, now: datetime) -> None:
    """Do what the person wished for."""
    contact = room.contact
    match said.wish:
        case Wish.LINK if room.ground.may_text:
            _text_links(tx, contact, now=now)
        case Wish.LINK:
            ask_person(tx, contact, "wants the pay page, and may not be texted", now=now)
        case Wish.PERSON if not _is_forwarded(room, said):
            ask_person(tx, contact, "wants to be called back by a person", now=now)
        case Wish.PROMISE:
            _promise(tx, room, said, now=now)
        case Wish.NEVER:
            _revoke(tx, contact, "pressed 9: never again", now=now)
        case Wish.WRONG_PERSON:
            _revoke(tx, contact, "pressed 2: the wrong number", now=now)
            ask_person(tx, contact, "the number is somebody else's; find the right one", now=now)


def _text_links(tx: Tx, contact: Contact, *, now: datetime) -> None:
    effect = TextPayLinks(contact.customer_id, contact.invoice_ids, contact.number)
    intents.add(
        tx, contact.connection_id, effect, subject=f"telephone:{contact.customer_id}",
        key=effects.key_of(contact.connection_id, "pay links", contact.intent_key),
        decision_id=contact.decision_id, now=now,
    )  # fmt: skip


def _promise(tx: Tx, room: Room, said: Turn, *, now: datetime) -> None:
    assert said.day is not None, "a promise names its day"
    why = call_promises.keep(tx, room.connection, room.contact, said.day, now=now)
    if why:
        ask_person(tx, room.contact, why, now=now)


def _revoke(tx: Tx, contact: Contact, words: str, *, now: datetime) -> None:
    """Whoever uses the same number for the same person stops, too."""
    for connection_id, customer_id in consents.places_of(tx, contact.number).items():
        consents.revoke_number(
            tx, connection_id, contact.number, customer_id=customer_id, words=words,
            by="customer", at=now,
        )  # fmt: skip


def _note(tx: Tx, contact: Contact, outcome: str, *, now: datetime) -> None:
    connection = tenants.connection(tx, contact.connection_id)
    (intent,) = intents.of_keys(tx, contact.connection_id, [contact.intent_key])
    text = (
        f"Ledgerhand called {contact.number} by machine: {outcome}. Decision {contact.decision_id}."
    )
    second_look.intend_notes(tx, connection, intent, text, now=now)
