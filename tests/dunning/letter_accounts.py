"""Accounts and decisions to write letters for: every manner there is, and every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dunning.customer.account import Account, DueInvoice, Promise
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer, Standing
from dunning.deciding.decision import Send
from dunning.deciding.instalments import Every, PaymentPlan, in_parts, under
from dunning.deciding.manner import Manner
from dunning.message.draft import Letterhead
from dunning.rules.brand import Brand
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone
from providers.money import Money
from tests.dunning.accounts import account, invoice

TODAY = date(2026, 3, 16)
HEAD = Letterhead("Cedar & Pine Joinery Ltd", ("1 Mill Lane", "Portland, OR 97201"))
BRAND = Brand(
    sender_name="Cedar & Pine Joinery",
    reply_to="accounts@cedar.example",
    logo_url="https://cedar.example/logo.png",
    colour="#2f5d50",
    signature="Ann Alder",
)
LOCALES = ("en_US", "en_GB", "en_AU", "en_CA", "en_NZ", "de_DE", "fr_FR", "es_ES", "nl_NL")
GOOD = Standing(date(2019, 1, 7), 40, Decimal("0.98"), Decimal(1), Decimal(0))
BAD = Standing(date(2019, 1, 7), 40, Decimal("0.10"), Decimal(45), Decimal(3))
STANDINGS = {Payer.RELIABLE: GOOD, Payer.CHRONIC: BAD}


def policy(locale: str = "en_US", **changes: object) -> DunningPolicy:
    return DunningPolicy(locale=locale, brand=BRAND, **changes)  # type: ignore[arg-type]


def decided(
    one: Account,
    tone: Tone = Tone.REMINDER,
    purpose: Purpose = Purpose.REMIND,
    payer: Payer = Payer.MIXED,
    *,
    heard: bool = True,
) -> Send:
    """A step for all invoices of an account, in a manner of one's choice."""
    disputed = [i.disputed for i in one.invoices if i.disputed]
    asked = Money.total((i.asked for i in one.invoices), one.currency)
    later = Money.total((i.not_yet_due for i in one.invoices), one.currency)
    return Send(
        step=tone.value,
        tone=tone,
        on=TODAY,
        invoice_ids=tuple(i.id for i in one.invoices),
        stages=tuple(tone.value for _ in one.invoices),
        total=asked - one.credits,
        credits=one.credits,
        reasons=(),
        manner=Manner(
            purpose,
            tone,
            payer,
            years=5 if payer is Payer.RELIABLE else 0,
            last_on=date(2026, 3, 9) if heard else None,
            promise=promise(one) if purpose is Purpose.PROMISE_BROKEN else None,
            disputed=Money.total(disputed, one.currency) if disputed else None,
            later=later or None,
            cases=tuple(i.case for i in one.invoices if i.disputed and i.case),
            about=about(one, purpose),
        ),
    )


def about(one: Account, purpose: Purpose) -> tuple[str, ...]:
    ids = {
        Purpose.UNCLEAR: tuple(i.id for i in one.invoices),
        Purpose.PAYMENT_STARTED: (one.invoices[0].id,),
        Purpose.RETURNED: tuple(i.id for i in one.invoices if i.reopened),
    }
    return ids.get(purpose, ())


def promise(one: Account) -> Promise:
    ids = tuple(i.id for i in one.invoices)
    half = Money.of("60", one.currency)
    return Promise(ids, half, date(2026, 3, 12), date(2026, 3, 5), one.invoices[0].open)


def owing(count: int, tone: Tone = Tone.REMINDER, **changes: object) -> Account:
    """Maple Landscaping with one open invoice or more, due as the tone needs it."""
    due = TODAY + timedelta(days=5) if tone is Tone.UPCOMING else TODAY - timedelta(days=14)
    bills: list[DueInvoice] = [
        replace(invoice(f"INV-{n + 1}", f"{1234.5 + n}", due=due + timedelta(days=3 * n)))
        for n in range(count)
    ]
    return account(*bills, **changes)  # type: ignore[arg-type]


def manners() -> Iterator[tuple[Tone, Purpose, Payer, int]]:
    """Every tone, purpose and payer, for one invoice and for more."""
    for tone in Tone:
        for purpose in Purpose:
            for payer in Payer:
                for count in (1, 3):
                    yield tone, purpose, payer, count


def returned(one: Account, count: int = 1) -> Account:
    """The first invoices, so many, were paid and their payments came back."""
    back = tuple(replace(it, reopened=True) for it in one.invoices[:count])
    return replace(one, invoices=(*back, *one.invoices[count:]))


def for_purpose(one: Account, purpose: Purpose) -> Account:
    """The account as it must be for a message of this purpose."""
    if purpose is Purpose.RETURNED:
        return returned(one)
    every = Every.MONTH if len(one.invoices) == 1 else Every.WEEK
    return by_plan(one, every) if purpose is Purpose.INSTALMENT else one


def by_plan(one: Account, every: Every = Every.MONTH) -> Account:
    """All that is open is paid in three parts, the first on the day on which it was due."""
    first = min(i.due for i in one.invoices if i.due)
    owed = Money.total((i.open for i in one.invoices), one.currency)
    ids = tuple(i.id for i in one.invoices)
    plan = PaymentPlan("7", ids, in_parts(owed, 3, first, every))
    return replace(one, invoices=under(plan, one.invoices, TODAY))
