"""A reminder by telephone, in words: the text message, what a call says, a person's script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account, DueInvoice
from dunning.deciding.decision import Send
from dunning.message.telling import Telling, number_of, telling
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone
from dunning.spoken.sms_segments import plainer, septets
from dunning.words.lines import one_line as line
from dunning.words.phrases import LANGUAGES, UNKNOWN, Phrases, phrases_of

OTHERWISE = "en_GB"
TEXT_CHARACTERS_MAX = 320
"""What Twilio recommends at most (twilio.com/docs/glossary/what-sms-character-limit)."""
GSM_SEPTETS_MAX = 306
"""Two joined messages in the GSM alphabet."""
NAME_CHARACTERS = (60, 40, 25, 15)
"""To how much names are shortened, one after the other, until a text fits."""
PLACEHOLDERS = (
    "number", "total", "due", "last_on", "promised", "promised_on", "returned", "reopened", "page",
)  # fmt: skip
BROKEN = "promise_broken"
DUE_TODAY = "due_today"
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
    the oldest of `count` invoices, `total` what is asked for. `callback` is the number at which a
    person answers, digit by digit. `matter` and `register` choose the words, as a letter's are
    chosen, in a `form` that fits; `last_on` is when we wrote about all of them, `promised` by
    `promised_on` what was said to be paid and was not. `reopened` of them are open again, the
    numbers of which are `returned`; `page` is the number of the invoice whose pay page was opened.
    Any but the first seven may be empty."""

    locale: str
    company: str
    customer: str
    total: str
    count: int
    number: str
    due: str
    callback: str = ""
    matter: str = Tone.REMINDER
    register: str = "plain"
    form: str = ""
    last_on: str = ""
    promised: str = ""
    promised_on: str = ""
    returned: str = ""
    reopened: int = 0
    page: str = ""

    @property
    def language(self) -> str:
        """One of LANGUAGES."""
        return self.locale.partition("_")[0]


def of_client(policy: DunningPolicy, company: str) -> Facts:
    """What can be said of a client where no reminder is spoken of; `policy` is as it holds for the
    customer."""
    return Facts(
        locale=spoken_locale(policy), company=line(policy.brand.sender_name or company),
        customer="", total="", count=0, number="", due="",
    )  # fmt: skip


def facts_of(
    account: Account, step: Send, policy: DunningPolicy, company: str, *, callback: str = ""
) -> Facts:
    """The facts of a step that was decided on, in the customer's language. `policy` is the
    client's, `company` its name in the ledger; the brand's own goes before it. `callback` is a
    number in E.164, which is said digit by digit."""
    _, rules = policy.applying_to(account, step.on)
    told = telling(account, step, phrases_of(spoken_locale(rules)))
    oldest = told.chosen[0]
    promise = step.manner.promise or next(iter(told.broken), None)
    return Facts(
        locale=told.phrases.locale,
        company=line(rules.brand.sender_name or company),
        customer=line(account.name) or account.customer_id,
        total=line(told.phrases.amount(step.total)),
        count=len(told.chosen),
        number=number_of(oldest),
        due=line(told.values["due"]),
        callback=" ".join(callback.removeprefix("+")),
        matter=DUE_TODAY if _is_due_today(told, oldest) else told.matter,
        register=told.register,
        form=told.form,
        last_on=line(told.values.get("last_on", "")),
        promised=line(told.phrases.amount(promise.amount)) if promise else "",
        promised_on=line(told.phrases.day(promise.on)) if promise else "",
        returned=", ".join(number_of(i) for i in told.chosen if i.id in step.manner.returned),
        reopened=told.reopened,
        page=next((number_of(i) for i in told.chosen if i.id == step.manner.page), ""),
    )


def _is_due_today(told: Telling, oldest: DueInvoice) -> bool:
    return told.matter == Tone.UPCOMING and oldest.due == told.step.on


def spoken_locale(policy: DunningPolicy) -> str:
    """The policy's locale, or English where nobody wrote its language's sentences."""
    locale = policy.locale or UNKNOWN
    return locale if locale.partition("_")[0] in LANGUAGES else OTHERWISE


def text_message(facts: Facts) -> str:
    """The reminder as a text of at most 320 characters, in the GSM alphabet at most two messages;
    long names are shortened until it is, and what is asked is left out where that is not enough.
    The way to opt out is always in it."""
    return _shortest(facts, lambda one: f"{brief(one)} {_brief(one, 'ask')}".strip(), brief)


def _shortest(facts: Facts, *wordings: Callable[[Facts], str]) -> str:
    for words in wordings:
        for shorter in shortened(facts):
            text = plainer(say("text", shorter, told=words(shorter)))
            if fits(text):
                return text
    raise ValueError(f"the text about {facts.number!r} cannot be made short enough")


def brief(facts: Facts) -> str:
    """What a reminder is about, in a sentence or two that can be read and heard, with the promise
    that was broken."""
    told = _brief(facts, "told")
    if not facts.promised or facts.matter == BROKEN:
        return told
    return f"{told} {_say(facts, 'told', 'promise')}"


def _brief(facts: Facts, kind: str) -> str:
    return _say(facts, kind, facts.matter, facts.register)


def _say(facts: Facts, *path: str) -> str:
    values = {field: str(getattr(facts, field)) for field in PLACEHOLDERS}
    phrases = phrases_of(facts.locale)
    return phrases.say("brief", *path, count=facts.count, form=facts.form, **values)


def shortened(facts: Facts) -> list[Facts]:
    """The facts with ever shorter names."""
    return [
        replace(
            facts, company=_short(facts.company, most), number=_short(facts.number, most),
            returned=_short(facts.returned, most), page=_short(facts.page, most),
        )
        for most in NAME_CHARACTERS
    ]  # fmt: skip


def with_pages(text: str, facts: Facts, *, pay: str, account: str) -> str:
    """The text with where to pay and with the customer's account page, as far as there are such
    pages and they fit. Where a pay page does not, what our own words ask for gives way to it."""
    if pay and not fits(_with(text, facts, "pay", pay)) and text == text_message(facts):
        told = _shortest(facts, brief)
        text = told if fits(_with(told, facts, "pay", pay)) else text
    for name, url in (("pay", pay), ("account", account)):
        longer = _with(text, facts, name, url) if url else text
        text = longer if fits(longer) else text
    return text


def _with(text: str, facts: Facts, name: str, url: str) -> str:
    return text + plainer(say(name, facts, url=url))


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
    hours = hours_of(policy, account.time_zone)
    said = [sent for sent in account.sent if sent.went_out]
    return say(
        "task", facts, phone=phone, matter=brief(facts), why="; ".join(step.reasons),
        rows=list(_rows(account, step, phrases_of(facts.locale))),
        history=[f"{hours.today(sent.at)}: {sent.step}" for sent in said],
    )  # fmt: skip


def say(name: str, facts: Facts, **more: Any) -> str:
    """One block of the templates in the facts' language."""
    template = _TEMPLATES.get_template(f"{facts.language}.txt")
    words = {field: getattr(facts, field) for field in Facts.__dataclass_fields__}
    words |= {"month_first": is_month_first(facts), **more}
    return "".join(template.blocks[name](template.new_context(words))).strip("\n")


def is_month_first(facts: Facts) -> bool:
    """Whether people there write the month before the day."""
    return facts.locale in MONTH_FIRST


def _rows(account: Account, step: Send, phrases: Phrases) -> Iterator[str]:
    for invoice in telling(account, step, phrases).chosen:
        assert invoice.due is not None, "only invoices with a due date are reminded of"
        yield f"{number_of(invoice)}: {phrases.amount(invoice.open)}, {phrases.day(invoice.due)}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."


def fits(text: str) -> bool:
    """Whether a text is short enough to be sent as one."""
    length = septets(text)
    return len(text) <= TEXT_CHARACTERS_MAX and (length is None or length <= GSM_SEPTETS_MAX)
