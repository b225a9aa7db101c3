"""What waits for a person, in words: what came in, what could be done, and what each would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from connector import approvals, cash, drafting, edits, mirror, raising, telling, thanks
from connector.approvals import Approval
from connector.cash import Item
from connector.db import Tx
from connector.effects import SendText
from connector.modes import Capability
from dunning.steps import Do
from providers.ledger import Allocation, Invoice, Kind
from ui_embed import words

CHARGE = "Charge for being late"
ALLOCATIONS = TypeAdapter(tuple[Allocation, ...])


@dataclass(frozen=True, slots=True)
class Option:
    """`button` is what a person agrees to; `reason` why it was offered, where that says more;
    `working` how an amount came about, line by line; `script` what to say where the person does
    it."""

    button: str
    reason: str = ""
    script: str = ""
    working: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`has_letter` tells that it is about a message in words, which can be read and edited, and
    `is_text` that it goes to a telephone; `returned` why the words that a person wrote for it
    before did not go out. `refusal` is what a person says who wants none of the options. `case_of`
    is the customer whose case is about to leave the house."""

    approval: Approval
    title: str
    about: str
    options: list[Option]
    has_letter: bool = False
    is_text: bool = False
    refusal: str = "Leave it as it is"
    returned: str = ""
    case_of: str = ""


def waiting(tx: Tx, connection_id: int) -> list[Question]:
    """The oldest question first."""
    asked = approvals.waiting(tx, connection_id)
    return [_question(tx, connection_id, approval) for approval in asked]


def _question(tx: Tx, connection_id: int, approval: Approval) -> Question:
    known = approval.capability in set(Capability)
    title = words.CAPABILITIES[Capability(approval.capability)][0] if known else "A question"
    if approval.capability == thanks.CAPABILITY:
        title = "Say thank you"
    if approval.capability != Capability.CASH:
        sentence = words.sentence(approval.summary)
        options = [_order(option) for option in approval.options]
        if any(map(raising.is_about, approval.options)):
            return Question(approval, CHARGE, sentence, options, refusal="Do not charge it")
        message = drafting.message_of(approval)
        back = message and edits.returned(tx, connection_id, approval.subject, message)
        returned = back.reason if back else ""
        return Question(
            approval, title, sentence, options, has_letter=message is not None,
            is_text=isinstance(message, SendText), returned=returned, case_of=_case_of(approval),
        )  # fmt: skip
    kind, _, id_ = approval.subject.partition(":")
    item = cash.find(tx, connection_id, kind, id_)
    about = _money(tx, connection_id, item) if item else words.sentence(approval.summary)
    return Question(approval, title, about, _options(tx, connection_id, approval.options))


def _case_of(approval: Approval) -> str:
    """Whose case a referral would hand over."""
    found = (it["reminder"] for it in approval.options if it.get("by_person") == Do.REFERRAL)
    return next((str(reminder["customer_id"]) for reminder in found), "")


def _order(option: dict[str, Any]) -> Option:
    """What we do is approved; what a person does is said by that person."""
    said = words.capital(option["text"])
    button = said if option.get("by_person") else f"Approve: {said}"
    working = tuple(option.get("working", ()))
    return Option(button, script=option.get("script", ""), working=working)


def _money(tx: Tx, connection_id: int, item: Item) -> str:
    customer = mirror.customer(tx, connection_id, item.customer_id) if item.customer_id else None
    who = item.payer or (customer.name if customer else "") or "an unknown payer"
    said = f' with the text "{item.text}"' if item.text else " without any text"
    part = "" if item.left == item.total else f" (of {item.total})"
    return f"{item.left}{part} came in from {who} on {item.received:%d %b %Y}{said}."


def _options(tx: Tx, connection_id: int, options: Sequence[dict[str, Any]]) -> list[Option]:
    chosen = [ALLOCATIONS.validate_python(option["allocations"]) for option in options]
    ids = {part.invoice_id for parts in chosen for part in parts}
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
    numbers = {invoice.id: invoice.number for invoice in found if isinstance(invoice, Invoice)}
    return [
        Option(
            button="Approve: Apply "
            + telling.listed(
                f"{part.amount} to invoice {numbers.get(part.invoice_id) or part.invoice_id}"
                for part in parts
            ),
            reason=words.sentence(option["text"]),
        )
        for option, parts in zip(options, chosen, strict=True)
    ]
