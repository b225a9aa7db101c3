"""What is kept of one customer's case: what was said, agreed and decided, as tables and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.agency.case_index import Cell, Link, Section
from connector.clients.tenants import Connection
from connector.commitments import disputing, payment_plans, promises
from connector.correspondence import letters, messages
from connector.correspondence.letters import LetterState
from connector.db import Tx
from connector.decided import approvals, customer_answers, decisions, formal_steps
from connector.decided.approvals import Approval
from connector.decided.decisions import Decision
from connector.disputed import disputes
from connector.disputed.disputes import State
from connector.money import naming
from connector.outgoing import intents
from connector.outgoing.effects import LetterKind
from connector.outgoing.intents import Step
from connector.phone import phone_contacts
from providers.ledger import Invoice

DECISIONS_MAX = 300
GONE = "its words were let go of, as the client's retention says"
BECAME = {
    Step.CONFIRMED: "sent", Step.REFUSED: "not sent", Step.PERSON: "not known whether it went out",
}  # fmt: skip
Put = Callable[[str, str, bytes], Cell]
"""Puts a file into a folder of the pack under a name; what leads to it, or why it is not there."""


@dataclass(frozen=True, slots=True)
class Record:
    """The tables, and what was found to be missing."""

    sections: tuple[Section, ...]
    missing: tuple[str, ...]


def gather(
    tx: Tx, connection: Connection, customer_id: str, invoices: Sequence[Invoice], put: Put
) -> Record:
    """Everything about a customer that the database holds; texts and letters are put into files."""
    desk = _Desk(tx, connection, customer_id, put)
    return Record(
        sections=(
            desk.messages(), desk.letters(), desk.answers(), desk.promises(), desk.plans(),
            desk.disputes(), desk.formal(), desk.decisions(),
        ),
        missing=tuple(_missing(tx, connection, customer_id, invoices)),
    )  # fmt: skip


def _missing(
    tx: Tx, connection: Connection, customer_id: str, invoices: Sequence[Invoice]
) -> Iterator[str]:
    posted = letters.listed(tx, connection.id, (LetterState.CONFIRMED,), customer_id=customer_id)
    demanded = {name for one in posted if one.kind == LetterKind.DEMAND for name in one.facts}
    without = [one.number or one.id for one in invoices if f"invoice:{one.id}" not in demanded]
    if without:
        yield f"a demand letter that was posted, for {', '.join(without)}"
    contested = disputes.listed(tx, connection.id, states=(State.OPEN,), customer_ids=[customer_id])
    if contested:
        numbers = ", ".join(one.number for one in contested)
        yield f"the end of what the customer disputes: {numbers}"


@dataclass(frozen=True, slots=True)
class _Desk:
    tx: Tx
    connection: Connection
    customer_id: str
    put: Put

    def at(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        return f"{moment.astimezone(ZoneInfo(self.connection.time_zone)):%Y-%m-%d %H:%M}"

    def messages(self) -> Section:
        """Mails, text messages and calls, the oldest first."""
        found = [*self._mails(), *self._by_telephone()]
        found.sort(key=lambda row: str(row[0]))
        return Section(
            "Messages, texts and calls", ("When", "How", "What", "To", "What became of it"), found,
            "No message to this customer is kept.",
        )  # fmt: skip

    def _mails(self) -> Iterator[tuple[Cell, ...]]:
        sent = messages.sent(self.tx, self.connection.id, customer_id=self.customer_id)
        keys = [one.intent_key for one in sent]
        went = {one.key: one for one in intents.of_keys(self.tx, self.connection.id, keys)}
        for number, one in enumerate(reversed(sent), 1):
            state = went[one.intent_key].state if one.intent_key in went else None
            became = BECAME.get(state, "under way") if state else "not known"
            to = ", ".join(one.recipients)
            head = f"To: {to}\nSubject: {one.subject}\nOn: {self.at(one.sent_at)}\n"
            head += f"Message-ID: {one.message_id}\nWhat became of it: {became}\n\n"
            file = self._text(
                "messages", f"{number:03}-{one.step}.txt", one.subject, head, one.text
            )
            yield self.at(one.sent_at), "e-mail", file, to, became

    def _by_telephone(self) -> Iterator[tuple[Cell, ...]]:
        found = phone_contacts.listed(
            self.tx, self.connection.id, customer_id=self.customer_id, limit=messages.LISTED_MAX
        )
        for number, one in enumerate(reversed(found), 1):
            turns = [f"{turn.get('who', '')}: {turn.get('words', '')}" for turn in one.transcript]
            became = one.outcome or one.status or "not known"
            head = f"To: {one.number}\nOn: {self.at(one.at)}\nWhat became of it: {became}\n\n"
            words = one.text or "\n".join(turns)
            name = f"telephone-{number:03}-{one.channel}.txt"
            file = self._text("messages", name, "word for word", head, words)
            yield self.at(one.at), str(one.channel), file, one.number, became

    def letters(self) -> Section:
        found = letters.listed(self.tx, self.connection.id, customer_id=self.customer_id)
        rows: list[tuple[Cell, ...]] = []
        for one in reversed(found):
            pdf, name = letters.content(self.tx, one), f"letter {one.id}, {one.step}"
            file = self.put("letters", f"letter-{one.id}.pdf", pdf) if pdf else f"{name}: {GONE}"
            became = {
                LetterState.QUEUED: "waits to be posted",
                LetterState.CONFIRMED: f"posted by {one.by} {self.at(one.ended_at)}",
                LetterState.DROPPED: f"not posted, {one.by}: {one.reason}",
            }[one.state]
            rows.append((self.at(one.made_at), one.kind, _named(file, name), str(one.total),
                         became, one.sha256))  # fmt: skip
        return Section(
            "Letters on paper", ("Made", "Kind", "Letter", "About", "What became of it", "SHA-256"),
            rows, "No letter was made.",
        )  # fmt: skip

    def answers(self) -> Section:
        found = customer_answers.of_customer(self.tx, self.connection.id, self.customer_id)
        rows: list[tuple[Cell, ...]] = []
        for number, one in enumerate(reversed(found), 1):
            head = f"From: {one.sender}\nSubject: {one.subject}\nOn: {self.at(one.received_at)}\n\n"
            title = one.subject or "answer"
            file = self._text("answers", f"{number:03}.txt", title, head, one.whole or one.text)
            who = f"{one.sender} (a machine)" if one.automatic else one.sender
            rows.append((self.at(one.received_at), who, file))
        title = f"Answers of the customer, the last {customer_answers.SHOWN_MAX} at most"
        return Section(title, ("When", "From", "What"), rows, "The customer did not answer.")

    def promises(self) -> Section:
        found = promises.listed(self.tx, self.connection.id, customer_ids=[self.customer_id])
        return Section(
            "Promises to pay", ("Made", "Amount", "By", "In their words", "Told by", "State"),
            [(self.at(one.at), str(one.promise.amount), one.promise.on.isoformat(), one.words,
              f"{one.by}, {one.source}", one.state.value) for one in found],
            "The customer promised nothing.",
        )  # fmt: skip

    def plans(self) -> Section:
        found = payment_plans.listed(
            self.tx, self.connection.id, customer_ids=[self.customer_id]
        )  # fmt: skip
        return Section(
            "Payment plans", ("Agreed", "Instalments", "In words", "By", "State"),
            [(self.at(one.at), payment_plans.told(one.plan.instalments), one.words, one.by,
              one.state.value) for one in found],
            "No payment plan was agreed.",
        )  # fmt: skip

    def disputes(self) -> Section:
        found = disputing.named(
            self.tx, self.connection.id,
            disputes.listed(self.tx, self.connection.id, customer_ids=[self.customer_id]),
        )  # fmt: skip
        return Section(
            "Disputes", ("Number", "Opened", "Invoice", "Amount", "Type", "Words", "State"),
            [(one.dispute.number, self.at(one.dispute.at), one.invoice,
              str(one.dispute.claim.amount), one.dispute.claim.type.value, one.dispute.claim.words,
              ": ".join(filter(None, (one.dispute.state.value, one.dispute.outcome))))
             for one in found],
            "The customer disputes nothing.",
        )  # fmt: skip

    def formal(self) -> Section:
        found = formal_steps.listed(self.tx, self.connection.id, customer_ids=[self.customer_id])
        ids = {id_ for one in found for id_ in one.invoice_ids}
        numbers = naming.invoice_numbers(self.tx, self.connection.id, ids)
        return Section(
            "Credit holds and referrals", ("When", "What", "About", "Invoices", "By", "Taken back"),
            [(self.at(one.at), one.do.value, str(one.total),
              ", ".join(numbers[id_] for id_ in one.invoice_ids), one.people,
              "" if one.in_force else f"{self.at(one.revoked_at)}, {one.revoked_by}: {one.reason}")
             for one in reversed(found)],
            "There was none.",
        )  # fmt: skip

    def decisions(self) -> Section:
        found = decisions.about_customer(
            self.tx, self.connection.id, self.customer_id, limit=DECISIONS_MAX
        )
        asked = approvals.of_decisions(self.tx, self.connection.id, [one.id for one in found])
        return Section(
            f"Decisions and their reasons, the last {DECISIONS_MAX} at most",
            ("Number", "When", "What", "Why", "Answered"),
            [(str(one.id), self.at(one.at), _decided(one), "; ".join(_reasons(one)),
              "; ".join(self._answered(it) for it in asked.get(one.id, ()) if it.by))
             for one in reversed(found)],
            "Nothing was decided yet.",
        )  # fmt: skip

    def _answered(self, approval: Approval) -> str:
        return f"{approval.state} by {approval.by} {self.at(approval.ended_at)}"

    def _text(self, folder: str, name: str, title: str, head: str, words: str) -> Cell:
        return _named(self.put(folder, name, (head + (words or GONE)).encode()), title)


def _named(file: Cell, name: str) -> Cell:
    return Link(name, file.path) if isinstance(file, Link) else file


def _decided(decision: Decision) -> str:
    step = decision.outcome.get("proposed") or decision.outcome
    return f"{decision.action} {step.get('step', '')}".strip()


def _reasons(decision: Decision) -> Iterator[str]:
    yield from filter(None, (decision.outcome.get("reason", ""),))
    yield from decision.outcome.get("reasons", ())
