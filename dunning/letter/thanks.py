"""Thanking a customer for a payment: whether, when, and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dunning.contact_hours.sending_hours import sending_hours
from dunning.contact_law.budget import free_at
from dunning.contact_law.law import Refused, next_allowed
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.deciding import standstill
from dunning.letter.letters import Letter, laid_out
from dunning.message.draft import Draft, Letterhead
from dunning.message.wording import SUBJECT_CHARACTERS_MAX
from dunning.rules.policy import DunningPolicy
from dunning.words.lines import isolated, one_line
from dunning.words.phrases import Phrases, phrases_of
from providers.money import Money


def obstacle(account: Account, policy: DunningPolicy, today: date) -> str:
    """Why this customer gets no message by itself; empty where it may. `policy` is the customer's
    own, `today` the day in the client's zone."""
    reasons = (
        account.paused_reason,
        standstill.paused(policy, today),
        policy.with_a_person,
        "the customer answered; a person reads it first" if account.unread_reply else "",
        "" if account.reaches(Channel.EMAIL) else "the customer has no e-mail address to use",
        "a part is disputed" if any(one.disputed for one in account.invoices) else "",
    )
    return next(filter(None, reasons), "")


def allowed_at(account: Account, policy: DunningPolicy, now: datetime) -> datetime | None:
    """The first moment from `now` (aware) on that keeps the sending hours, the budget of the person
    and the law where they are; None where there is none."""
    hours = sending_hours(policy, account, Channel.EMAIL)
    contacts = (*account.contacts, *(Contact(m.channel, m.at, m.invoice_ids) for m in account.sent))
    free = hours.next_open(free_at(contacts, policy.budget, now, zone=hours.office.zone))
    if free is None:
        return None
    answer = next_allowed(Channel.EMAIL, hours.person, contacts, free)
    if not isinstance(answer, Refused):
        return free
    return hours.next_open(answer.again_at) if answer.again_at else None


def compose(
    account: Account, amount: Money, numbers: Sequence[str], policy: DunningPolicy,
    letterhead: Letterhead,
) -> Letter:  # fmt: skip
    """The thank-you for a payment that settled the invoices of these numbers, in the customer's
    language. `policy` is the customer's own. That nothing more is to be done is said to nobody who
    owes anything else, in whatever currency."""
    phrases, brand = phrases_of(policy.locale), policy.brand
    shown = [isolated(one_line(number)) for number in numbers]
    count, name = len(shown), isolated(one_line(account.name))
    facts = {"number": shown[0], "numbers": ", ".join(shown), "amount": phrases.amount(amount)}
    sender = one_line(brand.sender_name or letterhead.company)
    subject = f"{phrases.say('thanks', 'subject', count=count, **facts)} - {sender}"
    greeting = phrases.say("salutation", "named" if name else "unnamed", customer=name)
    reply = phrases.say("reply", "email_to" if brand.reply_to else "email", reply_to=brand.reply_to)
    return laid_out(
        Draft(
            language=phrases.language,
            facts=(),
            figures=(),
            fixed=(),
            values={},
            labels={},
            subject=one_line(subject)[:SUBJECT_CHARACTERS_MAX],
            salutation=tuple(filter(None, greeting.split("\n"))),
            before=(phrases.say("thanks", "opening", count=count, **facts),),
            rows=(),
            sums=(),
            after=(*_nothing(account, phrases), reply),
            closing=phrases.say("closing", "text"),
            sender=isolated(sender),
            signature=(isolated(one_line(brand.signature)),) if brand.signature else (),
            logo_url=brand.logo_url,
            colour=brand.colour,
        )
    )


def _nothing(account: Account, phrases: Phrases) -> tuple[str, ...]:
    open_ = any(i.open.amount > 0 for one in (account, *account.beside) for i in one.invoices)
    return () if open_ else (phrases.say("thanks", "nothing"),)
