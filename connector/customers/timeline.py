"""What passed between us and one customer: mails, texts, calls, letters, answers, and what became
of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connector import audit
from connector.answering import by_person
from connector.audit import Entry
from connector.concessions import conceded
from connector.correspondence import letters, messages, tracking
from connector.correspondence.letters import Letter, LetterState
from connector.correspondence.messages import Sent
from connector.correspondence.tracking import Event
from connector.db import Tx
from connector.decided import customer_answers
from connector.decided.account_subjects import subject_of
from connector.decided.customer_answers import Answer
from connector.outgoing import intents
from connector.outgoing.intention import HAPPENED
from connector.outgoing.intents import Step
from connector.phone import phone_contacts
from connector.phone.phone_contacts import Contact
from dunning.customer.channels import Channel
from dunning.words.lines import one_line

SHOWN_MAX = 50
WORDS_MAX = 160
BY_PERSON = {by_person.event_of(do): words for do, words in by_person.WORDS.items()}
LETTERS = {LetterState.CONFIRMED: "posted", LetterState.DROPPED: "not posted"}
BECAME = {
    Step.REFUSED: "did not go out",
    Step.PERSON: "nobody knows whether it went out",
    Step.UNKNOWN: "not known yet whether it went out",
}
"""What is said of a message that is neither out nor simply on its way."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing at `at` (aware UTC). `words` are the customer's or ours, shortened; `decision_id`
    tells why it came about, None where nobody decided it; `is_answer` that the customer said it."""

    at: datetime
    what: str
    words: str = ""
    decision_id: int | None = None
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest first; `more` tells that older ones are left out."""

    happenings: list[Happening]
    more: bool


def of(tx: Tx, connection_id: int, customer_id: str) -> Timeline:
    """The last of everything, in one list."""
    most = SHOWN_MAX + 1
    mails = messages.sent(tx, connection_id, customer_id=customer_id)
    calls = phone_contacts.listed(tx, connection_id, customer_id=customer_id)
    papers = letters.listed(tx, connection_id, customer_id=customer_id)
    keys = [*(one.intent_key for one in mails), *(one.intent_key for one in calls)]
    states = {it.key: it.state for it in intents.of_keys(tx, connection_id, keys)}
    decided = {mail.message_id: mail.decision_id for mail in mails}
    events = tracking.of_customer(tx, connection_id, customer_id, list(decided), last=most)
    all_of_it: list[Happening] = [
        *(_mail(mail, states) for mail in mails),
        *(_by_telephone(call, states) for call in calls),
        *(happening for paper in papers for happening in _on_paper(paper)),
        *(_answer(one) for one in customer_answers.of_customer(tx, connection_id, customer_id)),
        *(_event(one, decided) for one in events),
        *(_by_person(one) for one in _done(tx, connection_id, customer_id)),
        *(_credited(one) for one in conceded.told(tx, connection_id, customer_id, last=most)),
    ]
    all_of_it.sort(key=lambda one: one.at, reverse=True)
    return Timeline(all_of_it[:SHOWN_MAX], len(all_of_it) > SHOWN_MAX)


def _mail(mail: Sent, states: Mapping[str, Step]) -> Happening:
    what = f"E-mail to {', '.join(mail.recipients)}"
    told = _told(what, states.get(mail.intent_key))
    return Happening(mail.sent_at, told, mail.subject, mail.decision_id)


def _by_telephone(contact: Contact, states: Mapping[str, Step]) -> Happening:
    is_call = contact.channel is Channel.CALL
    what = f"{'Machine call' if is_call else 'Text message'} to {contact.number}"
    came = contact.outcome or contact.status
    words = [came, "" if is_call else contact.text]
    return Happening(
        contact.at, _told(what, states.get(contact.intent_key)), _short(words),
        contact.decision_id,
    )  # fmt: skip


def _on_paper(letter: Letter) -> Iterator[Happening]:
    what = f"Letter {letter.id} on paper, the {letter.kind} about {letter.total}"
    yield Happening(letter.made_at, f"{what}: made to be printed", "", letter.decision_id)
    if letter.ended_at:
        ended = f"{what}: {LETTERS[letter.state]}, as {letter.by} says"
        yield Happening(letter.ended_at, ended, letter.reason, letter.decision_id)


def _answer(answer: Answer) -> Happening:
    what = "Automatic answer" if answer.automatic else "Answer"
    said = _short([answer.subject, answer.text])
    return Happening(answer.received_at, f"{what} from {answer.sender}", said, is_answer=True)


def _event(event: Event, decided: Mapping[str, int]) -> Happening:
    who = f" ({event.recipient})" if event.recipient else ""
    what = f"{event.words}{who}"
    return Happening(event.at, what, decision_id=decided.get(event.message_id))


def _by_person(entry: Entry) -> Happening:
    did = f"{BY_PERSON[entry.event]} {entry.what.get('amount', 'an amount')}"
    said = _short([str(entry.what.get("said", ""))])
    return Happening(entry.at, f"A person {did}: {entry.actor}", said, entry.decision_id)


def _credited(entry: Entry) -> Happening:
    said = entry.what
    about = said.get("case", "what was in question")
    did = f"{said.get('amount', 'an amount')} for {about} ({said.get('code', 'no code')})"
    told = f"A person credited {did}: {entry.actor}"
    if entry.event == conceded.UNDONE:
        told = f"The credit of {did} was taken back"
    return Happening(entry.at, told, decision_id=entry.decision_id)


def _done(tx: Tx, connection_id: int, customer_id: str) -> list[Entry]:
    def which(table: sa.Table) -> sa.ColumnElement[bool]:
        about = table.c.about.startswith(subject_of(customer_id, ""), autoescape=True)
        return sa.and_(about, table.c.event.in_(BY_PERSON))

    return audit.entries(tx, connection_id, which=which, last=SHOWN_MAX + 1)


def _told(what: str, state: Step | None) -> str:
    if state is None or state in HAPPENED:
        return what
    return f"{what}: {BECAME.get(state, 'on its way')}"


def _short(words: Iterable[str]) -> str:
    text = one_line(". ".join(word for word in words if word))
    return text if len(text) <= WORDS_MAX else f"{text[:WORDS_MAX].rstrip()}..."
