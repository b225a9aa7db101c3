"""A reminder in words: subject, text and HTML under the client's name, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from jinja2 import DictLoader, Environment, StrictUndefined, Template, select_autoescape
from mjml import mjml2html

from dunning.account import Account, DueInvoice
from dunning.decision import Send
from dunning.plain import line as _line
from dunning.policy import DunningPolicy
from providers.money import Money

SUBJECT_CHARACTERS_MAX = 150
NOTHING_MORE: Mapping[str, str] = MappingProxyType({})
LOOPBACK = ("127.0.0.1", "::1", "localhost")

_FILES = {
    file.name: file.read_text("utf-8")
    for file in (files("dunning") / "templates").iterdir()
    if file.name.endswith((".txt", ".mjml.xml"))
}


# Plain text holds no markup to escape; everything that becomes HTML is escaped.
_TEMPLATES = Environment(
    loader=DictLoader(_FILES),
    autoescape=select_autoescape(enabled_extensions=("xml",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose letter it is, as the ledger names it; the brand's own words go before it."""

    company: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words. `subject` is a single line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice as letters show it. `amount` is what is open, `when` how late it is."""

    number: str
    amount: str
    due: str
    when: str
    partly: str
    link: str


def compose(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
) -> Letter:
    """The letter for a step that was decided on, in English, with amounts and dates as
    `policy.locale` writes them. `pay_links` are by invoice id; one that is not safe is left out.
    """
    words = written(account, step, policy, letterhead, pay_links)
    text = _TEMPLATES.get_template("letter.txt").render(words)
    markup = _TEMPLATES.get_template("letter.mjml.xml").render(words)
    return Letter(words["subject"], text.strip() + "\n", mjml2html(markup, fonts={}))


def written(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
    *,
    template: str = "",
    more: Mapping[str, str] = NOTHING_MORE,
) -> dict[str, Any]:
    """All that a letter says, by the names that templates use; `subject`, `opening` and `closing`
    are those of a template, by default of the step's tone. `more` is what only that one names."""
    chosen = [i for i in account.invoices if i.id in step.invoice_ids]
    words = _facts(account, step, policy, letterhead, chosen=chosen) | dict(more)
    words["rows"] = rows = [
        _row(i, step, locale=policy.locale, link=safe_link(pay_links.get(i.id, "")))
        for i in sorted(chosen, key=lambda i: (i.due or i.issued, i.number, i.id))
    ]
    words["one"] = rows[0] if len(rows) == 1 else None
    words["it"] = "this invoice" if len(rows) == 1 else "these invoices"
    number = f"invoice {rows[0].number}" if len(rows) == 1 else f"{len(rows)} open invoices"
    words["subject_matter"] = number
    words["early"] = any(i.due is not None and i.due >= step.on for i in chosen)
    tone = _TEMPLATES.get_template(template or f"{step.tone}.txt")
    for block in ("subject", "opening", "closing"):
        words[block] = _line(_block(tone, block, words))
    words["subject"] = words["subject"][:SUBJECT_CHARACTERS_MAX]
    return words


def phrase(name: str, words: Mapping[str, Any], *, template: str) -> str:
    """One block of a template, as one line of plain text."""
    return _line(_block(_TEMPLATES.get_template(template), name, words))


def safe_link(url: str) -> str:
    """The address if a customer may be sent there: https, or this machine; else empty."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if any(char.isspace() or not char.isprintable() or char in "\"'<>\\" for char in url):
        return ""
    if not host or parts.username is not None:
        return ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return url if safe else ""


def _facts(
    account: Account,
    step: Send,
    policy: DunningPolicy,
    letterhead: Letterhead,
    *,
    chosen: list[DueInvoice],
) -> dict[str, Any]:
    brand, locale = policy.brand, policy.locale
    owed = Money.total((i.open for i in chosen), account.currency)
    return {
        "company": _line(brand.sender_name or letterhead.company),
        "sender": _line(brand.sender_name or letterhead.company),
        "customer": _line(account.name) or "there",
        "owed": owed.shown(locale),
        "credit": step.credits.shown(locale) if step.credits else "",
        "total": step.total.shown(locale),
        "reply_to": brand.reply_to,
        "signature": _line(brand.signature),
        "address": [_line(line) for line in letterhead.address if _line(line)],
        "logo_url": brand.logo_url,
        "colour": brand.colour,
    }


def _row(invoice: DueInvoice, step: Send, *, locale: str, link: str) -> Row:
    assert invoice.due is not None, "only invoices with a due date are reminded of"
    late_days = (step.on - invoice.due).days
    count = f"{abs(late_days)} day{'' if abs(late_days) == 1 else 's'}"
    when = "due today" if not late_days else f"{count} late" if late_days > 0 else f"in {count}"
    partly = "" if invoice.open == invoice.total else f"of {invoice.total.shown(locale)}"
    return Row(
        number=_line(invoice.number) or invoice.id,
        amount=invoice.open.shown(locale),
        due=format_date(invoice.due, "long", locale=locale),
        when=when,
        partly=partly,
        link=link,
    )


def _block(template: Template, name: str, words: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(words))))
