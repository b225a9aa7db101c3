"""What a client's own template may ask for, in our words and in those of other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment

PLACEHOLDERS = {
    "customer": "the customer's name",
    "company": "your name, as the brand or the ledger has it",
    "invoice_number": "the numbers of the invoices, with commas between",
    "invoice_count": "how many invoices the letter is about",
    "total": "what is asked for: the balances less credits and what is being clarified",
    "due_date": "the due date of the oldest invoice",
    "days_overdue": "the days since then; missing where nothing is overdue yet",
    "table": "the invoices with due dates, open balances and links, and the total",
    "pay_link": "the page to pay on; missing where there is none, or more than one invoice",
    "account_link": "the customer's account page; missing unless the policy has switched it on",
    "last_message": "the last day on which each of them was written about; missing where there is"
    " none",
    "next_step": "a sentence on what comes next; missing where that is not known",
    "reply_to": "the address for answers; missing unless the brand has one",
    "signature": "the brand's signature; missing unless there is one",
    "payment_details": "the brand's lines on where to pay to; missing unless there are some",
}
FOREIGN = {
    "customer": ("customername", "customerfullname", "contactname", "clientname", "name"),
    "company": ("companyname", "tradingname", "organisationname", "organizationname", "yourname"),
    "invoice_number": ("invoicenumber", "invoicenumbers", "invoiceno", "documentnumber"),
    "total": ("amountdue", "balancedue", "balance", "totaldue", "amountoutstanding"),
    "due_date": ("duedate",),
    "days_overdue": ("daysoverdue", "dayslate"),
    "pay_link": ("onlineinvoicelink", "invoicelink", "paymentlink", "paynowlink"),
    "table": ("invoicelist", "invoicetable", "overdueinvoices", "invoicesummary"),
}
"""Names in [brackets] as Xero and QuickBooks have them, or %between% signs; letters only."""
_KNOWN = {theirs: ours for ours, names in FOREIGN.items() for theirs in names}
_BRACKETED = re.compile(r"\[([A-Z][A-Za-z. ]{1,40})\]|%([A-Za-z][A-Za-z_ ]{1,40})%")
_UNDERSTOOD = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Test, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip
_PLAIN = SandboxedEnvironment(autoescape=False, undefined=StrictUndefined)
_MARKUP = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


class MissingData(ValueError):
    """A template asks for something that this customer or letter does not have."""


def translated(text: str) -> str:
    """The text with placeholders of other programs in our words, on the same lines."""

    def ours(match: re.Match[str]) -> str:
        name = _KNOWN.get(_letters(match[1] or match[2]))
        return f"{{{{ {name} }}}}" if name else match[0]

    return _BRACKETED.sub(ours, text)


def faults(text: str) -> Iterator[str]:
    """What cannot be filled in, each with its line; nothing if the text can be used."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in _BRACKETED.finditer(line):
            if _letters(match[1] or match[2]) not in _KNOWN:
                yield f"line {number}: {match[0]} is no placeholder that we know"
    try:
        tree = _PLAIN.parse(translated(text))
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    yield from (f"line {node.lineno}: {fault}" for node in _all(tree) if (fault := _fault(node)))


def filled(text: str, values: Mapping[str, str], *, markup: bool) -> str:
    """The text with its values, escaped where it is `markup`. Raises MissingData."""
    environment = _MARKUP if markup else _PLAIN
    try:
        return environment.from_string(translated(text)).render(values)
    except UndefinedError as error:
        name = re.search(r"'(\w+)' is undefined", str(error))
        what = name[1] if name else str(error)
        why = PLACEHOLDERS.get(what, "it is not known")
        raise MissingData(f"the template asks for {what} ({why}), and there is none") from None


def _fault(node: nodes.Node) -> str:
    if not isinstance(node, _UNDERSTOOD):
        return "only {{ placeholder }} and {% if placeholder is defined %} are understood"
    if isinstance(node, nodes.Name) and node.name not in PLACEHOLDERS:
        return f"{{{{ {node.name} }}}} is no placeholder"
    if isinstance(node, nodes.Test) and node.name not in {"defined", "undefined"}:
        return f"'is {node.name}' is not understood; write 'is defined'"
    return ""


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


def _letters(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalpha())
