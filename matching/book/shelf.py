"""A book in memory, found by number, customer and amount: no look-up goes through all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Protocol

from matching.book.relations import Families
from matching.facts.items import Numbering, OpenItem, Party, Payer, Relative, Tally
from matching.payer_names.names import InText, NameIndex
from matching.reading_texts.numbering import keys_of, learned
from providers.money import Money

SETTLED_FOR = timedelta(days=45)
"""How long a paid invoice is kept in sight, so that it is noticed when it is paid twice."""

UNLIKE = "the payer's name is like the customer's, and differs in a number or a word"
CUSTOMERS_MAX = 12
"""Look-alikes of one payer, and owners of what a text names, that are looked into."""


class Catalogue(Protocol):
    """Where the items are found that may explain a payment. Each look-up is bounded by `limit`,
    which is exceeded by one where there was more."""

    @property
    def numbering(self) -> Numbering: ...

    @property
    def experience(self) -> Mapping[str, Tally]:
        """How a client's own decisions turned out, by rule."""
        ...

    def numbered(self, keys: Collection[str], *, limit: int) -> Collection[OpenItem]:
        """Items of which one of the keys may be the number."""
        ...

    def owned(self, customer_id: str, *, limit: int) -> Collection[OpenItem]:
        """Everything of one customer, the oldest due first."""
        ...

    def priced(self, amount: Money, *, limit: int) -> Collection[OpenItem]:
        """Invoices of which exactly this amount is open."""
        ...

    def called(self, payer: str, *, points_min: float) -> Collection[Payer]:
        """The customers that a payer's name may mean."""
        ...

    def named_in(self, text: str) -> Sequence[InText]:
        """The customers whose whole names or aliases stand in a text."""
        ...

    def paying_from(self, account: str) -> Collection[Payer]:
        """The customers that a person has said to pay from this account."""
        ...

    def related(self, customer_id: str, *, limit: int) -> Collection[Relative]:
        """The sub-customers of a customer, those above it, and theirs."""
        ...


class Shelf:
    """A Catalogue of items and customers that are given to it; items may be put back changed."""

    def __init__(self, items: Iterable[OpenItem], parties: Iterable[Party]) -> None:
        self.experience: dict[str, Tally] = {}
        self._items: dict[str, OpenItem] = {}
        given = list(items)
        self.numbering = learned(item.number for item in given)
        self._by_key: dict[str, dict[str, None]] = {}
        self._by_customer: dict[str, dict[str, None]] = {}
        self._by_amount: dict[Money, dict[str, None]] = {}
        self._parties = list(parties)
        for item in given:
            self.put(item)

    @cached_property
    def _families(self) -> Families:
        return Families(self._parties)

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex(
            (party.id, name) for party in self._parties for name in (party.name, *party.aliases)
        )

    def put(self, item: OpenItem) -> None:
        """Add an item, or put it back as it is now."""
        known = self._items.get(item.invoice_id)
        if known:
            self._by_amount[known.open].pop(known.invoice_id, None)
        else:
            for key in keys_of(item.number, self.numbering):
                self._by_key.setdefault(key, {})[item.invoice_id] = None
            self._by_customer.setdefault(item.customer_id, {})[item.invoice_id] = None
        self._items[item.invoice_id] = item
        self._by_amount.setdefault(item.open, {})[item.invoice_id] = None

    def drop(self, invoice_id: str) -> None:
        """Take an item out of sight; one that is not there does no harm."""
        known = self._items.pop(invoice_id, None)
        if known is None:
            return
        self._by_amount[known.open].pop(invoice_id, None)
        self._by_customer[known.customer_id].pop(invoice_id, None)
        for key in keys_of(known.number, self.numbering):
            self._by_key[key].pop(invoice_id, None)

    def take(self, invoice_id: str, amount: Money) -> None:
        """Money was set against an item."""
        item = self._items[invoice_id]
        self.put(replace(item, open=item.open - amount))

    def numbered(self, keys: Collection[str], *, limit: int) -> list[OpenItem]:
        found: dict[str, None] = {}
        for key in keys:
            found |= self._by_key.get(key, {})
            if len(found) > limit:
                break
        return [self._items[id_] for id_ in list(found)[: limit + 1]]

    def owned(self, customer_id: str, *, limit: int) -> list[OpenItem]:
        found = [self._items[id_] for id_ in self._by_customer.get(customer_id, ())]
        found.sort(key=lambda item: (not item.open.amount, item.age))
        return found[: limit + 1]

    def priced(self, amount: Money, *, limit: int) -> list[OpenItem]:
        return list(self._priced(amount))[: limit + 1]

    def _priced(self, amount: Money) -> Iterator[OpenItem]:
        return (self._items[id_] for id_ in self._by_amount.get(amount, ()))

    def called(self, payer: str, *, points_min: float) -> list[Payer]:
        return payers_of(self._names, payer, points_min=points_min)

    def named_in(self, text: str) -> list[InText]:
        return self._names.in_text(text)

    def paying_from(self, account: str) -> list[Payer]:  # noqa: ARG002
        """Books in files know no accounts."""
        return []

    def related(self, customer_id: str, *, limit: int) -> list[Relative]:
        return self._families.related(customer_id, limit=limit)


def payers_of(names: NameIndex, payer: str, *, points_min: float) -> list[Payer]:
    """The customers that a payer's name may mean, with what says so.

    Endings are often written wrong, so that others with the same core may be meant; where they are
    too many to look into, only the whole name tells. Where one has the name with its legal form,
    those with another form are look-alikes. One whose name differs in a number or a word is shown,
    and nothing is paid only because the money may be its.
    """
    found, points = names.called(payer, points_min=points_min)
    whole = names.is_whole(payer)
    doubt = ""
    if not found and not whole:
        found, points = names.looking_like(payer, points_min=points_min)
        doubt = UNLIKE
    meant = whole if whole and len(found | whole) > CUSTOMERS_MAX else found | whole
    points = 100.0 if whole else points
    said = f"the payer's name is {points:g} % like the customer's"
    alike = whole - full if (full := names.is_full(payer)) else frozenset()
    return [
        Payer(
            id_, "the payer has the customer's name" if id_ in whole else said, points,
            alike=id_ in alike, doubt=doubt,
        )
        for id_ in sorted(meant)
    ]  # fmt: skip
