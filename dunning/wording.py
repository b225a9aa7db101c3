"""What a letter says, before it is set in text or HTML: blocks chosen by the decision."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunning.account import Account, DueInvoice
from dunning.channels import Channel
from dunning.coming import Coming
from dunning.decision import Send
from dunning.draft import Draft, Letterhead, Row
from dunning.joint import parts
from dunning.lines import isolated, one_line
from dunning.links import safe_link
from dunning.manner import Manner, Purpose
from dunning.phrases import Phrases
from dunning.policy import Brand
from dunning.standing import Payer
from dunning.steps import Tone
from providers.money import Money

SUBJECT_CHARACTERS_MAX = 150
REGISTERS = {Payer.RELIABLE: "warm", Payer.CHRONIC: "firm"}
PURPOSES = {
    Purpose.PROMISE_BROKEN: "promise_broken",
    Purpose.UNCLEAR: "unclear",
    Purpose.PAYMENT_STARTED: "payment_started",
    Purpose.RETURNED: "returned",
    Purpose.INSTALMENT: "instalment",
}
AHEAD = {"instalment": "instalment_ahead"}
"""What differs before the due day."""
UNTOLD = {"customer", "late", "last_on"}
"""The facts that a person may leave unsaid: how late it is stands in the table."""
TELLS_LAST = {Tone.REMINDER, Tone.DIRECT}
"""The tones that tell when we last wrote in a sentence of its own; the final one always tells."""


@dataclass(frozen=True, slots=True)
class Telling:
    """All that the blocks are chosen by, and the values of their placeholders."""

    parts: tuple[tuple[Account, Send], ...]
    phrases: Phrases
    chosen: tuple[DueInvoice, ...]
    values: Mapping[str, str]

    @property
    def step(self) -> Send:
        """Of the currency that the letter is written in the manner of."""
        return self.parts[0][1]

    @property
    def register(self) -> str:
        return REGISTERS.get(self.step.manner.payer, "plain")

    @property
    def tone(self) -> Tone:
        """The tone of the decision; but nothing overdue is spoken of as if it fell due, and nothing
        that was never written about as if it had been."""
        late = any(i.due and i.due < self.step.on for i in self.chosen)
        tone = self.step.tone
        if tone is Tone.FINAL and "last_on" not in self.values:
            return Tone.DIRECT
        return Tone.FRIENDLY if late and tone is Tone.UPCOMING else tone

    @property
    def matter(self) -> str:
        """What the blocks are about: the purpose where there is one beside asking, or the tone."""
        matter = PURPOSES.get(self.step.manner.purpose, self.tone.value)
        return AHEAD.get(matter, matter) if self.tone is Tone.UPCOMING else matter

    def say(self, *path: str, count: int | None = None, **more: str) -> str:
        count = len(self.chosen) if count is None else count
        return self.phrases.say(*path, count=count, **{**self.values, **more})


def draft(
    account: Account,
    step: Send,
    phrases: Phrases,
    brand: Brand,
    letterhead: Letterhead,
    *,
    pay_links: Mapping[str, str],
    after: Coming | None,
    account_link: str = "",
) -> Draft:
    """The letter for a step that was decided on, in the words of `phrases`. `pay_links` are by
    invoice id; one that is not safe is left out. `after` is the step that follows, if known;
    `account_link` leads to the customer's account page.

    No amount stands in it but those of the accounts and of the decision, so none that is lower
    than what is owed can be offered.
    """
    sender = one_line(brand.sender_name or letterhead.company)
    facts = telling(account, step, phrases)
    rows = tuple(_row(facts, i, safe_link(pay_links.get(i.id, ""))) for i in facts.chosen)
    after_table = tuple(_after(facts, after, brand.reply_to))
    subject = f"{facts.say('subject', facts.matter, facts.register)} - {sender}"
    own = (one_line(brand.signature), *map(one_line, letterhead.address))
    return Draft(
        language=phrases.language,
        facts=_told(facts),
        figures=_told(facts, but_for=UNTOLD),
        fixed=after_table[1:],
        values=_named(facts, brand, sender, after=after, rows=rows, account_link=account_link),
        labels={name: facts.say("label", name) for name in ("invoice", "due", "open", "account")},
        subject=one_line(subject)[:SUBJECT_CHARACTERS_MAX],
        salutation=_salutation(facts),
        before=tuple(_before(facts)),
        rows=rows,
        sums=tuple(line for one in facts.parts for line in _sums(facts, *one)),
        after=after_table,
        closing=facts.say("closing", "text"),
        sender=isolated(sender),
        signature=tuple(isolated(line) for line in own if line),
        logo_url=brand.logo_url,
        colour=brand.colour,
        account_link=safe_link(account_link),
    )


def telling(account: Account, step: Send, phrases: Phrases) -> Telling:
    both = tuple(parts(account, step))
    chosen = tuple(invoice for one in both for invoice in _chosen(*one))
    return Telling(both, phrases, chosen, _values(both, phrases, chosen))


def _chosen(account: Account, step: Send) -> list[DueInvoice]:
    """The invoices of one currency, the oldest first."""
    found = [i for i in account.invoices if i.id in step.invoice_ids]
    return sorted(found, key=lambda i: (i.due or i.issued, i.number, i.id))


def _values(
    both: Sequence[tuple[Account, Send]], phrases: Phrases, chosen: Collection[DueInvoice]
) -> dict[str, str]:
    account, step = both[0]
    oldest = min(chosen, key=lambda i: i.due or i.issued)
    assert oldest.due is not None, "only invoices with a due date are reminded of"
    manner = step.manner
    values = {
        "customer": isolated(one_line(account.name)),
        "number": isolated(_number(oldest)),
        "amount": phrases.amount(oldest.open),
        "billed": phrases.amount(oldest.total),
        "total": " + ".join(phrases.amount(one.total) for _, one in both),
        "due": phrases.day(oldest.due),
        "late": _when(phrases, oldest.due, step.on),
        "returned": ", ".join(isolated(_number(i)) for i in chosen if i.reopened),
    }
    told = [one.manner.last_on for _, one in both]
    if all(told):
        values["last_on"] = phrases.day(max(filter(None, told)))
    if manner.promise:
        values["promised"] = phrases.amount(manner.promise.amount)
        values["promised_on"] = phrases.day(manner.promise.on)
    return values


def _told(facts: Telling, but_for: Collection[str] = ()) -> tuple[str, ...]:
    manners = [step.manner for _, step in facts.parts]
    left_out = [facts.phrases.amount(it) for m in manners for it in (m.disputed, m.later) if it]
    values = [value for name, value in facts.values.items() if name not in but_for]
    cases = [case for manner in manners for case in manner.cases]
    totals = [facts.phrases.amount(step.total) for _, step in facts.parts]
    found = (*values, *totals, *left_out, *cases, *map(_number, facts.chosen))
    return tuple(filter(None, dict.fromkeys(found)))


def _named(
    facts: Telling, brand: Brand, sender: str, *, after: Coming | None, rows: tuple[Row, ...],
    account_link: str,
) -> dict[str, str]:  # fmt: skip
    """The facts that a client's own template may ask for, without those that there are none of."""
    first = min((one.due for one in facts.chosen if one.due), default=None)
    late_days = (facts.step.on - first).days if first else 0
    next_step = (
        facts.say("next", after.what.value, day=facts.phrases.day(after.on)) if after else ""
    )
    values = {
        "customer": facts.values["customer"],
        "company": isolated(sender),
        "invoice_number": ", ".join(row.number for row in rows),
        "invoice_count": str(len(rows)),
        "total": facts.values["total"],
        "due_date": facts.values["due"],
        "days_overdue": str(late_days) if late_days > 0 else "",
        "pay_link": rows[0].link if len(rows) == 1 else "",
        "account_link": safe_link(account_link),
        "last_message": facts.values.get("last_on", ""),
        "next_step": next_step,
        "reply_to": brand.reply_to,
        "signature": isolated(one_line(brand.signature)),
    }
    return {name: value for name, value in values.items() if value}


def _salutation(facts: Telling) -> tuple[str, ...]:
    kind = "named" if facts.values["customer"] else "unnamed"
    return tuple(filter(None, facts.say("salutation", kind).split("\n")))


def _before(facts: Telling) -> Iterator[str]:
    manner = facts.step.manner
    opening = facts.say("opening", facts.matter, facts.register)
    tells_last = facts.tone in TELLS_LAST or facts.matter in PURPOSES.values()
    if tells_last and "last_on" in facts.values:
        opening = f"{opening} {facts.say('history', 'last_on')}"
    yield opening
    if manner.years:
        yield facts.say("history", "years", years=str(manner.years))
    for _, step in facts.parts:
        yield from _set_apart(facts, step.manner)


def _set_apart(facts: Telling, manner: Manner) -> Iterator[str]:
    """What is not asked for now."""
    if manner.disputed:
        count = sum(len(case.split(",")) for case in manner.cases)
        form = "many" if count > 1 else "one" if count else "none"
        yield facts.say(
            "history", "disputed", form, disputed=facts.phrases.amount(manner.disputed),
            cases=one_line(", ".join(manner.cases)),
        )  # fmt: skip
    if manner.later:
        yield facts.say("history", "plan", later=facts.phrases.amount(manner.later))


def _after(facts: Telling, after: Coming | None, reply_to: str) -> Iterator[str]:
    ask = [facts.say("ask", facts.matter, facts.register)]
    if facts.tone is not Tone.UPCOMING:
        ask.append(facts.say("crossed", "text"))
    yield " ".join(ask)
    is_firm = facts.tone.firmness >= Tone.REMINDER.firmness
    if after and is_firm and not (facts.register == "warm" and facts.tone is Tone.REMINDER):
        yield facts.say("next", after.what.value, day=facts.phrases.day(after.on))
    yield facts.say("pay", "reference")
    question = [] if facts.tone is Tone.UPCOMING else [facts.say("question", "text")]
    yield " ".join((*question, _reply(facts, reply_to))).strip()


def _reply(facts: Telling, reply_to: str) -> str:
    if facts.step.channel is Channel.EMAIL:
        kind = "email_to" if reply_to else "email"
        return facts.say("reply", kind, reply_to=reply_to)
    return facts.say("reply", "other_to", reply_to=reply_to) if reply_to else ""


def _sums(facts: Telling, account: Account, step: Send) -> Iterator[tuple[str, str]]:
    phrases = facts.phrases
    less: list[tuple[str, Money]] = []
    if step.manner.disputed:
        less.append(("disputed", step.manner.disputed))
    if step.manner.later:
        less.append(("later", step.manner.later))
    if step.credits:
        less.append(("credit", step.credits))
    if less:
        owed = Money.total((i.open for i in _chosen(account, step)), account.currency)
        yield facts.say("label", "owed"), phrases.amount(owed)
    for name, money in less:
        yield facts.say("label", name), phrases.amount(money)
    yield facts.say("label", "total"), phrases.amount(step.total)


def _row(facts: Telling, invoice: DueInvoice, link: str) -> Row:
    phrases = facts.phrases
    assert invoice.due is not None, "only invoices with a due date are reminded of"
    total = phrases.amount(invoice.total)
    return Row(
        number=isolated(_number(invoice)),
        amount=phrases.amount(invoice.open),
        due=phrases.short_day(invoice.due),
        when=_when(phrases, invoice.due, facts.step.on),
        partly="" if invoice.open == invoice.total else facts.say("label", "partly", total=total),
        link=link,
        pay=facts.say("label", "pay", number=isolated(_number(invoice))),
    )


def _number(invoice: DueInvoice) -> str:
    return one_line(invoice.number) or invoice.id


def _when(phrases: Phrases, due: date, today: date) -> str:
    """How long ago or how far ahead a due date is."""
    days = (today - due).days
    if not days:
        return phrases.say("when", "today")
    more: dict[str, Any] = {"days": str(abs(days))}
    return phrases.say("when", "late" if days > 0 else "ahead", count=abs(days), **more)
