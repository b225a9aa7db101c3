"""The proof of a statement: what was there, plus every booked movement, is what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from providers.bank.refusal import BadStatement
from providers.money import Money
from providers.receipts import Statement


def prove(statement: Statement) -> None:
    """Raises BadStatement with the figures where a statement does not add up to the cent."""
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        assert statement.unchecked, "say why nothing is compared"
        return
    where = f"statement {statement.number or '(no number)'} of account {statement.account}"
    for name, balance in (("opening", opening), ("closing", closing)):
        if balance.currency != statement.currency:
            raise BadStatement(
                f"{where}: the {name} balance is in {balance.currency}, the account in"
                f" {statement.currency}; ask the bank for the file again"
            )
    total = booked(statement, where)
    if opening + total != closing:
        raise BadStatement(
            f"{where}: {opening} and movements of {total} make {opening + total}, but the closing"
            f" balance is {closing}; lines are missing or changed: ask the bank for the file again"
        )


def booked(statement: Statement, where: str) -> Money:
    """The sum of every booked movement, in the currency of the account. Raises BadStatement."""
    total = Money.zero(statement.currency)
    for entry in statement.entries:
        if not entry.is_booked:
            continue
        if entry.amount.currency != statement.currency:
            raise BadStatement(
                f"{where}: a movement of {entry.amount} on an account in {statement.currency};"
                " its balances cannot be proved"
            )
        total = total + entry.amount
    return total


def with_gaps(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, with a remark where one does not begin where the one before ended."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, statement in enumerate(statements):
        if statement.opening is not None and statement.closing is not None:
            places.setdefault((statement.account, statement.currency), []).append(place)
    found = list(statements)
    for of_account in places.values():
        if not (_gaps(statements, of_account) and _gaps(statements, of_account[::-1])):
            continue
        for before, place in _gaps(statements, of_account):
            told_ = f"it opens with {statements[place].opening}, but the one before it closed with"
            remark = f"{told_} {statements[before].closing}: a statement between them is missing"
            found[place] = replace(found[place], remarks=(*found[place].remarks, remark))
    return found


def _gaps(statements: Sequence[Statement], places: Sequence[int]) -> list[tuple[int, int]]:
    return [
        (before, place)
        for before, place in pairwise(places)
        if statements[before].closing != statements[place].opening
    ]


def told(statement: Statement) -> str:
    """The outcome of the proof, in words."""
    if statement.opening is None or statement.closing is None:
        return f"not checked: {statement.unchecked}"
    return f"{statement.opening} + movements = {statement.closing}, to the cent"
