"""A letter from a client's own template: filled in, and cleaned of what no mail may hold."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import nh3
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from dunning.letter.plain_text import table_lines
from dunning.message.draft import Draft
from dunning.message.links import safe_link
from dunning.message.wording import SUBJECT_CHARACTERS_MAX
from dunning.rules.own_template import OwnTemplate
from dunning.words.lines import one_line
from dunning.words.placeholders import filled, translated
from providers.email.bodies import plain

TABLE = "\ue000table\ue000"
"""Stands for the table in a text while its paragraphs are found; of Unicode's private use."""
COUNT = "days_overdue"
TAGS = {
    "a", "b", "blockquote", "br", "center", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img",
    "li", "ol", "p", "small", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "u",
    "ul",
}  # fmt: skip
EVERYWHERE = {"align", "dir", "lang", "style", "title", "valign", "width", "height", "bgcolor"}
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": {"href"},
    "img": {"src", "alt"},
    "table": {"border", "cellpadding", "cellspacing", "role"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
FRAME = {"html", "head", "body", "title", "meta"}
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color",
    "border-radius", "border-top", "color", "display", "font-family", "font-size", "font-style",
    "font-weight", "height", "line-height", "margin", "margin-bottom", "margin-top", "max-width",
    "padding", "text-align", "text-decoration", "vertical-align", "white-space", "width",
}  # fmt: skip
"""None of these loads anything, and none moves a text out of its place."""
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
_FOLDER = files("dunning") / "templates"
_NAMES = ("own_page.xml", "own_table.xml")
_TEMPLATES = Environment(
    loader=DictLoader({name: (_FOLDER / name).read_text("utf-8") for name in _NAMES}),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def own_subject(template: OwnTemplate, draft: Draft) -> str:
    """The template's subject in one line, or ours. Raises MissingData."""
    if not template.subject:
        return draft.subject
    subject = filled(template.subject, draft.values, markup=False)
    return one_line(subject)[:SUBJECT_CHARACTERS_MAX]


def in_own_words(template: OwnTemplate, draft: Draft) -> Draft:
    """The letter with the paragraphs of a template that is text. Raises MissingData.

    Without `{{ table }}` it has no table. The sign-off is the template's own, and the link to the
    account page and the payment details stand where the template has them.
    """
    values = {**draft.values, "table": TABLE}
    text = filled(template.body, values, markup=False).replace("\r\n", "\n")
    before, table, after = text.partition(TABLE)
    is_counted = COUNT in translated(f"{template.subject} {template.body}")
    count = draft.values.get(COUNT, "") if is_counted else ""
    return replace(
        draft, subject=own_subject(template, draft), salutation=(), before=_paragraphs(before),
        after=_paragraphs(after.replace(TABLE, "")), closing="", sender="", signature=(),
        rows=draft.rows if table else (), sums=draft.sums if table else (), account_link="",
        payment_details=(), fixed=(),
        counts=(*draft.counts, count) if count else draft.counts,
    )  # fmt: skip


def own_page(template: OwnTemplate, draft: Draft) -> tuple[str, str, str]:
    """Subject, text and HTML of a template that is HTML. Raises MissingData."""
    subject = own_subject(template, draft)
    values = {**draft.values, "table": TABLE}
    if draft.payment_details:
        values["payment_details"] = Markup("<br>").join(draft.payment_details)
    cleaned = _clean(filled(template.body, values, markup=True))
    told = "\n".join(line.strip() for line in plain(cleaned).splitlines() if line.strip())
    text = told.replace(TABLE, "\n" + "\n".join(table_lines(draft)) + "\n")
    table = _TEMPLATES.get_template("own_table.xml").render(draft=draft)
    page = _TEMPLATES.get_template("own_page.xml").render(
        draft=draft, subject=subject, body=cleaned.replace(TABLE, table)
    )
    return subject, text.strip() + "\n", page


def dropped(template: OwnTemplate) -> tuple[str, ...]:
    """The kinds of elements that are taken out of a template, such as script and form."""
    found = {tag.lower() for tag in _TAG.findall(template.body)} if template.markup else set()
    return tuple(sorted(found - TAGS - FRAME))


def _clean(markup: str) -> str:
    return nh3.clean(
        markup, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_attribute,
        clean_content_tags={"script", "style", "title", "form", "iframe", "object", "svg", "math"},
        url_schemes={"https", "http"}, url_relative="deny", filter_style_properties=STYLES,
    )  # fmt: skip


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name in {"href", "src"}:
        return safe_link(value) or None
    return value


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\n") for part in text.split("\n\n") if part.strip())
