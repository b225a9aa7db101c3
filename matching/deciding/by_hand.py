"""Money as a person lays it: checked against what there is, with every fault said where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matching.deciding.settlement import CannotSettle, settle
from matching.facts.items import Cash, OpenItem
from providers.ledger import Allocation
from providers.money import Money


class NotLaid(ValueError):
    """The money cannot be laid so; `faults` say what, where, and how to mend it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Laid:
    """The parts, below zero for credit notes, and what stays of the money, in its currency."""

    allocations: tuple[Allocation, ...]
    rest: Money


def lay(
    cash: Cash,
    items: Sequence[OpenItem],
    wanted: Mapping[str, Money],
    *,
    below: Collection[str] = (),
) -> Laid:
    """Lay money on documents, by their ids; a credit note pays as much as is `wanted` of it, and
    amounts are above zero. `below` are the sub-customers of the cash's own customer. Raises
    NotLaid."""
    known = {item.invoice_id: item for item in items}
    owners = {cash.customer_id, *below} if cash.bound else set()
    faults = [fault for id_, amount in wanted.items() for fault in _one(cash, known, id_, amount)]
    faults += [it for id_ in wanted if id_ in known for it in _anothers(known[id_], owners)]
    parts = {id_: part for id_, part in wanted.items() if id_ in known}
    faults = faults or [*_together(cash, known, parts)]
    if faults:
        raise NotLaid(faults)
    allocations = tuple(
        Allocation(id_, -amount if known[id_].is_credit else amount)
        for id_, amount in wanted.items()
    )
    try:
        return Laid(allocations, settle(cash, items, allocations, below=below))
    except CannotSettle as error:
        raise NotLaid([str(error)]) from None


def _one(cash: Cash, known: Mapping[str, OpenItem], id_: str, amount: Money) -> Iterator[str]:
    item = known.get(id_)
    if item is None:
        yield f"{id_} is no open invoice or credit note of this company; take its amount out"
        return
    if item.open.currency != cash.amount.currency:
        yield (
            f"{item.number} is in {item.open.currency}, and {cash.amount} came; money is placed on"
            f" documents in {cash.amount.currency} only, so take its amount out"
        )
        return
    if amount.amount <= 0:
        yield f"{item.number}: {amount} is not more than nothing; write an amount above 0"
    open_ = abs(item.open.amount)
    if amount.amount > open_:
        what = "left of it" if item.is_credit else "open"
        yield (
            f"{item.number}: {amount} is more than the {Money(open_, amount.currency)} {what};"
            " lower the amount"
        )


def _anothers(item: OpenItem, owners: Collection[str]) -> Iterator[str]:
    """`owners` are whose documents the money may be laid on; empty for everybody's."""
    if owners and item.customer_id not in owners:
        yield (
            f"{item.number} is {item.customer_name}'s, and the ledger holds this money for another"
            " customer; such a payment pays invoices of its own customer and the sub-customers of"
            " that one. Take the amount out, or move the payment to that customer in the ledger"
            " first"
        )


def _together(
    cash: Cash, known: Mapping[str, OpenItem], wanted: Mapping[str, Money]
) -> Iterator[str]:
    currency = cash.amount.currency
    if all(known[id_].is_credit for id_ in wanted):
        yield "nothing is placed on an invoice; write an amount beside at least one"
        return
    shares: dict[str, Money] = {}
    for id_, amount in wanted.items():
        item = known[id_]
        part = -amount if item.is_credit else amount
        shares[item.customer_id] = shares.get(item.customer_id, Money.zero(currency)) + part
    names = {known[id_].customer_id: known[id_].customer_name for id_ in wanted}
    for customer_id, share in shares.items():
        if share.amount < 0:
            yield (
                f"the credits of {names[customer_id]} are {-share} more than its invoices take; a"
                " credit pays its own customer's invoices only, so use less of it"
            )
    taken = Money.total(shares.values(), currency)
    if taken > cash.amount:
        yield (
            f"{taken} is placed, and {cash.amount} is there: {taken - cash.amount} too much. Lower"
            " an amount, or use a credit beside the money"
        )
    if not taken.amount:
        yield "the credits pay all of it, and nothing of the money; lay some of the money as well"
