"""Money that waits for a person is decided on again when an invoice comes that it may be for: order
of arrival does not matter, and nobody has to wait for the night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.db import Tx
from connector.money import cash
from connector.money.cash import Standing
from matching.reading_texts.digits import groups_of
from matching.reading_texts.numbering import is_year, plain
from providers.ledger import Invoice, Record, Status
from providers.money import Money

WAITING_MAX = 1000
"""The newest money that is looked through; what lies longer is decided on again in the night."""
DIGITS_MIN = 3


def observe(tx: Tx, connection_id: int, news: Sequence[Record], known: Mapping[str, Money]) -> None:
    """`known` is what was open before on the invoices among the news. More than that is owed where
    the customer, the sum or a number in the text says that the money may be for it."""
    more = [it for it in news if isinstance(it, Invoice) and _is_more(it, known)]
    if not more:
        return
    waiting = cash.listed(tx, connection_id, [Standing.REVIEW], WAITING_MAX, newest=True)
    customers = {it.customer_id for it in more}
    sums = {it.open for it in more}
    numbers = {number for it in more for number in _numbers(it.number)}
    cash.again(tx, connection_id, [
        it for it in waiting
        if it.customer_id in customers or {it.left, it.original} & sums
        or not numbers.isdisjoint(_numbers(it.text))
    ])  # fmt: skip


def _is_more(invoice: Invoice, known: Mapping[str, Money]) -> bool:
    before = known.get(invoice.id)
    return invoice.status is Status.OPEN and (before is None or invoice.open > before)


def _numbers(text: str) -> set[str]:
    """Of three digits at least, which are no year: shorter ones are in every second text."""
    found = {plain(group.digits) for group in groups_of(text)}
    return {it for it in found if len(it) >= DIGITS_MIN and not is_year(it)}
