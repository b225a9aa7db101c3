"""Letters on paper: a reminder, a demand for payment, a statement of account, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunning.ahead.coming import coming
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.deciding.decision import Send
from dunning.letter.letters import drafted
from dunning.message.draft import Draft, Letterhead
from dunning.rules.brand import Brand
from dunning.rules.policy import DunningPolicy
from dunning.statements.aging import BUCKETS
from dunning.statements.statement import Entry, Statement
from dunning.words.lines import isolated, one_line
from dunning.words.phrases import Phrases, phrases_of
from providers.letters.documents import Column, Heading, Letter, Part, Party, Table
from providers.letters.stationery import Stationery
from providers.money import Money


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the matter: `sender` is the legal entity, `company` the name that people
    know it by, `recipient` the lines in the window. `on` is the day in the client's zone."""

    stationery: Stationery
    sender: Party
    company: str
    recipient: tuple[str, ...]
    on: date


def reminder(account: Account, step: Send, policy: DunningPolicy, frame: Frame) -> Letter:
    """The message of a step that was decided on, for the post, in the customer's language."""
    draft = _drafted(account, step, policy, frame)
    parts: tuple[Part, ...] = (
        "\n".join(draft.salutation), *draft.before, _invoices(draft), *_where_to_pay(draft),
        *draft.after, _signed(draft),
    )  # fmt: skip
    return _letter(frame, _phrases(account, step, policy), draft.subject, parts)


def demand(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    frame: Frame,
    *,
    statement: Statement,
    pay_by: date,
) -> Letter:
    """A demand for payment by a day, in the customer's language, with the statement of account on
    the pages after it. What happens next it says as every letter does, by the policy, but nothing
    that would come before the day is over."""
    draft, phrases = _drafted(account, step, policy, frame), _phrases(account, step, policy)
    facts = {
        "entity": one_line(frame.sender.name), "total": draft.values["total"],
        "pay_by": phrases.day(pay_by),
    }  # fmt: skip
    if draft.one:
        facts |= {
            "number": draft.one.number, "due": draft.values["due_date"], "amount": draft.one.amount,
        }  # fmt: skip

    def say(name: str) -> str:
        return phrases.say("demand", name, count=len(draft.rows), **facts)

    after = coming(account, step, policy)
    too_soon = draft.values.get("next_step") if after and after.on <= pay_by else None
    parts = (
        "\n".join(draft.salutation), say("opening"), _invoices(draft), *_where_to_pay(draft),
        f"{say('ask')} {phrases.say('crossed', 'text')}",
        *(text for text in draft.fixed if text != too_soon), _signed(draft),
        *_statement(statement, phrases),
    )  # fmt: skip
    return _letter(frame, phrases, f"{say('subject')} - {draft.sender}", parts)


def is_answerable(account: Account, step: Send, policy: DunningPolicy, frame: Frame) -> bool:
    """Whether a letter on paper says where to pay to or to whom to write: payment details, an
    address for mails, or the sender's own by post."""
    _, rules = policy.applying_to(account, step.on)
    return bool(rules.brand.payment_details or rules.brand.reply_to or frame.sender.lines)


def statement_of_account(
    statements: Sequence[Statement], frame: Frame, locale: str, *, brand: Brand | None = None
) -> Letter:
    """The statements of one customer, one for each currency, as a letter of its own, in the words
    of a locale; where anything is owed, with the payment details of the brand."""
    phrases = phrases_of(locale)
    parts: list[Part] = [phrases.say("statement", "opening")]
    for one in statements:
        parts += _statement(one, phrases, new_page=False)
    if not statements:
        parts = [phrases.say("statement", "nothing")]
    details = brand.payment_details if brand else ()
    if details and any(one.closing.amount > 0 for one in statements):
        parts.append("\n".join((phrases.say("label", "pay_to"), *map(isolated, details))))
    parts.append(f"{phrases.say('closing', 'text')}\n{frame.company}")
    subject = f"{phrases.say('statement', 'subject')} - {frame.company}"
    return _letter(frame, phrases, subject, tuple(parts))


def _letter(frame: Frame, phrases: Phrases, subject: str, parts: tuple[Part, ...]) -> Letter:
    return Letter(
        stationery=frame.stationery,
        sender=frame.sender,
        recipient=frame.recipient,
        day=phrases.day(frame.on),
        made_on=frame.on,
        subject=subject,
        parts=parts,
        language=phrases.locale.replace("_", "-"),
        numbering=phrases.say("page", "number", page="{page}", pages="{pages}"),
    )


def _drafted(account: Account, step: Send, policy: DunningPolicy, frame: Frame) -> Draft:
    on_paper = replace(step, channel=Channel.LETTER)
    return drafted(account, on_paper, policy, Letterhead(frame.company), {})


def _phrases(account: Account, step: Send, policy: DunningPolicy) -> Phrases:
    _, rules = policy.applying_to(account, step.on)
    return phrases_of(rules.locale)


def _where_to_pay(draft: Draft) -> Iterator[str]:
    if draft.where_to_pay:
        yield "\n".join(draft.where_to_pay)


def _signed(draft: Draft) -> str:
    return "\n".join((draft.closing, draft.sender, *draft.signature))


def _invoices(draft: Draft) -> Table:
    return Table(
        columns=(
            Column(draft.labels["invoice"], 26), Column(draft.labels["due"], 20),
            Column("", 34), Column(draft.labels["open"], 37, is_number=True),
        ),
        rows=tuple(
            (row.number, row.due, row.when, " ".join(filter(None, (row.amount, row.partly))))
            for row in draft.rows
        ),
        totals=tuple((label, "", "", amount) for label, amount in draft.sums),
    )  # fmt: skip


def _statement(one: Statement, phrases: Phrases, *, new_page: bool = True) -> Iterator[Part]:
    def word(name: str) -> str:
        return phrases.say("statement", name)

    heading = phrases.say(
        "statement", "heading", currency=one.currency, since=phrases.day(one.since),
        until=phrases.day(one.until),
    )  # fmt: skip
    first = (
        phrases.short_day(one.since), word("opening_balance"), "", "", phrases.amount(one.opening),
    )  # fmt: skip
    last = (
        phrases.short_day(one.until), word("closing_balance"), "", "", phrases.amount(one.closing),
    )  # fmt: skip
    yield Heading(heading, new_page=new_page)
    yield Table(
        columns=(
            Column(word("issued"), 17), Column(word("entry"), 40),
            Column(phrases.say("label", "due"), 17), Column(word("amount"), 22, is_number=True),
            Column(word("balance"), 22, is_number=True),
        ),
        rows=(first, *(_entry(entry, phrases) for entry in one.entries)),
        totals=(last,),
    )  # fmt: skip
    yield Heading(word("ages"))
    yield _ages(one, phrases)


def _entry(entry: Entry, phrases: Phrases) -> tuple[str, ...]:
    kind = entry.kind.name.lower()
    return (
        phrases.short_day(entry.on),
        phrases.say("statement", kind, number=one_line(entry.number)),
        phrases.short_day(entry.due) if entry.due else "",
        phrases.amount(entry.amount), phrases.amount(entry.balance),
    )  # fmt: skip


def _ages(one: Statement, phrases: Phrases) -> Table:
    titles = (
        phrases.say("statement", "current"), *BUCKETS[1:-1],
        *(phrases.say("statement", name) for name in ("over", "unapplied", "owed")),
    )  # fmt: skip
    amounts: list[Money] = [*(one.buckets[name] for name in BUCKETS), -one.unapplied, one.closing]
    return Table(
        columns=tuple(
            Column(title, 10 if number else 12, is_number=True)
            for number, title in enumerate(titles)
        ),
        rows=(tuple(phrases.amount(amount) for amount in amounts),),
    )
