"""A reminder by telephone, in words: the text message, what a call says, a person's script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from jinja2 import DictLoader, Environment, StrictUndefined

from dunning.account import Account, DueInvoice
from dunning.decision import Send
from dunning.lines import one_line as line
from dunning.policy import DunningPolicy
from dunning.sms_segments import plainer, septets

LANGUAGES = ("en", "de", "fr", "es", "nl")
OTHERWISE = "en_GB"
TEXT_CHARACTERS_MAX = 320
"""What Twilio recommends at most (twilio.com/docs/glossary/what-sms-character-limit)."""
GSM_SEPTETS_MAX = 306
"""Two joined messages in the GSM alphabet."""
NAME_CHARACTERS = (60, 40, 25, 15)
"""To how much names are shortened, one after the other, until a text fits."""
MONTH_FIRST = ("en", "en_US", "es_US")

# What is said holds no markup; whoever makes XML of it escapes it there.
_TEMPLATES = Environment(
    loader=DictLoader({
        file.name: file.read_text("utf-8")
        for file in (files("dunning") / "templates" / "speech").iterdir()
    }),
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be said about a reminder, as `locale` writes it. `number` and `due` are those of
    the oldest of `count` invoices, `total` what is asked for; `late` tells that `due` is past,
    `in_plan` that all of them are paid by a payment plan, and `due` is an instalment's day.
    `callback` is the number at which a person answers, digit by digit; it may be empty."""

    locale: str
    company: str
    customer: str
    total: str
    count: int
    number: str
    due: str
    late: bool
    callback: str = ""
    in_plan: bool = False

    @property
    def language(self) -> str:
        """One of LANGUAGES."""
        return self.locale.partition("_")[0]


def of_client(policy: DunningPolicy, company: str) -> Facts:
    """What can be said of a client where no reminder is spoken of."""
    return Facts(
        locale=spoken_locale(policy), company=line(policy.brand.sender_name or company),
        customer="", total="", count=0, number="", due="", late=False,
    )  # fmt: skip


def facts_of(
    account: Account, step: Send, policy: DunningPolicy, company: str, *, callback: str = ""
) -> Facts:
    """The facts of a step that was decided on. `company` is the client's name in the ledger; its
    brand's own goes before it. `callback` is a number in E.164, which is said digit by digit."""
    chosen = _chosen(account, step)
    oldest, locale = chosen[0], spoken_locale(policy)
    assert oldest.due is not None, "only invoices with a due date are reminded of"
    return Facts(
        locale=locale,
        company=line(policy.brand.sender_name or company),
        customer=line(account.name) or account.customer_id,
        total=line(step.total.shown(locale)),
        count=len(chosen),
        number=line(oldest.number) or oldest.id,
        due=line(format_date(oldest.due, "long", locale=locale)),
        late=oldest.due < step.on,
        callback=" ".join(callback.removeprefix("+")),
        in_plan=all(i.plan for i in chosen),
    )


def spoken_locale(policy: DunningPolicy) -> str:
    """The policy's locale, or English where nobody wrote its language's sentences."""
    own = policy.locale.partition("_")[0]
    return policy.locale if own in LANGUAGES else OTHERWISE


def text_message(facts: Facts) -> str:
    """The reminder as a text of at most 320 characters, in the GSM alphabet at most two messages;
    long names are shortened until it is. The way to opt out is always in it."""
    for shorter in shortened(facts):
        text = plainer(say("text", shorter))
        if fits(text):
            return text
    raise ValueError(f"the text about {facts.number!r} cannot be made short enough")


def shortened(facts: Facts) -> list[Facts]:
    """The facts with ever shorter names."""
    return [
        replace(facts, company=_short(facts.company, most), number=_short(facts.number, most))
        for most in NAME_CHARACTERS
    ]


def with_pages(text: str, facts: Facts, *, pay: str, account: str) -> str:
    """The text with where to pay and with the customer's account page, as far as there are such
    pages and they fit."""
    for name, url in (("pay", pay), ("account", account)):
        longer = text + plainer(say(name, facts, url=url)) if url else text
        text = longer if fits(longer) else text
    return text


def links_message(facts: Facts, urls: Sequence[str]) -> str:
    """The text that somebody asked for on the telephone: as many pay pages as fit, or that there
    is none."""
    for count in range(len(urls), 0, -1):
        text = plainer(say("links", facts, url=" ".join(urls[:count])))
        if fits(text):
            return text
    return plainer(say("no_links", facts))


def person_script(
    account: Account, step: Send, policy: DunningPolicy, company: str, *, phone: str = ""
) -> str:
    """What a person who calls needs: whom and why, what was said before, what to say and to ask."""
    facts = facts_of(account, step, policy, company)
    return say(
        "task", facts, phone=phone, matter=say("matter", facts), why="; ".join(step.reasons),
        rows=list(_rows(account, step, facts.locale)),
        history=[f"{sent.at:%Y-%m-%d}: {sent.step}" for sent in account.sent],
    )  # fmt: skip


def say(name: str, facts: Facts, **more: Any) -> str:
    """One block of the templates in the facts' language."""
    template = _TEMPLATES.get_template(f"{facts.language}.txt")
    words = {field: getattr(facts, field) for field in Facts.__dataclass_fields__}
    words |= {"one": facts.count == 1, "month_first": is_month_first(facts), **more}
    return "".join(template.blocks[name](template.new_context(words))).strip("\n")


def is_month_first(facts: Facts) -> bool:
    """Whether people there write the month before the day."""
    return facts.locale in MONTH_FIRST


def _chosen(account: Account, step: Send) -> list[DueInvoice]:
    chosen = [i for i in account.invoices if i.id in step.invoice_ids]
    return sorted(chosen, key=lambda i: (i.due or i.issued, i.number, i.id))


def _rows(account: Account, step: Send, locale: str) -> Iterator[str]:
    for invoice in _chosen(account, step):
        due = format_date(invoice.due, "long", locale=locale)
        yield f"{line(invoice.number) or invoice.id}: {invoice.open.shown(locale)}, {due}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."


def fits(text: str) -> bool:
    """Whether a text is short enough to be sent as one."""
    length = septets(text)
    return len(text) <= TEXT_CHARACTERS_MAX and (length is None or length <= GSM_SEPTETS_MAX)
