"""The currency of each line of a CSV, by all that says it: column, headings, signs, the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.bank import amounts, marks
from providers.bank.header_words import stated_currency
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.surroundings import one
from providers.bank.table import Row
from providers.figures import DOLLARS

TOLD_MAX = 6
MARKED = ("amount", "credit", "debit", "balance")


def currencies(rows: Sequence[Row], mapping: Mapping) -> list[str]:
    """The currency of each row. Raises BadStatement where what is written contradicts itself, or
    leaves open which currency is meant."""
    found: list[str] = []
    stated: Row | None = None
    silent: Row | None = None
    for row in rows:
        code, is_stated = _currency(row, mapping)
        found.append(code)
        if not is_stated:
            silent = silent or row
        elif code != mapping.currency.strip().upper():
            stated = stated or row
    if stated and silent:
        raise BadStatement(
            f"line {silent.line}: it names no currency, but line {stated.line} does, and it is not"
            f" {mapping.currency or 'known of the account'}; write the currency on every line"
        )
    return found


def _currency(row: Row, mapping: Mapping) -> tuple[str, bool]:
    """The currency, and whether the file says it."""
    where = f"line {row.line}"
    said = list(_said(row, mapping, where))
    if not said:
        if not mapping.currency:
            raise BadStatement(
                f"{where}: no column and no setting names the currency; set currency to a code"
                " such as EUR"
            )
        return amounts.currency_of(mapping.currency, where), False
    fits = frozenset.intersection(*(meant for _, meant in said))
    if not fits:
        told = " and ".join(dict.fromkeys(text for text, _ in said))
        raise BadStatement(
            f"{where}: {told} are not the same currency; write which it is, on every line"
        )
    home = mapping.currency.strip().upper()
    if home in fits:
        return home, True
    if len(fits) > 1:
        account = f"the account is in {home}" if home else "no setting names the account's currency"
        likely = sorted(fits, key=lambda code: (code not in DOLLARS, code))[:TOLD_MAX]
        raise BadStatement(
            f"{where}: {said[0][0]} may be {', '.join(likely)}, and {account}; write the code, such"
            " as USD 100.00, or add a column Currency"
        )
    return next(iter(fits)), True


def _said(row: Row, mapping: Mapping, where: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Every place that says a currency, as a person finds it, and what it can mean."""
    if column := one(row, mapping, "currency"):
        meant = marks.possible(column) or frozenset({amounts.currency_of(column, where)})
        yield f"{mapping.name('currency')} {column!r}", meant
    for role in MARKED:
        places = mapping.columns.get(role, ())
        for place in (it for it in places if len(places) == 1 or row.cell(it)):
            name = mapping.names[place] if place < len(mapping.names) else ""
            for told, text in ((name, stated_currency(name)), (row.cell(place), row.cell(place))):
                found = marks.possible(text)
                if found is not None:
                    yield f"{told[:40]!r}", found
