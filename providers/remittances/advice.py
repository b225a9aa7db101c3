"""A document, read as a remittance advice: its table, its headline, and the arithmetic of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from providers.figures import Figures, Unreadable, currency_in, day, exact, order_of
from providers.money import Money
from providers.receipts import Remittance, RemittanceLine
from providers.remittances import sums
from providers.remittances import table as tabular
from providers.remittances.document import Document
from providers.remittances.errors import BadRemittance
from providers.remittances.headline import Headline, headline
from providers.remittances.sums import One
from providers.remittances.table import Row, Table, read_amount
from providers.remittances.words import Role

NOT_ONE = (
    "no table with an invoice number and an amount was found, and no sentences whose amounts make a"
    " stated total; the columns must have headings such as Invoice and Amount paid"
)
FINEST = Decimal("0.000001")
"""A spreadsheet's arithmetic is binary: what differs by less is the same amount."""


@dataclass(frozen=True, slots=True)
class _Reader:
    currency: str
    figures: Figures

    def money(self, amount: Decimal) -> Money:
        nearest = Money(amount, self.currency)
        if abs(nearest.amount - amount) <= FINEST:
            return nearest
        return exact(amount, self.currency)


def remittance(document: Document, *, home: str = "") -> Remittance:
    """The advice in a document. `home` is the currency where none is written.

    Raises BadRemittance where there is none, or where it cannot be read for certain.
    """
    table = tabular.tables(document.grids)
    if not table.rows:
        raise BadRemittance(NOT_ONE)
    head = headline(document)
    stated = "" if table.total and not head.says_paid else head.get(Role.TOTAL)
    currency = _currency(table, head, home)
    try:
        reader = _Reader(
            currency, Figures.of([*table.amounts(), *filter(None, [stated])], currency)
        )
        found = _total(table, stated, reader)
        lines = [_line(row, table, reader) for row in table.rows]
    except Unreadable as error:
        raise BadRemittance(str(error)) from None
    parted = sums.parted([*map(One, table.rows, lines)], found)
    made = assembled(
        [one.line for one in parted.ones], [one.row.is_credit for one in parted.ones],
        total=parted.total, payer=head.get(Role.PAYER), reference=head.get(Role.REFERENCE),
        day=_day(head.get(Role.DAY), table),
    )  # fmt: skip
    return replace(made, unclear=tuple(parted.doubts))


def assembled(
    lines: Sequence[RemittanceLine],
    credits_: Sequence[bool],
    *,
    total: Money | None,
    payer: str,
    reference: str,
    day: date | None,
) -> Remittance:
    """The advice of these lines. Credit notes that are written without their minus get it only
    where the stated total proves that it is meant."""
    currency = lines[0].net.currency
    made = Money.total((line.net for line in lines), currency)
    if total is not None and made != total:
        turned = [
            negated(line) if credit and line.net.amount > 0 else line
            for line, credit in zip(lines, credits_, strict=True)
        ]
        if Money.total((line.net for line in turned), currency) == total:
            lines = turned
    return Remittance(
        payer=payer, reference=reference, day=day, total=made if total is None else total,
        lines=tuple(lines), stated=total is not None,
    )  # fmt: skip


def negated(line: RemittanceLine) -> RemittanceLine:
    return RemittanceLine(
        line.number, -line.gross, -line.discount, -line.deduction, -line.net, line.reason
    )


def _currency(table: Table, head: Headline, home: str) -> str:
    named = {row.text(Role.CURRENCY).upper() for row in table.rows} - {""}
    if len(named) > 1:
        raise BadRemittance(
            f"the lines are in {' and '.join(sorted(named))}; one advice has one currency"
        )
    written = [*named, head.get(Role.CURRENCY), currency_in(head.get(Role.TOTAL), home=home)]
    written += [currency_in(text, home=home) for text in (table.heading, *table.amounts())]
    found = next((code for code in written if code), home)
    if not found:
        raise BadRemittance("no currency is written; add it, such as Currency: EUR")
    if found not in list_currencies():
        raise BadRemittance(f"{found!r} is no currency; write USD, EUR, ...")
    return found


def _total(table: Table, stated: str, reader: _Reader) -> Money | None:
    if stated:
        return reader.money(reader.figures.read(stated))
    found = tabular.amount_of(table.total, reader.figures)
    return None if found is None else reader.money(found)


def _line(row: Row, table: Table, reader: _Reader) -> RemittanceLine:
    read = {role: read_amount(row, role, reader.figures) for role in tabular.AMOUNTS}
    discount, deduction = read[Role.DISCOUNT] or Decimal(0), read[Role.DEDUCTION] or Decimal(0)
    gross, net = read[Role.GROSS], read[Role.NET]
    if net is None and gross is not None and Role.AMOUNT in table.roles:
        net = read[Role.AMOUNT]
    elif gross is None:
        gross = read[Role.AMOUNT]
    if gross is not None and net is not None:
        discount, deduction = _signed(gross, discount, deduction, net)
        if _explains_rest(row, table):
            deduction = gross - discount - net
    elif gross is not None:
        discount, deduction = _alike(gross, discount), _alike(gross, deduction)
        net = gross - discount - deduction
    else:
        assert net is not None, "a row is one because something is payable in it"
        gross = net + discount + deduction
    return RemittanceLine(
        number=row.text(Role.NUMBER), gross=reader.money(gross), discount=reader.money(discount),
        deduction=reader.money(deduction), net=reader.money(net), reason=row.text(Role.REASON),
    )  # fmt: skip


def _explains_rest(row: Row, table: Table) -> bool:
    """Without a column for deductions, what was not paid is one: if nothing else is taken off in
    this table, or if the row gives a reason."""
    if Role.DEDUCTION in table.roles:
        return False
    return Role.DISCOUNT not in table.roles or bool(row.text(Role.REASON))


def _signed(
    gross: Decimal, discount: Decimal, deduction: Decimal, net: Decimal
) -> tuple[Decimal, Decimal]:
    """Discount and deduction as what is taken off, whichever sign they were written with; as they
    stand where no sign makes the row add up."""
    for one in (discount, -discount):
        for two in (deduction, -deduction):
            if abs(gross - one - two - net) <= FINEST:
                return one, two
    return discount, deduction


def _alike(gross: Decimal, taken: Decimal) -> Decimal:
    """What is taken off has the sign of the amount that it is taken off from."""
    return abs(taken) if gross > 0 else -abs(taken)


def _day(text: str, table: Table) -> date | None:
    """A date that can be read two ways is none: money is then looked for about its arrival."""
    order = order_of([text, *(row.text(Role.DAY) for row in table.rows)])
    try:
        return day(text, order)
    except Unreadable:
        return None
