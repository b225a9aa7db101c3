"""Letters on paper: a reminder, a demand for payment, a statement of account, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from dunning.account import Account, DueInvoice
from dunning.aging import BUCKETS
from dunning.decision import Send
from dunning.letters import NOTHING_MORE, Letterhead, Row, phrase, written
from dunning.policy import DunningPolicy
from dunning.statement import Entry, Statement
from providers.letters.documents import Column, Heading, Letter, Part, Party, Table
from providers.letters.stationery import Stationery
from providers.money import Money

WORDS = "paper.txt"
DEMAND = "demand.txt"


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
    """The message of a step that was decided on, for the post."""
    words = written(account, step, policy, Letterhead(frame.company), {})
    return _letter(frame, words["subject"], tuple(_about(account, step, words, frame.locale)))


def demand(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    frame: Frame,
    *,
    statement: Statement,
    pay_by: date,
) -> Letter:
    """A demand for payment by a day, with the statement of account on the pages after it."""
    more = {"entity": frame.sender.name, "pay_by": format_date(pay_by, "long", frame.locale)}
    words = written(
        account, step, policy, Letterhead(frame.company), {}, template=DEMAND, more=more
    )
    parts = (*_about(account, step, words, frame.locale), *_statement(statement, frame.locale))
    return _letter(frame, words["subject"], parts)


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


def _about(account: Account, step: Send, words: dict[str, Any], locale: str) -> Iterator[Part]:
    yield phrase("greeting", words, template=WORDS)
    yield words["opening"]
    yield _invoices(account, step, words, locale)
    yield words["closing"]
    yield phrase("contact", words, template=WORDS)
    signed = (_word("regards"), words["sender"], words["signature"])
    yield "\n".join(line for line in signed if line)


def _invoices(account: Account, step: Send, words: dict[str, Any], locale: str) -> Table:
    chosen = [one for one in account.invoices if one.id in step.invoice_ids]
    chosen.sort(key=lambda one: (one.due or one.issued, one.number, one.id))
    rows = zip(chosen, words["rows"], strict=True)
    totals = [("to_pay", words["total"])]
    if words["credit"]:
        totals = [("owed", words["owed"]), ("credit", words["credit"]), *totals]
    return Table(
        columns=(
            Column(_word("invoice"), 24), Column(_word("issued"), 17), Column(_word("due"), 17),
            Column(_word("late"), 17), Column(_word("total"), 21, is_number=True),
            Column(_word("open"), 21, is_number=True),
        ),
        rows=tuple(_row(invoice, row, locale) for invoice, row in rows),
        totals=tuple((_word(name), "", "", "", "", amount) for name, amount in totals),
    )  # fmt: skip


def _row(invoice: DueInvoice, row: Row, locale: str) -> tuple[str, ...]:
    return (
        row.number, _day(invoice.issued, locale), _day(invoice.due, locale), row.when,
        invoice.total.shown(locale), row.amount,
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
