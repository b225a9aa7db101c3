"""A past made again is the past: balances against an oracle, lines and credits by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.book.shelf import SETTLED_FOR, Shelf
from matching.trying.past import Line, Past
from providers.ledger import CreditNote, Customer, Invoice, Record, Status
from providers.past import PastReceipt, Taken
from tests.matching.books import usd

START = date(2026, 1, 1)
END = START + timedelta(days=120)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CUSTOMERS = ("maple", "oak")


def day(after: int) -> date:
    return START + timedelta(days=after)


def customer(id_: str) -> Customer:
    return Customer(id_, id_.title(), (), "USD", True, "", "1", NOW)


def invoice(
    id_: str, total: int, *, issued: int, left: int, owner: str = "maple",
    status: Status | None = None,
) -> Invoice:  # fmt: skip
    known = status or (Status.OPEN if left else Status.PAID)
    return Invoice(
        id_, f"INV-{id_}", owner, day(issued), day(issued + 14), usd(str(total)), usd(str(left)),
        known, True, "1", NOW,
    )  # fmt: skip


def note(id_: str, total: int, *, issued: int, left: int, owner: str = "maple") -> CreditNote:
    status = Status.OPEN if left else Status.PAID
    return CreditNote(
        id_, f"CN-{id_}", owner, day(issued), usd(str(total)), usd(str(left)), status, "1", NOW
    )


def receipt(
    id_: str, at: int, parts: dict[str, int], *, total: int | None = None, owner: str = "maple",
    on: int | None = None, line: str = "", kind: str = "payment", text: str = "",
) -> PastReceipt:  # fmt: skip
    taken = tuple(
        Taken(doc, usd(str(amount)), day(at if on is None else on)) for doc, amount in parts.items()
    )
    sum_ = sum(parts.values()) if total is None else total
    return PastReceipt(kind, id_, owner, day(at), usd(str(sum_)), text, taken, line=line)


@dataclass(frozen=True)
class Story:
    """A small ledger with its whole history: (id, owner, issued, total) of documents, which are
    credit notes where the total is below zero, and all that was set against them."""

    documents: tuple[tuple[str, str, int, int], ...]
    receipts: tuple[PastReceipt, ...]

    def told(self, since: int) -> list[Record | PastReceipt]:
        """What a ledger would tell today: balances of now, receipts from a day on."""
        found: list[Record | PastReceipt] = [customer(id_) for id_ in CUSTOMERS]
        for id_, owner, issued, total in self.documents:
            left = total - sum(
                int(part.amount.amount)
                for one in self.receipts
                for part in one.taken
                if part.document_id == id_
            )
            make = invoice if total > 0 else note
            found.append(make(id_, abs(total), issued=issued, left=abs(left), owner=owner))
        late = [part.on for one in self.receipts for part in one.taken]
        assert all(on >= START for on in late)
        return found + [
            one
            for one in self.receipts
            if max([one.received, *(part.on for part in one.taken)]) >= day(since)
        ]

    def before(self, line: Line) -> dict[str, Decimal]:
        """The oracle: total less whatever was set against it earlier, document by document. Of a
        day, what is set against at once goes in the order of the receipts, all else comes last."""
        index = {one.id: place for place, one in enumerate(sorted(self.receipts, key=_entered))}
        own = index[line.receipts[0].partition(":")[2]]
        found = {}
        for id_, _, issued, total in self.documents:
            if day(issued) > line.received:
                continue
            left = total
            for one in self.receipts:
                for part in one.taken:
                    when = max(part.on, one.received, day(issued))
                    earlier = when < line.received or (
                        when == line.received == one.received
                        and index[one.id] < own
                        and one.total.amount > 0
                    )
                    if part.document_id == id_ and earlier:
                        left -= int(part.amount.amount)
            found[id_] = Decimal(left)
        return found


def _entered(one: PastReceipt) -> tuple[date, int, str, str]:
    return (one.received, len(one.id), one.id, one.kind)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    documents = []
    for number in range(draw(st.integers(1, 7))):
        sign = draw(st.sampled_from([1, 1, 1, -1]))
        documents.append((
            f"d{number}", draw(st.sampled_from(CUSTOMERS)), draw(st.integers(0, 100)),
            sign * draw(st.integers(1, 9)) * 10,
        ))  # fmt: skip
    left = {id_: total for id_, _, _, total in documents}
    receipts = []
    for number in range(draw(st.integers(1, 12))):
        at, owner = draw(st.integers(0, 120)), draw(st.sampled_from(CUSTOMERS))
        on = at + draw(st.sampled_from([0, 0, 0, 0, 3, 20]))
        parts = {}
        own = [one for one in documents if one[1] == owner and left[one[0]] > 0]
        for id_, _, issued, _ in own[: draw(st.integers(0, 3))]:
            parts[id_] = draw(st.integers(1, left[id_]))
            left[id_] -= parts[id_]
            on = max(on, issued if draw(st.booleans()) else on)
        total = sum(parts.values()) + draw(st.sampled_from([0, 0, 7]))
        if total:
            receipts.append(receipt(f"r{number}", at, parts, total=total, owner=owner, on=on))
    for number, (id_, owner, issued, total) in enumerate(documents):
        own = [one for one in documents if one[1] == owner and left[one[0]] > 0]
        if total < 0 and own and draw(st.booleans()):
            amount = min(-total, left[own[0][0]])
            left[own[0][0]] -= amount
            at = max(issued, own[0][2]) + draw(st.integers(0, 5))
            paid = {part.document_id for r in receipts if r.received == day(at) for part in r.taken}
            if own[0][0] not in paid:
                use = {own[0][0]: amount, id_: -amount}
                receipts.append(receipt(f"u{number}", at, use, total=0, owner=owner, kind="credit"))
            else:
                left[own[0][0]] += amount
    return Story(tuple(documents), tuple(receipts))


@settings(max_examples=300, deadline=None)
@given(stories(), st.integers(0, 60))
def test_every_open_list_is_that_of_the_oracle(story: Story, since: int) -> None:
    issued = {id_: at for id_, _, at, _ in story.documents}
    assume(not any(  # nobody tells of an older receipt that waited for its invoice
        one.received < day(since) <= day(issued[part.document_id])
        for one in story.receipts for part in one.taken
    ))  # fmt: skip
    past = Past(story.told(since))
    seen = []
    for line, shelf in past.walk(day(since), END):
        seen.append(line.receipts[0])
        assert open_of(shelf) == {
            id_: left for id_, left in story.before(line).items() if left
        }, line  # fmt: skip
    came = [one for one in story.receipts if one.total and day(since) <= one.received <= END]
    assert seen == [f"payment:{one.id}" for one in sorted(came, key=_entered)]


def open_of(shelf: Shelf) -> dict[str, Decimal]:
    return {
        item.invoice_id: item.open.amount
        for owner in CUSTOMERS
        for item in shelf.owned(owner, limit=100)
        if item.open
    }


def lines(told: Iterable[Record | PastReceipt]) -> list[Line]:
    return [line for line, _ in Past(told).walk(START, END)]


def applied(line: Line) -> dict[str, int]:
    return {part.invoice_id: int(part.amount.amount) for part in line.applied}


def test_receipts_of_one_line_are_one_and_the_unclear_are_counted() -> None:
    told = [invoice(str(n), 10, issued=1, left=0) for n in range(6)]
    paid = [receipt(str(n), 5, {str(n): 10}, line="batch:1" if n < 3 else "") for n in range(5)]
    past = Past([*told, *paid, receipt("9", 6, {"5": 10})])
    assert [(len(line.receipts), str(line.amount)) for line in past.lines] == [
        (3, "USD 30.00"), (1, "USD 10.00"), (1, "USD 10.00"), (1, "USD 10.00"),
    ]  # fmt: skip
    assert past.unclear(day(5), day(5)) == 2
    assert past.unclear(day(6), END) == 0


def test_a_batch_of_two_customers_has_no_customer() -> None:
    told = [invoice("1", 10, issued=1, left=0), invoice("2", 10, issued=1, left=0, owner="oak")]
    paid = [
        receipt("1", 5, {"1": 10}, line="batch:1"),
        receipt("2", 5, {"2": 10}, line="batch:1", owner="oak"),
    ]
    (line,) = lines([*told, *paid])
    assert line.customer_id == ""
    assert applied(line) == {"1": 10, "2": 10}


def test_a_credit_used_with_the_money_is_part_of_how_it_was_applied() -> None:
    told = [invoice("1", 100, issued=1, left=0), note("c", 30, issued=2, left=0)]
    use = receipt("c", 5, {"1": 30, "c": -30}, total=0, kind="credit_note")
    (line,) = lines([*told, receipt("1", 5, {"1": 70}), use])
    assert applied(line) == {"1": 100, "c": -30}


@pytest.mark.parametrize(("issued", "used"), [(2, 6), (7, 7), (7, 5)])
def test_a_credit_of_another_day_stands_by_itself(issued: int, used: int) -> None:
    told = [invoice("1", 100, issued=1, left=0), note("c", 30, issued=issued, left=0)]
    use = receipt("c", used, {"1": 30, "c": -30}, total=0, kind="credit_note")
    (line,) = lines([*told, receipt("1", 5, {"1": 70}), use])
    assert applied(line) == {"1": 70}


def test_what_was_issued_after_the_money_came_marks_the_line() -> None:
    told = [invoice("1", 10, issued=9, left=0), invoice("2", 10, issued=1, left=0)]
    first, second = lines([*told, receipt("1", 5, {"1": 10}), receipt("2", 5, {"2": 10})])
    assert (first.late, second.late) == (True, False)


def test_voided_documents_and_receipts_are_counted_and_play_no_part() -> None:
    gone = receipt("1", 5, {}, total=10)
    gone = PastReceipt(gone.kind, gone.id, "maple", gone.received, gone.total, "", (), ended=True)
    past = Past([invoice("1", 10, issued=1, left=0, status=Status.VOID), gone])
    assert (past.voided, past.voided_receipts, past.lines) == (1, 1, ())
    assert past.documents == {}


def test_an_invoice_that_something_unseen_settled_is_counted() -> None:
    past = Past([invoice("1", 100, issued=1, left=0), receipt("1", 5, {"1": 60})])
    assert past.unexplained(START) == 1
    assert past.unexplained(day(2)) == 0


def test_a_paid_invoice_stays_in_sight_for_as_long_as_in_the_mirror() -> None:
    told = [invoice("1", 10, issued=1, left=0)]
    paid = [receipt(str(n), at, {"1": 10} if at == 5 else {}, total=10)
            for n, at in enumerate((5, 5 + SETTLED_FOR.days, 6 + SETTLED_FOR.days))]  # fmt: skip
    sights = [
        len(shelf.owned("maple", limit=9)) for _, shelf in Past([*told, *paid]).walk(START, END)
    ]
    assert sights == [1, 1, 0]


def test_the_receipts_of_a_day_come_as_they_were_entered() -> None:
    told = [invoice("1", 30, issued=1, left=0)]
    paid = [receipt(id_, 5, {"1": 10}) for id_ in ("10", "9", "11")]
    assert [line.receipts[0] for line in lines([*told, *paid])] == [
        "payment:9", "payment:10", "payment:11",
    ]  # fmt: skip


def test_a_page_that_was_read_twice_counts_once() -> None:
    told = [invoice("1", 10, issued=1, left=0), receipt("1", 5, {"1": 10})]
    (line,) = lines(told * 2)
    assert line.amount == usd("10")
