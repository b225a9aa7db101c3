"""A reminder in words: subject, text and HTML under the client's name, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape
from mjml import mjml2html

from dunning.ahead.coming import coming
from dunning.customer.account import Account
from dunning.customer.purpose import Purpose
from dunning.deciding.decision import Send
from dunning.letter.own_letter import in_own_words, own_page
from dunning.letter.paint import on_colour, readable
from dunning.letter.plain_text import as_text
from dunning.message.draft import Draft, Letterhead
from dunning.message.telling import telling
from dunning.message.wording import draft
from dunning.rules.own_template import OwnTemplate
from dunning.rules.policy import DunningPolicy
from dunning.words.phrases import phrases_of

__all__ = [
    "Letter", "Letterhead", "compose", "drafted", "in_words", "laid_out", "own_template",
]  # fmt: skip
_LETTER = "letter.mjml.xml"
_TEMPLATES = Environment(
    loader=DictLoader({_LETTER: (files("dunning") / "templates" / _LETTER).read_text("utf-8")}),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["lines"] = lambda text: Markup("<br />").join(map(escape, text.split("\n")))


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words. `subject` is a single line."""

    subject: str
    text: str
    html: str


def compose(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
    *,
    account_link: str = "",
) -> Letter:
    """The letter for a step that was decided on, in the customer's language, with amounts and
    dates as its locale writes them. `pay_links` are by invoice id; one that is not safe is left
    out. `policy` is the client's; what differs for this customer is taken from it here.

    Where the client has a template of its own for the step, it is filled in. Raises MissingData
    where that asks for something that there is not.
    """
    own = own_template(account, step, policy)
    if own and own.markup:
        parts = drafted(account, step, policy, letterhead, pay_links, account_link=account_link)
        return Letter(*own_page(own, parts))
    return laid_out(
        in_words(account, step, policy, letterhead, pay_links, account_link=account_link)
    )


def in_words(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
    *,
    account_link: str = "",
) -> Draft:
    """The parts of the letter in the words of the client's template where that is a text, else in
    ours. Raises MissingData."""
    parts = drafted(account, step, policy, letterhead, pay_links, account_link=account_link)
    own = own_template(account, step, policy)
    return in_own_words(own, parts) if own and not own.markup else parts


def own_template(account: Account, step: Send, policy: DunningPolicy) -> OwnTemplate | None:
    """The client's own template for a usual message, in the tone in which ours would speak."""
    _, rules = policy.applying_to(account, step.on)
    if step.manner.purpose is not Purpose.REMIND or not rules.templates:
        return None
    phrases = phrases_of(rules.locale)
    spoken = telling(account, step, phrases).tone
    tones = {it.name: it.tone for it in rules.steps}
    name = step.step
    if tones.get(name) is not spoken:
        name = next((other for other, tone in tones.items() if tone is spoken), "")
    wanted = (name, phrases.language)
    return next((t for t in rules.templates if (t.step, t.language) == wanted), None)


def drafted(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
    *,
    account_link: str = "",
) -> Draft:
    """The parts of the letter in our own words."""
    _, rules = policy.applying_to(account, step.on)
    return draft(
        account, step, phrases_of(rules.locale), rules.brand, letterhead, pay_links=pay_links,
        after=coming(account, step, policy), account_link=account_link,
    )  # fmt: skip


def laid_out(parts: Draft) -> Letter:
    """The parts as text and as HTML."""
    markup = _TEMPLATES.get_template(_LETTER).render(
        letter=parts, ink=on_colour(parts.colour), link=readable(parts.colour)
    )
    return Letter(parts.subject, as_text(parts), mjml2html(markup, fonts={}))
