"""What waits for a person, in words: what came in, what could be done, and what each would do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from connector.answering import subjects
from connector.answering.subjects import Named
from connector.cash_application import lone_credits, offers
from connector.cash_application.offers import Weight
from connector.db import Tx
from connector.decided import approvals, approvers, decisions, edits, telling
from connector.decided.approvals import Approval
from connector.decided.decisions import Made
from connector.late_fees import raising
from connector.mirroring import mirror
from connector.money import cash, naming
from connector.money.cash import Item
from connector.next_step import lag_questions
from connector.notifications import thanks
from connector.outgoing.effects import SendText
from connector.rules.modes import Capability
from connector.wording import drafting
from dunning.customer.persons import plain
from dunning.rules.steps import Do
from providers.ledger import Allocation, CreditNote, Invoice, Kind
from ui_embed import words

CHARGE = "Charge for being late"
BOOKS = "Reminders are held"
NOT_YET = "They are not: hold the reminders, ask again in a week"
ALLOCATIONS = TypeAdapter(tuple[Allocation, ...])


@dataclass(frozen=True, slots=True)
class Option:
    """`button` is what a person agrees to; `reason` why it was offered, where that says more;
    `working` how an amount came about, line by line; `script` what to say where the person does
    it, who brings something back where it `is_call`."""

    button: str
    reason: str = ""
    script: str = ""
    is_call: bool = False
    working: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placing:
    """Where money may go: `words` say where, `sure` how likely that is meant, `evidence` are what
    speaks for it, each under its name, and `against` what speaks against it. `key` is that of all
    that is shown of it; `reason` stands where no evidence was kept."""

    words: str
    key: str
    sure: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    against: tuple[str, ...] = ()
    reason: str = ""

    @property
    def button(self) -> str:
        return f"Approve: {self.words}"


@dataclass(frozen=True, slots=True)
class Question:
    """`customers` are (id, name) of those that it is about. `has_letter` tells that it is about a
    message in words, which can be read and edited, and `is_text` that it goes to a telephone;
    `returned` why the words that a person wrote for it before did not go out. `refusal` is what a
    person says who wants none of the options. `case_of` is the customer whose case is about to
    leave the house. `waits_for` is the address of the one colleague who can answer; empty where
    anybody can. Money has `placings` instead of options, the likeliest first, and `because` is why
    a person is asked; `is_money` where it can be split by hand."""

    approval: Approval
    title: str
    about: str
    options: list[Option]
    has_letter: bool = False
    is_text: bool = False
    refusal: str = "Leave it as it is"
    returned: str = ""
    customers: tuple[tuple[str, str], ...] = ()
    case_of: str = ""
    waits_for: str = ""
    placings: tuple[Placing, ...] = ()
    because: tuple[str, ...] = ()
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """All that these questions name, read at once: money by its subject, what it may be applied to
    and the credits that may pay with it, customers by subject or id, and what was decided."""

    money: dict[str, Item]
    invoices: dict[str, Invoice]
    credits: dict[str, CreditNote]
    about: dict[str, Named]
    names: dict[str, str]
    made: dict[int, Made]


def waiting(tx: Tx, connection_id: int, me: str) -> list[Question]:
    """Those that wait for this person alone first, those that wait for others last, each the oldest
    first."""
    asked = approvals.waiting(tx, connection_id)
    known = _known(tx, connection_id, asked)
    colleagues = approvers.colleagues(tx, connection_id)
    found = [
        _money(approval, known)
        if approval.capability == Capability.CASH
        else _for(_account(tx, approval, known), colleagues)
        for approval in asked
    ]
    own = plain(me)
    return sorted(found, key=lambda it: (it.waits_for != own, it.waits_for not in ("", own)))


def _for(question: Question, colleagues: Collection[str]) -> Question:
    """The same, with whom it waits for."""
    who = approvers.named(question.approval)
    if not who or who in colleagues:
        return replace(question, waits_for=who)
    return replace(question, about=f"{question.about} {words.sentence(approvers.gone(who))}")


def _known(tx: Tx, connection_id: int, asked: Sequence[Approval]) -> Known:
    about_cash = [it for it in asked if it.capability == Capability.CASH]
    known = cash.fetch(tx, connection_id, [it.subject for it in about_cash])
    money = {item.subject: item for item in known}
    ids = approvals.invoices_in([option for one in about_cash for option in one.options])
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
    invoices = {one.id: one for one in found if isinstance(one, Invoice)}
    found = mirror.fetch(tx, connection_id, Kind.CREDIT_NOTE, ids)
    credits_ = {one.id: one for one in found if isinstance(one, CreditNote)}
    owners = {one.customer_id for one in invoices.values()}
    owners |= {one.customer_id for one in money.values()}
    return Known(
        money, invoices, credits_, subjects.named(tx, connection_id, {it.subject for it in asked}),
        mirror.names(tx, connection_id, owners - {""}),
        decisions.made(tx, connection_id, [it.decision_id for it in about_cash]),
    )  # fmt: skip


def _account(tx: Tx, approval: Approval, known: Known) -> Question:
    title = _title(approval)
    about = known.about.get(approval.subject)
    customers = ((about.customer_id, about.name),) if about else ()
    sentence = words.sentence(approval.summary)
    options = [_order(option) for option in approval.options]
    if lag_questions.is_about(approval):
        return Question(
            approval,
            BOOKS,
            sentence,
            [Option("The books are up to date, nobody has paid")],
            refusal=NOT_YET,
        )
    if raising.asks(approval):
        return Question(
            approval, CHARGE, sentence, options, refusal="Do not charge it", customers=customers
        )
    message = drafting.message_of(approval)
    back = message and edits.returned(tx, approval.connection_id, approval.subject, message)
    return Question(
        approval, title, sentence, options, has_letter=message is not None,
        is_text=isinstance(message, SendText), returned=back.reason if back else "",
        customers=customers, case_of=_case_of(approval),
    )  # fmt: skip


def _title(approval: Approval) -> str:
    if lone_credits.is_about(approval):
        return "Use a credit"
    if approval.capability == thanks.CAPABILITY:
        return "Say thank you"
    if raising.tells(approval):
        return CHARGE
    known = approval.capability in set(Capability)
    return words.CAPABILITIES[Capability(approval.capability)][0] if known else "A question"


def _case_of(approval: Approval) -> str:
    """Whose case a referral would hand over."""
    found = (it["reminder"] for it in approval.options if it.get("by_person") == Do.REFERRAL)
    return next((str(reminder["customer_id"]) for reminder in found), "")


def _order(option: dict[str, Any]) -> Option:
    """What we do is approved; what a person does is said by that person."""
    said = words.capital(option["text"])
    button = said if option.get("by_person") else f"Approve: {said}"
    working = tuple(option.get("working", ()))
    is_call = option.get("by_person") == Do.CALL
    return Option(button, script=option.get("script", ""), working=working, is_call=is_call)


def _money(approval: Approval, known: Known) -> Question:
    """About the customer that the money came from, else those whose invoices it may be for."""
    item = known.money.get(approval.subject)
    about = _came_in(item, known) if item else words.sentence(approval.summary)
    made = known.made[approval.decision_id]
    weights = offers.weights(made, approval.options)
    placings = [
        _placing(approval, place, weight, item, known) for place, weight in enumerate(weights)
    ]
    payer = item.customer_id if item else ""
    ids = [payer] if payer else _owners(approval, known)
    customers = tuple((id_, known.names[id_]) for id_ in ids if id_ in known.names)
    return Question(
        approval, _title(approval), about, [], customers=customers, placings=tuple(placings),
        because=tuple(map(words.sentence, offers.why_asked(made, approval))) if item else (),
        is_money=item is not None and bool(item.left),
    )  # fmt: skip


def _came_in(item: Item, known: Known) -> str:
    who = naming.called(item, known.names.get(item.customer_id, ""))
    said = f' with the text "{item.text}"' if item.text else " without any text"
    part = "" if item.left == item.total else f" (of {item.total})"
    return f"{item.left}{part} came in from {who} on {item.received:%d %b %Y}{said}."


def _placing(
    approval: Approval, place: int, weight: Weight, item: Item | None, known: Known
) -> Placing:
    option = approval.options[place]
    parts = _parts(option)
    placed = telling.listed(_place(part, known) for part in parts) if parts else ""
    open_ = {id_: it.open for id_, it in (known.invoices | known.credits).items()}
    against = [*weight.against, *_rival(weight)]
    what = f"Apply {placed}" if placed else words.capital(option["text"])
    return Placing(
        what, offers.key_of(approval, place, item, open_),
        sure=words.sure(weight.share),
        evidence=tuple((words.EVIDENCE[it.kind], words.sentence(it.words))
                       for it in weight.evidence),
        against=tuple(map(words.sentence, against)),
        reason=words.sentence(option["text"] if placed else approval.summary),
    )  # fmt: skip


def _rival(weight: Weight) -> Iterator[str]:
    if weight.rival:
        share = words.sure(weight.rival_share)
        yield f"second best{share and ', '}{share}: {weight.rival}"


def _owners(approval: Approval, known: Known) -> list[str]:
    found = (
        known.invoices[part.invoice_id].customer_id
        for option in approval.options
        for part in _parts(option)
        if part.invoice_id in known.invoices
    )
    return list(dict.fromkeys(found))


def _place(part: Allocation, known: Known) -> str:
    """Where a part of the money goes; below zero it is a credit that pays together with it."""
    id_ = part.invoice_id
    if part.amount.amount < 0:
        number = known.credits[id_].number if id_ in known.credits else ""
        return f"{-part.amount} of credit {number or id_}"
    number = known.invoices[id_].number if id_ in known.invoices else ""
    return f"{part.amount} to invoice {number or id_}"


def _parts(option: dict[str, Any]) -> tuple[Allocation, ...]:
    return ALLOCATIONS.validate_python(option["allocations"])
