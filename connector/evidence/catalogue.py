"""A client's mirrored book as the matcher looks into it: by number, customer, amount and name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property

from connector.db import Tx
from connector.evidence import aliases, habits, payer_names
from connector.evidence.aliases import Sort
from connector.mirroring import documents, mirror, numbers
from matching.book.shelf import SETTLED_FOR, payers_of
from matching.facts.items import Numbering, OpenItem, Payer, Relative, Tally, item_of
from matching.payer_names.names import InText, NameIndex
from providers.ledger import CreditNote, Invoice, Record, Status
from providers.money import Money


class Book:
    """A Catalogue over the mirror, for one transaction."""

    def __init__(self, tx: Tx, connection_id: int, now: datetime) -> None:
        self._tx, self._connection_id = tx, connection_id
        self._since = now - SETTLED_FOR

    @cached_property
    def numbering(self) -> Numbering:
        return habits.numbering(self._tx, self._connection_id)

    @cached_property
    def experience(self) -> Mapping[str, Tally]:
        return habits.experience(self._tx, self._connection_id)

    @cached_property
    def _names(self) -> NameIndex:
        return payer_names.index(self._tx, self._connection_id)

    def numbered(self, keys: Collection[str], *, limit: int) -> list[OpenItem]:
        found = numbers.having(self._tx, self._connection_id, keys, limit=limit + 1)
        return [
            item
            for kind in mirror.DOCUMENTS
            for item in self._items(
                mirror.may_be_paid(
                    self._tx, self._connection_id, kind,
                    [id_ for of_kind, id_ in found if of_kind == kind], settled_since=self._since,
                )
            )
        ]  # fmt: skip

    def owned(self, customer_id: str, *, limit: int) -> list[OpenItem]:
        return self._items(
            mirror.matchable(
                self._tx, self._connection_id, customer_id, settled_since=self._since,
                limit=limit + 1,
            )
        )  # fmt: skip

    def priced(self, amount: Money, *, limit: int) -> list[OpenItem]:
        return self._items(mirror.priced(self._tx, self._connection_id, amount, limit=limit + 1))

    def called(self, payer: str, *, points_min: float) -> list[Payer]:
        return payers_of(self._names, payer, points_min=points_min)

    def named_in(self, text: str) -> list[InText]:
        return self._names.in_text(text)

    def paying_from(self, account: str) -> list[Payer]:
        accepted = aliases.active(self._tx, self._connection_id, Sort.ACCOUNT)
        said = "a person has said that the customer pays from this account"
        return [Payer(customer_id, said) for customer_id, name in accepted if name == account]

    def documents(self, ids: Collection[str]) -> list[OpenItem]:
        """Those of these invoices and credit notes that are open."""
        found = documents.of_ids(self._tx, self._connection_id, ids)
        return self._items(record for record in found if record.status is Status.OPEN)

    def related(self, customer_id: str, *, limit: int) -> list[Relative]:
        families = payer_names.families(self._tx, self._connection_id)
        return families.related(customer_id, limit=limit)

    def _items(self, records: Iterable[Record]) -> list[OpenItem]:
        kept = [record for record in records if isinstance(record, (Invoice, CreditNote))]
        owners = {record.customer_id for record in kept}
        names = mirror.names(self._tx, self._connection_id, owners)
        return [item_of(record, names.get(record.customer_id, "")) for record in kept]
