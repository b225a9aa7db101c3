"""The receipts that banks may have taken back: each sum is read once for all its returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from connector.db import Tx
from connector.local_days import moved
from connector.money import cash, set_aside
from connector.money.asides import As, Aside
from connector.money.cash import BANK, Item, Standing
from connector.money.other_records import Records, sums_of
from connector.taken_back import bank_returns, charged
from connector.taken_back.bank_returns import (
    LOOKED_FOR,
    REFERENCE_CHARACTERS_MIN,
    UNMARKED,
    BankReturn,
    State,
)
from providers.bank.identity import is_reference, plain
from providers.ledger import Payment
from providers.money import Money

OFFERED_MAX = 5
FACTS = ("bank_reference", "end_to_end_id")
OVER = (Standing.CLOSED, Standing.IGNORED)
"""Of what stands so there is nothing to close."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The receipts that a return may undo, the newest first, and whether it is plainly the one of
    them; `over` are those that the bank names, or a person chose, of which nothing is to be closed
    here: beside others those only that it may be as well. Of these, `closed` were taken back
    already, and of none of them another return of the bank tells."""

    lines: list[Item]
    is_plain: bool
    over: list[Item] = field(default_factory=list)
    closed: list[Item] = field(default_factory=list)


class Receipts:
    """Those of the sums of these returns, as they stand now."""

    def __init__(self, tx: Tx, connection_id: int, returns: Sequence[BankReturn]) -> None:
        self._tx, self._connection_id = tx, connection_id
        self._returns = list(returns)
        self._days: dict[Money, list[date]] = defaultdict(list)
        for one in returns:
            self._days[one.amount].append(one.day)
        self._lines: dict[Money, list[_Line]] = {}
        self._with_fee: dict[str, list[Item]] | None = None
        self._items: dict[str, Item] = {}
        self._asides: dict[str, Aside | None] = {}
        self._lots: dict[Money | None, Sequence[Item]] = {}
        self._lot: dict[str, Money | None] = {}
        self._held: dict[Money | None, Records] = {}
        self._behind: dict[Money, dict[str, list[BankReturn]]] = {}

    def beside(self, one: BankReturn) -> Beside:
        """By a reference or the text, else by the name of who paid, else by any of these together
        with a fee; plainly the one receipt of the very sum that a reference names, or that text and
        name do. Of money that came on its day only where an older one is named as well: else it may
        be of one that came before all that is known here."""
        found = self._of(one)
        named = _named(one, found)
        live, rest = self._live(named), self._live(found)
        mine = _of_payer(one, rest)
        charged_ = [] if live or mine else self._charged(one)
        over = [
            it for it in (*found, *charged_)
            if self._is_over(it) and (it in (*named, *charged_) or it.subject == one.subject)
        ]  # fmt: skip
        ours = [it for it in over if not self._is_of_another(one, it)]
        closed = self._first([it for it in ours if self.is_returned(it.subject)])
        if live:
            is_told = bool(_with_id(one, live) or _of_payer(one, live))
            is_told = is_told and any(it.day < one.day for it in named)
            is_plain = len(live) == 1 and is_told and not ours
            return Beside(self._first(live), is_plain, self._first(ours), closed)
        offered = [*self._live(charged_), *(mine or rest)]
        return Beside(self._first(offered), is_plain=False, over=self._first(over), closed=closed)

    def named_by(self, one: BankReturn) -> list[Item]:
        """The receipts that a reference or else the text of a return names, whatever became of
        them, the newest first."""
        found = self._of(one)
        named = _named(one, found) or ([] if _of_payer(one, found) else self._charged(one))
        return [self._items[it.subject] for it in named]

    def aside(self, item: Item) -> Aside | None:
        """How a receipt that is over is set aside; None where it is not."""
        if item.subject not in self._asides:
            over = [it.subject for it in self._items.values() if it.state in OVER]
            found = set_aside.about(self._tx, self._connection_id, over)
            self._asides = dict.fromkeys(over) | {it.subject: it for it in found}
        return self._asides[item.subject]

    def find(self, subject: str) -> Item | None:
        """A receipt of one of these sums, or of one with a fee; None where there is none of this
        subject."""
        if subject not in ("", UNMARKED) and subject not in self._items:
            self._charges()  # its return was agreed to be of it, with a fee
        return self._items.get(subject)

    def is_returned(self, subject: str) -> bool:
        """Whether it is closed because the bank took it back."""
        item = self.find(subject)
        aside = self.aside(item) if item and item.state in OVER else None
        return aside is not None and aside.as_ is As.RETURNED

    def held(self, item: Item) -> list[Payment]:
        """The ledger's records, entered by others, that may be the money of a receipt."""
        lot = self._lot[item.subject]
        if lot not in self._held:
            lines = self._lots[lot]
            sums = {it for line in lines for it in sums_of(line)}
            days = [line.received for line in lines]
            self._held[lot] = Records.read(self._tx, self._connection_id, sums, days)
        return self._held[lot].of_line(item)

    def renew(self, item: Item) -> None:
        """Something was done with a receipt."""
        now = cash.find(self._tx, self._connection_id, item.kind, item.id)
        self._behind.pop(item.total, None)
        if now is not None:
            self._items[item.subject] = now
            self._asides[item.subject] = set_aside.standing(
                self._tx, self._connection_id, item.subject
            )

    def _of(self, one: BankReturn) -> list[_Line]:
        if one.amount not in self._lines:
            self._lines[one.amount] = self._read(one.amount)
        first = moved(one.day, -LOOKED_FOR)
        return [
            it for it in self._lines[one.amount]
            if it.account == one.account and first <= it.day <= one.day
        ]  # fmt: skip

    def _charged(self, one: BankReturn) -> list[_Line]:
        """Those that the return names and that come to it with a fee."""
        return [_Line.of(it) for it in self._charges().get(one.id, ())]

    def _charges(self) -> dict[str, list[Item]]:
        if self._with_fee is None:
            self._with_fee = charged.receipts(self._tx, self._connection_id, self._returns)
            found = {it.subject: it for some in self._with_fee.values() for it in some}
            self._keep(None, [*found.values()])
        return self._with_fee

    def _read(self, total: Money) -> list[_Line]:
        """Those of one sum, the newest first."""
        days = self._days[total]
        found = cash.of_totals(
            self._tx, self._connection_id, {total}, since=moved(min(days), -LOOKED_FOR),
            until=max(days), kind=BANK, locked=False,
        )[::-1]  # fmt: skip
        self._keep(total, found)
        return [_Line.of(it) for it in found]

    def _keep(self, lot: Money | None, found: Sequence[Item]) -> None:
        self._lots[lot] = found
        for it in found:
            self._items[it.subject], self._lot[it.subject] = it, lot

    def _is_of_another(self, one: BankReturn, line: _Line) -> bool:
        """Whether a receipt is closed for another return than this one, told once more."""
        if not self.is_returned(line.subject):
            return False
        total = self._items[line.subject].total
        if total not in self._behind:
            behind = self._behind[total] = defaultdict(list)
            for it in bank_returns.of_sums(self._tx, self._connection_id, {total}, tuple(State)):
                behind[it.subject].append(it)
        return any(_is_another(one, it) for it in self._behind[total].get(line.subject, ()))

    def _live(self, lines: Sequence[_Line]) -> list[_Line]:
        return [it for it in lines if not self._is_over(it)]

    def _is_over(self, line: _Line) -> bool:
        return self._items[line.subject].state in OVER

    def _first(self, lines: Sequence[_Line]) -> list[Item]:
        return [self._items[it.subject] for it in lines[:OFFERED_MAX]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A receipt, and what of it a return may say; empty where that says too little."""

    subject: str
    account: str
    day: date
    payer: str
    text: str
    end_to_end_id: str
    bank_reference: str

    @classmethod
    def of(cls, item: Item) -> Self:
        text = plain(item.text)
        says_enough = len(text) >= REFERENCE_CHARACTERS_MIN and any(map(str.isdigit, text))
        return cls(
            item.subject, item.id.rpartition(":")[0], item.received, plain(item.payer),
            text if says_enough else "", _id(item.end_to_end_id), _id(item.bank_reference),
        )  # fmt: skip


def _named(one: BankReturn, lines: Sequence[_Line]) -> list[_Line]:
    said = plain(one.text)
    return _with_id(one, lines) or [it for it in lines if it.text and it.text in said]


def _with_id(one: BankReturn, lines: Sequence[_Line]) -> list[_Line]:
    ours, banks = _id(one.end_to_end_id), _id(one.bank_reference)
    return [
        it for it in lines
        if (ours and it.end_to_end_id == ours) or (banks and it.bank_reference == banks)
    ]  # fmt: skip


def _is_another(one: BankReturn, other: BankReturn) -> bool:
    """Whether it is of another day, or under another reference."""
    pairs = ((_id(getattr(one, name)), _id(getattr(other, name))) for name in FACTS)
    return one.day != other.day or any(a and b and a != b for a, b in pairs)


def _of_payer(one: BankReturn, lines: Sequence[_Line]) -> list[_Line]:
    payer = plain(one.payer)
    return [it for it in lines if payer and it.payer == payer]


def _id(text: str) -> str:
    return plain(text) if is_reference(text) else ""
