"""The names of a company's payers are worked out again when they change, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.deps import Deps
from connector.evidence import aliases, payer_names
from connector.evidence.aliases import Sort, State
from connector.evidence.catalogue import Book
from connector.mirroring import mirror
from matching.book.payers import payers_of
from matching.facts.items import Cash
from matching.payer_names.names import NameIndex
from providers.ledger import Gone, Kind, Record
from providers.money import Money
from tests.connector.office import connect, customer, invoice


@pytest.fixture
def company(both: Deps) -> int:
    connection_id = connect(both)
    store(both, connection_id, customer("c1", name="Maple Bakery"), customer("c2", name="Oak"))
    return connection_id


def store(
    deps: Deps, connection_id: int, *records: Record, after: timedelta = timedelta(0)
) -> None:
    with deps.writing() as tx:
        mirror.store(tx, connection_id, records, read_at=deps.now() + after)


def index(deps: Deps, connection_id: int) -> NameIndex:
    with deps.reading() as tx:
        return payer_names.index(tx, connection_id)


def meant(deps: Deps, connection_id: int, payer: str) -> set[str]:
    return index(deps, connection_id).called(payer, points_min=88)[0]


def test_it_is_kept_while_no_customer_changes(both: Deps, company: int) -> None:
    first = index(both, company)

    read_again = customer("c1", name="Maple Bakery")
    store(both, company, invoice("i1", customer_id="c1"), read_again, after=timedelta(seconds=1))

    assert index(both, company) is first


@pytest.mark.parametrize(("text", "customer_id"), [
    ("ACH CREDIT MAPLE BAKERY DES:PAYMENT", "c1"), ("wire from Oak Ltd 93", "c2"),
])  # fmt: skip
def test_they_are_found_in_the_text_of_money_that_comes_without_a_payer(
    both: Deps, company: int, text: str, customer_id: str
) -> None:
    money = Cash("m", "", Money.of(100, "USD"), both.now().date(), "", text)

    with both.reading() as tx:
        payers = payers_of(money, Book(tx, company, both.now()), points_min=88)

    assert [(payer.customer_id, payer.doubt) for payer in payers] == [(customer_id, "")]


@pytest.mark.parametrize(("change", "payer", "now"), [
    (customer("c1", name="Elm Bakery", changed=1), "Maple Bakery", set()),
    (customer("c1", name="Elm Bakery", changed=1), "Elm Bakery", {"c1"}),
    (customer("c3", name="Maple Bakery", changed=1), "Maple Bakery", {"c1", "c3"}),
    (replace(customer("c1", name="Maple Bakery", changed=1), active=False), "Maple Bakery", set()),
    (Gone(Kind.CUSTOMER, "c1"), "Maple Bakery", set()),
])  # fmt: skip
def test_a_change_is_seen(
    both: Deps, company: int, change: Record, payer: str, now: set[str]
) -> None:
    assert meant(both, company, "Maple Bakery") == {"c1"}

    store(both, company, change)

    assert meant(both, company, payer) == now


def test_what_was_taken_back_is_not_remembered(both: Deps, company: int) -> None:
    before = index(both, company)

    def crash() -> None:
        with both.writing() as tx:
            mirror.store(tx, company, [customer("c3", name="Fig")], read_at=both.now())
            assert payer_names.index(tx, company).called("Fig", points_min=88)[0] == {"c3"}
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        crash()

    assert meant(both, company, "Fig") == set()
    assert meant(both, company, "Maple Bakery") == {"c1"}
    assert before.called("Fig", points_min=88)[0] == set(), "others may still look into it"


def test_an_accepted_alias_counts_at_once_and_a_revoked_one_no_more(
    both: Deps, company: int
) -> None:
    for number in range(aliases.SEEN_MIN):
        with both.writing() as tx:
            aliases.observe(
                tx, company, payer="ZB Holding", account="", customer_id="c2",
                subject=f"bank:{number}", at=both.now(),
            )  # fmt: skip
    assert meant(both, company, "ZB Holding") == set()
    with both.reading() as tx:
        (alias,) = aliases.listed(tx, company, (State.PROPOSED,))
    assert alias.sort is Sort.NAME

    for accept, now in ((True, {"c2"}), (False, set())):
        with both.writing() as tx:
            aliases.settle(tx, company, alias.id, accept=accept, by="ann", at=both.now())
        assert meant(both, company, "ZB Holding") == now


def test_companies_know_nothing_of_each_other(both: Deps, company: int) -> None:
    other = connect(both, "Other")
    store(both, other, customer("c1", name="Fig"))

    assert meant(both, other, "Fig") == {"c1"}
    assert meant(both, other, "Maple Bakery") == set()
    assert meant(both, company, "Fig") == set()


def test_the_company_asked_of_longest_ago_makes_room(
    both: Deps, company: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payer_names, "NAMES_KEPT_MAX", 3)
    other = connect(both, "Other")
    store(both, other, customer("c1", name="Fig"), customer("c2", name="Quince"))
    first = index(both, company)

    second = index(both, other)

    assert index(both, other) is second
    assert index(both, company) is not first
    assert meant(both, company, "Maple Bakery") == {"c1"}
