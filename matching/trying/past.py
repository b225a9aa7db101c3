"""What was open just before each line of money came in, made again from a ledger's past."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matching.book.shelf import SETTLED_FOR, Shelf
from matching.facts.items import OpenItem, Party, item_of
from matching.reading_texts.numbering import learned
from providers.ledger import Allocation, CreditNote, Customer, Invoice, Record, Status
from providers.money import Money
from providers.past import PastReceipt, Taken

STANDING = (Status.OPEN, Status.PAID)


@dataclass(frozen=True, slots=True)
class Line:
    """Money as the bank saw it: one receipt of the ledger, or several that were one line.

    `applied` is what the bookkeeper set it against in the end, sorted by document. `late` tells
    that some of that was not issued yet when the money came: nobody could have applied it then.
    `customer_id` is empty where the receipts are of several customers.
    """

    receipts: tuple[str, ...]
    customer_id: str
    received: date
    amount: Money
    text: str
    applied: tuple[Allocation, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class Move:
    """`at` sorts: the day, then before or after what else that day brought, then the line."""

    at: tuple[date, int, int]
    taken: Taken


class Past:
    """All that a ledger tells of a time gone by.

    A balance is made backwards: that of today, and all that was set against it since. What the
    receipts of a day are set against on that day goes in their order; what is set against something
    later, or without money, comes after the receipts of its day.
    """

    def __init__(self, told: Iterable[Record | PastReceipt]) -> None:
        records: dict[str, Invoice | CreditNote] = {}
        receipts: dict[tuple[object, ...], PastReceipt] = {}
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        for one in told:
            if isinstance(one, Customer):
                self.names[one.id] = one.name
                self.parents[one.id] = one.parent_id
            elif isinstance(one, (Invoice, CreditNote)):
                records[one.id] = one
            elif isinstance(one, PastReceipt):
                again = (one.kind, one.id, *(() if one.total else one.taken))
                receipts[again] = one
        self.voided = sum(one.status in {Status.VOID, Status.DELETED} for one in records.values())
        self.voided_receipts = sum(one.ended for one in receipts.values())
        self._documents = {
            one.id: item_of(one, self.names.get(one.customer_id, ""))
            for one in records.values()
            if one.status in STANDING
        }
        self._lines(sorted((r for r in receipts.values() if not r.ended), key=_order))

    @property
    def documents(self) -> Mapping[str, OpenItem]:
        """As they are today."""
        return self._documents

    def walk(self, since: date, until: date) -> Iterator[tuple[Line, Shelf]]:
        """Each line that came between the days, with what was open just before it, and what had
        been settled lately. The shelf is the same one, moved on: look before the next line."""
        then = _Then(self)
        for index, line in enumerate(self.lines):
            if line.received > until:
                return
            then.move_to(line.received, index)
            if line.received >= since:
                yield line, then.shelf

    def unclear(self, since: date, until: date) -> int:
        """How many receipts between the days may have been one line with others of that day."""
        return sum(
            count
            for (_, day, _), count in self._apart.items()
            if count > 1 and since <= day <= until
        )

    def unexplained(self, since: date) -> int:
        """How many documents issued from a day on were settled by more or less than we were told
        of, for example by a journal entry: their balances of then are not certain."""
        opening = self.opening()
        return sum(
            opening[id_].open != item.total
            for id_, item in self._documents.items()
            if item.issued >= since
        )

    def opening(self) -> dict[str, OpenItem]:
        """The documents before anything that we were told of was set against them."""
        opening = dict(self._documents)
        for move in self.moves:
            item = opening[move.taken.document_id]
            opening[item.invoice_id] = replace(item, open=item.open + move.taken.amount)
        return opening

    def _lines(self, receipts: Sequence[PastReceipt]) -> None:
        groups: dict[str, list[PastReceipt]] = {}
        self._apart: dict[tuple[str, date, str], int] = {}
        for one in receipts:
            if one.total.amount > 0:
                groups.setdefault(one.line or f"{one.kind}:{one.id}", []).append(one)
                if not one.line:
                    place = (one.customer_id, one.received, one.total.currency)
                    self._apart[place] = self._apart.get(place, 0) + 1
        loose = self._with_credits(
            list(groups.values()), [one for one in receipts if one.total.amount <= 0]
        )
        self.lines = tuple(self._line(group) for group in groups.values())
        moves = [
            self._move(taken, line.received, index)
            for index, (line, group) in enumerate(zip(self.lines, groups.values(), strict=True))
            for one in group
            for taken in one.taken
        ]
        moves += [self._move(taken, one.received, -1) for one in loose for taken in one.taken]
        known = (move for move in moves if move.taken.document_id in self._documents)
        self.moves = sorted(known, key=lambda move: move.at)

    def _move(self, taken: Taken, received: date, index: int) -> Move:
        item = self._documents.get(taken.document_id)
        day = max(taken.on, received, item.issued if item else received)
        at_once = index >= 0 and day == received
        return Move((day, 0, index) if at_once else (day, 1, 0), taken)

    def _with_credits(
        self, groups: list[list[PastReceipt]], uses: list[PastReceipt]
    ) -> list[PastReceipt]:
        """A credit note used on the day of the money, on an invoice that the money pays, is part
        of how the money was applied. Returns what stands by itself."""
        paying: dict[tuple[date, str], list[PastReceipt]] = {}
        for group in reversed(groups):
            for part in (part for one in group for part in one.taken):
                paying[group[0].received, part.document_id] = group
        loose = []
        for use in uses:
            found = (paying.get((use.received, part.document_id), []) for part in use.taken)
            group = next(filter(None, found), [])
            if group and not use.total and not self._is_late(use.taken, use.received):
                group.append(use)
            else:
                loose.append(use)
        return loose

    def _line(self, group: Sequence[PastReceipt]) -> Line:
        """A group begins with its money; credits that go with it follow."""
        money = [one for one in group if one.total]
        customers = {one.customer_id for one in money}
        currency = money[0].total.currency
        applied: dict[str, Money] = {}
        for part in (part for one in group for part in one.taken):
            known = applied.get(part.document_id, Money.zero(part.amount.currency))
            applied[part.document_id] = known + part.amount
        return Line(
            receipts=tuple(f"{one.kind}:{one.id}" for one in money),
            customer_id=customers.pop() if len(customers) == 1 else "",
            received=money[0].received, amount=Money.total((m.total for m in money), currency),
            text=" ".join(dict.fromkeys(one.text for one in money if one.text)),
            applied=tuple(Allocation(id_, applied[id_]) for id_ in sorted(applied) if applied[id_]),
            late=self._is_late((part for one in group for part in one.taken), money[0].received),
        )  # fmt: skip

    def _is_late(self, taken: Iterable[Taken], received: date) -> bool:
        items = (self._documents.get(part.document_id) for part in taken)
        return any(item is not None and item.issued > received for item in items)


class _Then:
    """The book as it stood, moved on from line to line."""

    def __init__(self, past: Past) -> None:
        known = past.names.items()
        self.shelf = Shelf((), (Party(id_, name, (), past.parents[id_]) for id_, name in known))
        self.shelf.numbering = learned(item.number for item in past.documents.values())
        self._to_come = deque(sorted(past.opening().values(), key=lambda item: item.issued))
        self._moves = deque(past.moves)
        self._now: dict[str, OpenItem] = {}
        self._settled: deque[tuple[date, str]] = deque()

    def move_to(self, day: date, index: int) -> None:
        """To just before a line of a day."""
        while self._to_come and self._to_come[0].issued <= day:
            self._put(self._to_come.popleft())
        while self._moves and self._moves[0].at < (day, 0, index):
            move = self._moves.popleft()
            item = _after(self._now[move.taken.document_id], move.taken.amount)
            self._put(item)
            if not item.open:
                self._settled.append((move.at[0], item.invoice_id))
        while self._settled and self._settled[0][0] < day - SETTLED_FOR:
            _, id_ = self._settled.popleft()
            if not self._now[id_].open:
                self.shelf.drop(id_)

    def _put(self, item: OpenItem) -> None:
        self._now[item.invoice_id] = item
        self.shelf.put(item)


def _order(receipt: PastReceipt) -> tuple[date, int, str, str]:
    """The order of a day is that of the ids: as entered, where the ledger counts them up."""
    return (receipt.received, len(receipt.id), receipt.id, receipt.kind)


def _after(item: OpenItem, taken: Money) -> OpenItem:
    """What is told may be more than there was; then nothing is left."""
    left = item.open - taken
    if item.is_credit != (left.amount < 0):
        left = Money.zero(left.currency)
    return replace(item, open=left)
