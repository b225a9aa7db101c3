"""What a step says in the channel that it goes by, in the words of those who send it; nothing is
read from a ledger, and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from connector.paper.posting import DEMAND_TERM
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.deciding.decision import Send
from dunning.letter import letters, paper
from dunning.letter.paper import Frame
from dunning.message.draft import Letterhead
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import ALWAYS_A_PERSON, Do
from dunning.spoken import call_flow, speech
from dunning.spoken.call_flow import Ground
from dunning.spoken.sms_segments import segments
from dunning.statements.aging import BUCKETS, bucket
from dunning.statements.statement import Entry, EntryKind, Statement
from providers.letters import documents, reading
from providers.money import Money


class Medium(StrEnum):
    """What the words stand in, as people call it."""

    MAIL = "e-mail"
    TEXT = "text message"
    SCRIPT = "script for whoever calls"
    SPOKEN = "machine call"
    PAPER = "letter on paper"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is all that is said, `html` how a mail shows it, `paper` what is printed. `segments`
    are the messages that a phone network makes of a text."""

    medium: Medium
    subject: str = ""
    text: str = ""
    html: str = ""
    paper: documents.Letter | None = None
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What the channels add: `frame` stands around paper, `pay_links` are by invoice id, and
    `may_text` tells whether whoever is called can be texted a link."""

    policy: DunningPolicy
    frame: Frame
    pay_links: Mapping[str, str]
    may_text: bool

    @property
    def company(self) -> str:
        return self.frame.company


def words_of(account: Account, step: Send, desk: Desk) -> Words:
    """Raises MissingData where the client's own template asks for what there is not."""
    if step.do in ALWAYS_A_PERSON - {Do.DEMAND_LETTER}:
        return Words(Medium.NOTHING)
    match step.channel:
        case Channel.TEXT:
            return _text(account, step, desk)
        case Channel.CALL:
            return _call(account, step, desk)
        case Channel.LETTER:
            return _paper(account, step, desk)
        case _:
            return _mail(account, step, desk)


def _mail(account: Account, step: Send, desk: Desk) -> Words:
    letter = letters.compose(
        account, step, desk.policy, Letterhead(desk.company), desk.pay_links
    )  # fmt: skip
    return Words(Medium.MAIL, letter.subject, letter.text, html=letter.html)


def _text(account: Account, step: Send, desk: Desk) -> Words:
    facts = speech.facts_of(account, step, desk.policy, desk.company)
    link = desk.pay_links.get(step.invoice_ids[0], "")
    text = speech.with_pages(speech.text_message(facts), facts, pay=link, account="")
    return Words(Medium.TEXT, text=text, segments=segments(text))


def _call(account: Account, step: Send, desk: Desk) -> Words:
    if not account.call_to:
        text = speech.person_script(account, step, desk.policy, desk.company)
        return Words(Medium.SCRIPT, text=text)
    callback = desk.policy.brand.forward_calls_to
    facts = speech.facts_of(account, step, desk.policy, desk.company, callback=callback)
    ground = Ground(facts, step.on, may_text=desk.may_text, may_forward=bool(callback))
    said = ("\n".join(turn) for turn in call_flow.script(ground))
    heads = ("Whoever takes the call hears:", "After key 1:", "A mailbox hears:")
    text = "\n\n".join(f"{head}\n{turn}" for head, turn in zip(heads, said, strict=True))
    return Words(Medium.SPOKEN, text=text)


def _paper(account: Account, step: Send, desk: Desk) -> Words:
    if step.do is Do.DEMAND_LETTER:
        sheet = paper.demand(
            account, step, desk.policy, desk.frame, statement=_statement(account, step.on),
            pay_by=step.on + DEMAND_TERM,
        )  # fmt: skip
    else:
        sheet = paper.reminder(account, step, desk.policy, desk.frame)
    return Words(Medium.PAPER, sheet.subject, reading.as_text(sheet), paper=sheet)


def _statement(account: Account, until: date) -> Statement:
    """Of what is open: what was paid before is known to the ledger alone."""
    zero, invoices = Money.zero(account.currency), sorted(account.invoices, key=lambda i: i.issued)
    entries, balance = [], -account.credits
    buckets = dict.fromkeys(BUCKETS, zero)
    for one in invoices:
        balance += one.open
        buckets[bucket(one.due, until)] += one.open
        entries.append(
            Entry(one.issued, EntryKind.INVOICE, one.number, one.due, one.open, balance)
        )  # fmt: skip
    return Statement(
        account.currency, since=invoices[0].issued, until=until, opening=-account.credits,
        entries=tuple(entries), closing=balance, buckets=buckets, unapplied=account.credits,
    )  # fmt: skip
