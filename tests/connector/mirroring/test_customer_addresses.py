"""Whose an address is by the ledger: what the mirror says now, found in all companies at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from connector import lease
from connector.deps import Deps
from connector.inbound import replies
from connector.mirroring import customer_addresses
from connector.syncing import perceive
from providers.ledger import Gone, Kind, Record
from tests.connector.office import connect, customer

ANN, BOB = "Ann@Maple.example", "bob@maple.example"
STRANGER = b"From: spam@nobody.example\r\nTo: ar@localhost\r\nSubject: hi\r\n\r\nhello\r\n"


def read(deps: Deps, connection_id: int, *records: Record) -> None:
    with lease.held(deps, "sync", connection_id) as fence, deps.writing() as tx:
        assert fence is not None
        perceive.keep(tx, fence, records, read_at=deps.now())


def holders(deps: Deps, address: str) -> set[tuple[int, str]]:
    with deps.reading() as tx:
        return customer_addresses.holders(tx, address)


def test_an_address_is_found_in_every_company_whatever_its_letters(both: Deps) -> None:
    one, other = connect(both), connect(both, "else")
    read(both, one, customer("c1", emails=(ANN, BOB, "ann@maple.example")), customer("c2"))
    read(both, other, customer("c7", emails=(BOB,)))
    assert holders(both, "ann@MAPLE.example") == {(one, "c1")}
    assert holders(both, BOB) == {(one, "c1"), (other, "c7")}
    assert holders(both, "maple.example") == set()


@pytest.mark.parametrize(("_case", "later", "known"), [
    ("another address", customer("c1", changed=60, emails=(BOB,)), {BOB}),
    ("no longer active", customer("c1", changed=60, emails=(ANN,), active=False), set()),
    ("gone", Gone(Kind.CUSTOMER, "c1"), set()),
    ("the same", customer("c1", changed=60, emails=(ANN,)), {ANN}),
    ("an older reading", customer("c1", changed=-60, emails=(BOB,)), {ANN}),
    ("too long, and no address", customer("c1", changed=60, emails=(f"{'a' * 250}@x.io", "n/a")),
     set()),
])  # fmt: skip
def test_it_is_known_as_long_as_the_ledger_says_so(
    both: Deps, _case: str, later: Record, known: set[str]
) -> None:
    one = connect(both)
    read(both, one, customer("c1", emails=(ANN,)))
    read(both, one, later)
    assert {address for address in (ANN, BOB) if holders(both, address)} == known


def test_a_stray_mail_costs_the_same_whatever_the_number_of_companies(both: Deps) -> None:
    asked: list[str] = []
    sa.event.listen(both.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for number in range(3):
        connect(both, f"company {number}")
        asked.clear()
        replies.accept(both, STRANGER)
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] > 0


def test_a_mail_of_somebody_known_to_nobody_s_address_costs_the_same(both: Deps) -> None:
    asked: list[str] = []
    sa.event.listen(both.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    first = connect(both, "company 0")
    read(both, first, customer("c1", emails=(ANN,)))
    for number in range(1, 4):
        connect(both, f"company {number}")
        asked.clear()
        raw = f"From: {ANN}\r\nTo: x@y.example\r\nMessage-ID: <a{number}@b>\r\n\r\nhello\r\n"
        replies.accept(both, raw.encode())
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] > 0
