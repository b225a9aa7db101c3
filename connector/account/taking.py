"""What becomes of a decided step: intended, put before a person, noted in shadow, or waited for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from connector import local_days
from connector.account import going_first
from connector.account.collection_rules import Rules
from connector.account.going_first import SETTLE
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import approvals, approvers, decisions, edits, questions
from connector.decided.account_subjects import formal_subject_of, subject_of
from connector.decided.approvals import Approval
from connector.outgoing import effects, intents
from connector.outgoing.effects import (
    Besides,
    LetterKind,
    PlaceCall,
    PrintLetter,
    Reminder,
    SendReminder,
    SendText,
)
from connector.rules.modes import Capability, Mode
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.deciding.joint import asked_numbers, parts
from dunning.deciding.manner import unopened
from dunning.deciding.reach import within_reach
from dunning.rules.steps import Do
from dunning.spoken import speech

REASONS_MAX = 5
MAY_BE_ORDERED = {Matter.PERSON_WRITES, Matter.ABOVE_LIMIT, Matter.DISPUTED, Matter.FORMAL}
"""What a person is asked about for its own sake, and not because it cannot be sent."""
BY_A_PERSON: dict[Do, str] = {
    Do.CALL: "I have called",
    Do.CREDIT_HOLD: "I have put the customer on credit hold",
    Do.REFERRAL: "I am for referring the debt to an agency, and see to it",
}
"""What we do not do, and write down when a person says that it is done."""
CHANNELS: dict[type[Reminder], Channel] = {
    SendReminder: Channel.EMAIL, SendText: Channel.TEXT,
    PlaceCall: Channel.CALL, PrintLetter: Channel.LETTER,
}  # fmt: skip
Place = tuple[str, str, date]
"""(invoice id, step, due date): what a message takes, once."""
Look = tuple[datetime | None, str]
"""When to look at the account again, and why."""
ACCOUNT = TypeAdapter(Account)
STEPS = {word: TypeAdapter[Any](word) for word in (Send, Wait, Ask)}


def reminder_of(account: Account, step: Send) -> SendReminder:
    return SendReminder(
        customer_id=account.customer_id, step=step.step, invoice_ids=step.invoice_ids,
        stages=step.stages, total=step.total,
        besides=tuple(Besides(one.invoice_ids, one.stages, one.total) for one in step.besides),
        to=step.to,
    )  # fmt: skip


def effect_of(rules: Rules, account: Account, step: Send) -> Reminder:
    """The step as it goes out, by the channel that was decided on."""
    core = reminder_of(account, step)
    about = {name: getattr(core, name) for name in ("customer_id", "step", "invoice_ids", "stages",
                                                    "total")}  # fmt: skip
    if step.channel is Channel.CALL and (number := _rings(rules, account, step)):
        return PlaceCall(**about, number=number)
    if step.channel is Channel.LETTER:
        is_demand = step.do is Do.DEMAND_LETTER
        return PrintLetter(**about, kind=LetterKind.DEMAND if is_demand else LetterKind.REMINDER)
    if step.channel is Channel.TEXT:
        facts = speech.facts_of(account, step, rules.dunning, rules.connection.name)
        return SendText(**about, number=account.text_to, text=speech.text_message(facts))
    return core


def _rings(rules: Rules, account: Account, step: Send) -> str:
    """The number that the machine may call; empty where a person calls."""
    _, own = rules.dunning.applying_to(account, step.on)
    return within_reach(account, own, rules.now).call_to


def channel_of(effect: Reminder) -> Channel:
    return CHANNELS[type(effect)]


def commit(
    tx: Tx, connection_id: int, effect: Reminder, places: Sequence[Place], *, key: str,
    mode: Mode, decide: Callable[[], int], now: datetime,
) -> bool:  # fmt: skip
    """Take the steps and intend the message; False if one of them was taken before. In shadow the
    steps are taken, and nothing is sent. `decide` gives the decision behind it, once they are."""
    if not claim(tx, connection_id, effect, places, key=key, mode=mode, now=now):
        return False
    decision_id = decide()
    return mode is Mode.SHADOW or intents.add(
        tx, connection_id, effect, key=key, decision_id=decision_id, now=now,
        subject=subject_of(effect.customer_id, effect.total.currency),
    )  # fmt: skip


def claim(
    tx: Tx, connection_id: int, effect: Reminder, places: Sequence[Place], *, key: str, mode: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Take the steps of a message, and no more; False if one of them was taken before."""
    return messages.claim_steps(
        tx, connection_id, places, customer_id=effect.customer_id,
        currency=effect.total.currency, mode=mode, intent_key=key, at=now,
        channel=channel_of(effect), elsewhere=effects.other_currencies(effect),
    )  # fmt: skip


def hold(tx: Tx, rules: Rules, account: Account, step: Wait) -> Look:
    """Nobody needs to be asked any more."""
    subject = subject_of(account.customer_id, account.currency)
    approvals.lapse(tx, rules.connection.id, subject, at=rules.now)
    return step.until, "; ".join((step.reason, *step.reasons[:REASONS_MAX]))


def ask(tx: Tx, rules: Rules, account: Account, step: Ask) -> Look:
    """Put the case before a person, once for as long as it is the same."""
    connection = rules.connection
    subject_for = formal_subject_of if step.stands_apart else subject_of
    subject = subject_for(account.customer_id, account.currency)
    summary = f"{account.name}: {step.reason}"
    waiting = approvals.is_waiting(tx, connection.id, subject)
    options = _options(tx, rules, account, step)
    goes_on = waiting is not None and (
        approvers.is_asked(waiting, summary, options)
        or _awaits_second(tx, rules, account, step, waiting)
    )
    if not goes_on:
        is_new = step.stands_apart and not waiting
        if is_new and (ordered := going_first.found(tx, rules, account, ordered=True)):
            return ordered
        is_shown = not (waiting or options)
        again = is_shown and questions.shown_again(tx, connection, subject, summary, rules.now)
        if again:
            return min(step.until or again, again), f"{step.reason}; somebody has seen it"
        decision_id = _record(tx, rules, account, step)
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=Capability.REMIND,
            subject=subject, at=rules.now, summary=summary, options=options,
        )  # fmt: skip
    return step.until, "; ".join((step.reason, *step.reasons[:REASONS_MAX]))


def _awaits_second(tx: Tx, rules: Rules, account: Account, step: Ask, waiting: Approval) -> bool:
    """Whether one of two people has agreed to what is asked, but for what came to it since."""
    alone = going_first.half_agreed(rules, account, step, waiting)
    return alone is not None and approvers.is_agreed(waiting, _options(tx, rules, account, alone))


def send(tx: Tx, rules: Rules, account: Account, step: Send) -> Look:
    """Take the step in the mode that the client chose, or the step's own if that is stricter."""
    rules = rules.for_step(step)
    connection, now = rules.connection, rules.now
    subject = subject_of(account.customer_id, account.currency)
    if first := going_first.found(tx, rules, account):
        return first
    option = option_of(tx, rules, account, step)
    key = option["key"]
    waiting = approvals.is_waiting(tx, connection.id, subject)
    if waiting and approvers.asks_the_same(waiting, option):
        return None, "waits for a person's approval"
    decide = partial(_record, tx, rules, account, step)
    if needs_person(tx, rules, account, step):
        approvals.ask(
            tx, connection.id, decision_id=decide(), capability=Capability.REMIND,
            subject=subject, at=now, summary=_summary(account, step), options=[option],
        )  # fmt: skip
        return None, "waits for a person's approval"
    effect, places = effect_of(rules, account, step), _places(account, step)
    if not commit(tx, connection.id, effect, places, key=key, mode=rules.mode, decide=decide,
                  now=now):  # fmt: skip
        return local_days.around(connection, now)[1], f"{step.step} was taken already"
    if rules.mode is Mode.AUTOPILOT:
        _tell_if_unopened(tx, rules, account, step)
    shown = "noted only, in shadow" if rules.mode is Mode.SHADOW else "on its way"
    return now + SETTLE, f"{step.step}: {shown}"


def needs_person(tx: Tx, rules: Rules, account: Account, step: Send) -> bool:
    """Whether a person approves it before it goes out: always in copilot, of reminders or of the
    channel, else a draft, and a letter whose edited words came back."""
    if rules.mode is not Mode.AUTOPILOT:
        return rules.mode is Mode.COPILOT
    if rules.by_machine.get(channel_of(effect_of(rules, account, step))) is Mode.COPILOT:
        return True
    subject = subject_of(account.customer_id, account.currency)
    asked = reminder_of(account, step)
    return (
        step.draft
        or bool(step.approver)
        or bool(edits.returned(tx, rules.connection.id, subject, asked))
    )


def _tell_if_unopened(tx: Tx, rules: Rules, account: Account, step: Send) -> None:
    """The message goes by mail all the same, because the sign is unreliable; but a person knows,
    once every other contact was tried."""
    _, applying = rules.dunning.applying_to(account, step.on)
    subject = f"unopened:{account.customer_id}"
    is_usual = step.channel is Channel.EMAIL and not step.to
    why = unopened(account, applying) if is_usual else ""
    if not why:
        approvals.lapse(tx, rules.connection.id, subject, at=rules.now)
        return
    questions.show(
        tx, rules.connection, subject=subject, rule="unopened", about=Capability.REMIND,
        reasons=[f"{account.name}: {why}", "call, or name another contact"], at=rules.now,
        mode=rules.mode,
    )  # fmt: skip


def _options(tx: Tx, rules: Rules, account: Account, step: Ask) -> list[dict[str, Any]]:
    """What a person can order with one word, or say that it was done."""
    proposed = step.proposed
    if proposed is None or (step.matter not in MAY_BE_ORDERED and proposed.do not in BY_A_PERSON):
        return []
    return [option_of(tx, rules, account, proposed)]


def option_of(tx: Tx, rules: Rules, account: Account, step: Send) -> dict[str, Any]:
    places = _places(account, step)
    subject = subject_of(account.customer_id, account.currency)
    failed = intents.failed(tx, rules.connection.id, subject)
    effect = effect_of(rules, account, step)
    facts = ["/".join(map(str, place)) for place in places]
    if any(sent.came_back for one in (account, *account.beside) for sent in one.sent):
        facts += messages.returned_at(tx, rules.connection.id, places)
    by_person = step.do in BY_A_PERSON and not isinstance(effect, PlaceCall)
    script = ""
    if by_person and step.do is Do.CALL:
        script = speech.person_script(account, step, rules.dunning, rules.connection.name)
    return {
        "text": BY_A_PERSON[step.do] if by_person else _order(effect),
        "by_person": step.do if by_person else "",
        "script": script,
        approvers.NAMED: step.approver,
        "key": effects.key_of(rules.connection.id, "remind", subject, str(failed), *facts),
        "reminder": effects.dump(effect),
        "places": [[id_, stage, due.isoformat()] for id_, stage, due in places],
    }


def _order(effect: Reminder) -> str:
    """What approving it does."""
    match effect:
        case SendReminder():
            other = f" to another contact: {', '.join(effect.to)}" if effect.to else ""
            return f"send the {effect.step} message{other}"
        case SendText():
            return f"send the {effect.step} text message to {effect.number}"
        case PlaceCall():
            return f"let the machine call {effect.number}"
        case PrintLetter(kind=LetterKind.DEMAND):
            return "make the demand letter, which you print and post"
        case PrintLetter():
            return "make the letter, which you print and post"


def _record(tx: Tx, rules: Rules, account: Account, step: Send | Wait | Ask) -> int:
    return decisions.record(
        tx, rules.connection.id, at=rules.now, capability=Capability.REMIND,
        subject=subject_of(account.customer_id, account.currency), mode=rules.mode,
        action=type(step).__name__.lower(), rule=getattr(step, "step", "ask"),
        policy_version=rules.version.number,
        inputs={"account": ACCOUNT.dump_python(account, mode="json")},
        outcome=STEPS[type(step)].dump_python(step, mode="json"),
    )  # fmt: skip


def _places(account: Account, step: Send) -> list[Place]:
    return sorted(
        (invoice_id, stage, due)
        for owing, one in parts(account, step)
        for dues in [{invoice.id: invoice.due for invoice in owing.invoices}]
        for invoice_id, stage in zip(one.invoice_ids, one.stages, strict=True)
        if (due := dues[invoice_id]) is not None
    )


def _summary(account: Account, step: Send) -> str:
    about = effects.asked_by(reminder_of(account, step))
    numbers = ", ".join(asked_numbers(account, step))
    return f"{account.name}: {step.step} about {about}, invoices {numbers}"
