"""Letters on paper: a reminder, a demand for payment, a statement of account, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from babel.dates import format_date
from jinja2 import DictLoader, Environment, StrictUndefined

from dunning.account import Account
from dunning.aging import BUCKETS
from dunning.channels import Channel
from dunning.decision import Send
from dunning.draft import Draft, Letterhead
from dunning.letters import drafted
from dunning.lines import one_line
from dunning.policy import DunningPolicy
from dunning.statement import Entry, Statement
from providers.letters.documents import Column, Heading, Letter, Part, Party, Table
from providers.letters.stationery import Stationery
from providers.money import Money

WORDS = "paper.txt"
DEMAND = "demand.txt"
NOTHING_MORE: Mapping[str, str] = MappingProxyType({})

# Paper holds no markup to escape.
_TEMPLATES = Environment(
    loader=DictLoader({
        name: (files("dunning") / "templates" / name).read_text("utf-8")
        for name in (WORDS, DEMAND)
    }),
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the matter: `sender` is the legal entity, `company` the name that people
    know it by, `recipient` the lines in the window. `on` is the day in the client's zone."""

    stationery: Stationery
    sender: Party
    company: str
    recipient: tuple[str, ...]
    locale: str
    on: date


def reminder(account: Account, step: Send, policy: DunningPolicy, frame: Frame) -> Letter:
    """The message of a step that was decided on, for the post, in the customer's language."""
    draft = _drafted(account, step, policy, frame)
    parts: tuple[Part, ...] = (
        "\n".join(draft.salutation), *draft.before, _invoices(draft), *draft.after,
        _signed(draft),
    )  # fmt: skip
    return _letter(frame, draft.subject, parts)


def demand(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    frame: Frame,
    *,
    statement: Statement,
    pay_by: date,
) -> Letter:
    """A demand for payment by a day, in English, with the statement of account on the pages after
    it."""
    locale = frame.locale
    draft = _drafted(account, step, policy, frame)
    words = {
        "entity": frame.sender.name, "company": frame.company, "one": draft.one,
        "count": len(draft.rows), "total": step.total.shown(locale),
        "pay_by": format_date(pay_by, "long", locale),
    }  # fmt: skip
    opening, closing = (phrase(name, words, template=DEMAND) for name in ("opening", "closing"))
    parts = (
        "\n".join(draft.salutation), opening, _invoices(draft), closing, _signed(draft),
        *_statement(statement, locale),
    )  # fmt: skip
    return _letter(frame, phrase("subject", words, template=DEMAND), parts)


def statement_of_account(statements: Sequence[Statement], frame: Frame) -> Letter:
    """The statements of one customer, one for each currency, as a letter of its own."""
    words = {"company": frame.company}
    parts: list[Part] = [phrase("statement_opening", words, template=WORDS)]
    for one in statements:
        parts += _statement(one, frame.locale, new_page=False)
    if not statements:
        parts = [_word("nothing")]
    subject = phrase("statement_subject", words, template=WORDS)
    return _letter(frame, subject, tuple(parts))


def _letter(frame: Frame, subject: str, parts: tuple[Part, ...]) -> Letter:
    return Letter(
        stationery=frame.stationery,
        sender=frame.sender,
        recipient=frame.recipient,
        day=format_date(frame.on, "long", frame.locale),
        made_on=frame.on,
        subject=subject,
        parts=parts,
    )


def _drafted(account: Account, step: Send, policy: DunningPolicy, frame: Frame) -> Draft:
    on_paper = replace(step, channel=Channel.LETTER)
    return drafted(account, on_paper, policy, Letterhead(frame.company), {})


def _signed(draft: Draft) -> str:
    return "\n".join((draft.closing, draft.sender, *draft.signature))


def _invoices(draft: Draft) -> Table:
    return Table(
        columns=(
            Column(draft.labels["invoice"], 28), Column(draft.labels["due"], 28),
            Column("", 24), Column(draft.labels["open"], 37, is_number=True),
        ),
        rows=tuple(
            (row.number, row.due, row.when, " ".join(filter(None, (row.amount, row.partly))))
            for row in draft.rows
        ),
        totals=tuple((label, "", "", amount) for label, amount in draft.sums),
    )  # fmt: skip


def _statement(one: Statement, locale: str, *, new_page: bool = True) -> Iterator[Part]:
    words = {
        "currency": one.currency, "since": format_date(one.since, "long", locale),
        "until": format_date(one.until, "long", locale),
    }  # fmt: skip
    yield Heading(phrase("statement", words, template=WORDS), new_page=new_page)
    first = (_day(one.since, locale), _word("opening_balance"), "", "", one.opening.shown(locale))
    last = (_day(one.until, locale), _word("closing_balance"), "", "", one.closing.shown(locale))
    yield Table(
        columns=(
            Column(_word("issued"), 17), Column(_word("entry"), 40), Column(_word("due"), 17),
            Column(_word("amount"), 22, is_number=True),
            Column(_word("balance"), 22, is_number=True),
        ),
        rows=(first, *(_entry(entry, locale) for entry in one.entries)),
        totals=(last,),
    )  # fmt: skip
    yield Heading(_word("ages"))
    yield _ages(one, locale)


def _entry(entry: Entry, locale: str) -> tuple[str, ...]:
    block = f"kind_{entry.kind.name.lower()}"
    return (
        _day(entry.on, locale), phrase(block, {"number": entry.number}, template=WORDS),
        _day(entry.due, locale), entry.amount.shown(locale), entry.balance.shown(locale),
    )  # fmt: skip


def _ages(one: Statement, locale: str) -> Table:
    ages = [_word("age_current"), *BUCKETS[1:-1], _word("age_over")]
    titles = [*ages, _word("unapplied"), _word("owed_in_all")]
    amounts: list[Money] = [*(one.buckets[name] for name in BUCKETS), -one.unapplied, one.closing]
    return Table(
        columns=tuple(Column(title, 1, is_number=True) for title in titles),
        rows=(tuple(amount.shown(locale) for amount in amounts),),
    )


def _day(day: date | None, locale: str) -> str:
    return format_date(day, "medium", locale=locale) if day else ""


def _word(name: str) -> str:
    return phrase(name, NOTHING_MORE, template=WORDS)


def phrase(name: str, words: Mapping[str, Any], *, template: str) -> str:
    """One block of a template, as one line of plain text."""
    chosen = _TEMPLATES.get_template(template)
    return one_line("".join(chosen.blocks[name](chosen.new_context(dict(words)))))
