"""The message that waits for a person: drafted as of now, edited, held to what it stood on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import ValidationError

from connector.account import taking
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import decisions, edits
from connector.decided.account_subjects import account_of
from connector.decided.approvals import Approval
from connector.decided.decisions import Decision
from connector.decided.edits import Edit
from connector.outgoing import effects
from connector.outgoing.effects import SendReminder, SendText
from connector.rules import policy
from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account
from dunning.deciding.decision import Send
from dunning.letter.letters import Letter, Letterhead, compose, in_words, own_template
from dunning.message.draft import Draft
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from dunning.own_words.recounting import recounted
from dunning.rules.policy import DunningPolicy
from dunning.spoken import text_editing
from dunning.spoken.speech import facts_of
from dunning.words.placeholders import MissingData, translated


class CannotEdit(ValueError):
    """There is no letter in words to edit; the text says why."""


class Outdated(ValueError):
    """The letter says something else by now than when a person edited it."""


class Objected(ValueError):
    """Other words may not go out; `objections` are all the reasons."""

    def __init__(self, objections: tuple[str, ...]) -> None:
        super().__init__("; ".join(objections))
        self.objections = objections


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is written from."""

    account: Account
    step: Send
    policy: DunningPolicy
    letterhead: Letterhead

    def letter(self) -> Letter:
        """As it would be sent, without pay links. Raises MissingData."""
        return compose(self.account, self.step, self.policy, self.letterhead, {})

    def on(self, day: date) -> Matter:
        """The same on another day, in the account's time zone."""
        return replace(self, step=replace(self.step, on=day))

    def draft(self, pay_links: Mapping[str, str], account_link: str = "") -> Draft:
        """Its parts, as far as a person may edit them. Raises CannotEdit and MissingData."""
        own = own_template(self.account, self.step, self.policy)
        if own and own.markup:
            raise CannotEdit("it is your own HTML template; change it on your computer, import it")
        if own and "pay_link" in translated(own.body):
            raise CannotEdit("your template puts the pay page into its text, known when it is sent")
        return in_words(
            self.account, self.step, self.policy, self.letterhead, pay_links,
            account_link=account_link,
        )  # fmt: skip


def matter_of(tx: Tx, connection: Connection, decision: Decision, now: datetime) -> Matter | None:
    """What the letter of a decision would be written from now; None if it is about no message."""
    rules = policy.dunning_of(tx, connection)
    outcome = decision.outcome.get("proposed") or decision.outcome
    try:
        account = taking.ACCOUNT.validate_python(decision.inputs["account"])
        step = taking.STEPS[Send].validate_python(outcome)
    except (ValidationError, KeyError):
        return None
    today = hours_of(rules, account.time_zone).today(now)
    return Matter(account, replace(step, on=today), rules, Letterhead(connection.name))


def draft_of(tx: Tx, connection: Connection, approval: Approval, now: datetime) -> Draft:
    """The message that an approval is about, as it would be now. Raises CannotEdit."""
    decision = decisions.find(tx, approval.decision_id)
    assert decision is not None, "an approval is about a decision"
    matter, message = matter_of(tx, connection, decision, now), message_of(approval)
    if matter is None or message is None:
        raise CannotEdit("it is about no message in words")
    if isinstance(message, SendText):
        facts = facts_of(matter.account, matter.step, matter.policy, connection.name)
        return text_editing.draft(facts, message.text)
    try:
        return matter.draft({})
    except MissingData as missing:
        raise CannotEdit(str(missing)) from None


def message_of(approval: Approval) -> SendReminder | SendText | None:
    """The mail or text message that approving sends."""
    for option in approval.options:
        if "reminder" in option and not option.get("by_person"):
            effect = effects.load(option["reminder"])
            return effect if isinstance(effect, SendReminder | SendText) else None
    return None


def objections(approval: Approval, draft: Draft, wanted: Wording) -> tuple[str, ...]:
    """Why the message may not go out in these words; empty if it may."""
    if isinstance(message_of(approval), SendText):
        return text_editing.objections(draft, wanted)
    return editing.objections(draft, wanted)


def edit(
    tx: Tx, connection: Connection, approval: Approval, wanted: Wording, *, by: str, now: datetime
) -> Edit | None:
    """Keep a person's words for a letter; None where they are the letter's own.

    Raises CannotEdit, and Objected with every reason why the words may not go out.
    """
    draft = draft_of(tx, connection, approval, now)
    drafted = editing.wording(draft)
    is_mail = isinstance(message_of(approval), SendReminder)
    wanted = editing.typed(wanted.subject if is_mail else drafted.subject, wanted.text)
    if wanted == drafted:
        return None
    if found := objections(approval, draft, wanted):
        raise Objected(found)
    made = Edit(
        connection.id, approval.decision_id, about=account_of(approval.subject), by=by, at=now,
        drafted=drafted, edited=wanted,
    )  # fmt: skip
    edits.keep(tx, made)
    return made


def said_now(matter: Matter, made: Edit) -> Wording:
    """What a person wrote, with the count of days overdue as it is on the day of the letter.

    Raises Outdated where anything else of what they edited no longer stands, because nobody has
    read their words beside what it says by now.
    """
    day = hours_of(matter.policy, matter.account.time_zone).today(made.at)
    try:
        then, now = matter.on(day).draft({}), matter.draft({})
    except (CannotEdit, MissingData) as why:
        raise Outdated(f"the letter that {made.by} edited is no longer written so: {why}") from None
    drafted, said = (recounted(words, then, now) for words in (made.drafted, made.edited))
    if drafted != editing.wording(now):
        raise Outdated(_change(made, drafted or made.drafted, editing.wording(now)))
    if said is None:
        counts = " or ".join(repr(it) for it in then.counts)
        raise Outdated(f"{made.by} wrote {counts} on {day}, and the due date lies between")
    if said != made.edited and (found := editing.objections(now, said)):
        raise Outdated(f"what {made.by} wrote cannot be said on another day: {found[0]}")
    return said


def _change(made: Edit, drafted: Wording, now: Wording) -> str:
    lines = zip(made.drafted.lines, drafted.lines, now.lines, strict=False)
    changed = ((old, new) for old, kept, new in lines if kept != new)
    old, new = next(changed, ("", "it is longer or shorter"))
    return f"the letter changed since {made.by} edited it: '{old}' is now '{new}'"
