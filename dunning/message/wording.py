"""What a letter says, before it is set in text or HTML: blocks chosen by the decision."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dunning.ahead.coming import Coming
from dunning.customer.account import Account, DueInvoice
from dunning.customer.channels import Channel
from dunning.deciding.decision import Send
from dunning.deciding.manner import Manner
from dunning.message.draft import Draft, Letterhead, Row
from dunning.message.links import safe_link
from dunning.message.telling import PURPOSES, Telling, chosen_of, number_of, telling, when
from dunning.rules.brand import Brand
from dunning.rules.steps import Tone
from dunning.words.lines import isolated, one_line
from dunning.words.phrases import Phrases
from providers.money import Money

SUBJECT_CHARACTERS_MAX = 150
LABELS = ("invoice", "due", "open", "account", "pay_to")
UNTOLD = {"customer", "late", "last_on"}
"""The facts that a person may leave unsaid: how late it is stands in the table."""
SAYS_RELIABLE = {Tone.DIRECT.value}
"""What is opened, where it is warm, with how reliably the customer pays."""
TELLS_LAST = {Tone.REMINDER, Tone.DIRECT}
"""The tones that tell when we last wrote in a sentence of its own; the final one always tells."""


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
    late_days = _late_days(facts)
    return Draft(
        language=phrases.language,
        facts=_told(facts),
        figures=_told(facts, but_for=UNTOLD),
        fixed=after_table[1:],
        values=_named(
            facts,
            brand,
            sender,
            after=after,
            rows=rows,
            account_link=account_link,
            late_days=late_days,
        ),
        labels={name: facts.say("label", name) for name in LABELS},
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
        payment_details=tuple(map(isolated, brand.payment_details)),
        counts=(facts.values["late"],),
        late_days=late_days,
    )


def _late_days(facts: Telling) -> int:
    first = min((one.due for one in facts.chosen if one.due), default=facts.step.on)
    return (facts.step.on - first).days


def _told(facts: Telling, but_for: Collection[str] = ()) -> tuple[str, ...]:
    manners = [step.manner for _, step in facts.parts]
    left_out = [
        facts.phrases.amount(it) for m in manners for it in (m.disputed, m.later, m.held) if it
    ]
    values = [value for name, value in facts.values.items() if name not in but_for]
    cases = [case for manner in manners for case in manner.cases]
    totals = [facts.phrases.amount(step.total) for _, step in facts.parts]
    promised = [it for promise in facts.broken for it in facts.promised(promise).values()]
    found = (*values, *totals, *left_out, *promised, *cases, *map(number_of, facts.chosen))
    return tuple(filter(None, dict.fromkeys(found)))


def _named(
    facts: Telling, brand: Brand, sender: str, *, after: Coming | None, rows: tuple[Row, ...],
    account_link: str, late_days: int,
) -> dict[str, str]:  # fmt: skip
    """The facts that a client's own template may ask for, without those that there are none of."""
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
        "payment_details": "\n".join(map(isolated, brand.payment_details)),
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
    yield from _promised(facts)
    if manner.years and not (manner.promise or facts.broken):
        kind = "more" if manner.is_longer else "exactly"
        name = "years_alone" if facts.matter in SAYS_RELIABLE else "years"
        yield facts.say("history", name, kind, years=str(manner.years))
    for _, step in facts.parts:
        yield from _set_apart(facts, step.manner)


def _promised(facts: Telling) -> Iterator[str]:
    """What else was promised and not kept: for which invoices where all of them are below."""
    ids = {invoice.id for invoice in facts.chosen}
    for promise in facts.broken:
        kind = "named" if ids.issuperset(promise.invoice_ids) else "unnamed"
        told = facts.promised(promise)
        yield facts.say("history", "promise", kind, count=len(facts.chosen), **told)


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
    if manner.held:
        yield facts.say("history", "held", held=facts.phrases.amount(manner.held))


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
    if step.manner.held:
        less.append(("held", step.manner.held))
    if step.credits:
        less.append(("credit", step.credits))
    if less:
        owed = Money.total((i.open for i in chosen_of(account, step)), account.currency)
        yield facts.say("label", "owed"), phrases.amount(owed)
    for name, money in less:
        yield facts.say("label", name), phrases.amount(money)
    yield facts.say("label", "total"), phrases.amount(step.total)


def _row(facts: Telling, invoice: DueInvoice, link: str) -> Row:
    phrases = facts.phrases
    assert invoice.due is not None, "only invoices with a due date are reminded of"
    total = phrases.amount(invoice.total)
    late = when(phrases, invoice.due, facts.step.on)
    return Row(
        number=isolated(number_of(invoice)),
        amount=phrases.amount(invoice.open),
        due=phrases.short_day(invoice.due),
        when=facts.say("when", "part", when=late) if invoice.plan else late,
        partly="" if invoice.open == invoice.total else facts.say("label", "partly", total=total),
        link=link,
        pay=facts.say("label", "pay", number=isolated(number_of(invoice))),
    )
