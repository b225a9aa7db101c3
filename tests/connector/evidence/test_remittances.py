"""Advices: each counts once, and beside its money it decides, whichever of the two came first."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.deps import Deps
from connector.evidence import remittances
from connector.money import cash
from connector.money.cash import Standing
from connector.receiving import advices
from connector.rules.modes import Mode
from providers.receipts import Receipt
from providers.remittances.errors import BadRemittance
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect, usd
from tests.providers.remittances.papers import fixture, page_of, pdf

Opens = Callable[..., Firm]
ADVICE = (
    b"Payer,Ash\nTrace number,EFT-5550123\nCurrency,USD\nInvoice,Amount paid\n"
    b"INV-1,60.00\nINV-2,40.00\nTotal,100.00\n"
)  # fmt: skip


def kept(deps: Deps, connection_id: int) -> list[remittances.Kept]:
    with deps.reading() as tx:
        return remittances.listed(tx, connection_id)


def arrive(deps: Deps, connection_id: int, *receipts: Receipt) -> None:
    with deps.writing() as tx:
        cash.arrive(tx, connection_id, receipts)


def pair_up(deps: Deps, connection_id: int) -> int:
    with deps.writing() as tx:
        return remittances.pair_up(tx, connection_id, at=deps.now())


def line(bank_id: str = "1", amount: str = "100", *, payer: str = "ASH LTD",
         text: str = "") -> Receipt:  # fmt: skip
    return Receipt("main", bank_id, TODAY, usd(amount), payer, text)


def states(deps: Deps, connection_id: int) -> list[Standing]:
    with deps.reading() as tx:
        return [item.state for item in cash.listed(tx, connection_id, tuple(Standing))]


def test_the_same_advice_counts_once_in_whatever_form(both: Deps) -> None:
    connection_id = connect(both)
    assert advices.import_file(both, connection_id, ADVICE, by="tests") == (1, 1)
    assert advices.import_file(both, connection_id, ADVICE, by="tests") == (1, 0)
    printed = page_of(ADVICE.decode().replace(",", "        "))
    assert advices.import_file(both, connection_id, pdf([printed]), by="tests") == (1, 0)
    assert [row.state for row in kept(both, connection_id)] == ["waiting"]


@pytest.mark.parametrize("money_first", [True, False])
def test_either_order_gives_the_same_state(both: Deps, money_first: bool) -> None:
    connection_id = connect(both)
    steps: list[Callable[[], object]] = [
        lambda: arrive(both, connection_id, line(text="credit EFT 5550123")),
        lambda: advices.import_file(both, connection_id, ADVICE, by="tests"),
    ]
    for step in steps if money_first else steps[::-1]:
        step()
    pair_up(both, connection_id)
    (row,) = kept(both, connection_id)
    assert (row.state, row.subject) == ("paired", "bank:main:1")
    with both.reading() as tx:
        item = cash.find(tx, connection_id, "bank", "main:1")
        assert item is not None
        assert item.state is Standing.NEW
        assert remittances.paired(tx, connection_id, item) == row.remittance
    assert pair_up(both, connection_id) == 0


@pytest.mark.parametrize(("standing", "after"), [
    (Standing.REVIEW, Standing.NEW), (Standing.SHADOW, Standing.NEW),
    (Standing.APPLYING, Standing.APPLYING), (Standing.APPLIED, Standing.APPLIED),
])  # fmt: skip
def test_money_that_waits_is_decided_on_again_and_placed_money_is_let_alone(
    deps: Deps, standing: Standing, after: Standing
) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line())
    with deps.writing() as tx:
        item = cash.find(tx, connection_id, "bank", "main:1")
        assert item is not None
        cash.stand(tx, connection_id, item, standing)
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert states(deps, connection_id) == [after]
    assert kept(deps, connection_id)[0].state == "paired"


def test_closed_money_and_that_of_another_advice_is_not_taken(deps: Deps) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line("1"), line("2", text="EFT-5550123"))
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert kept(deps, connection_id)[0].subject == "bank:main:2"
    other = ADVICE.replace(b"5550123", b"5550199").replace(b"INV-2", b"INV-3")
    advices.import_file(deps, connection_id, other, by="tests")
    assert {row.subject for row in kept(deps, connection_id)} == {"bank:main:1", "bank:main:2"}


def test_of_several_that_fit_none_is_chosen(deps: Deps) -> None:
    connection_id = connect(deps)
    arrive(deps, connection_id, line("1"), line("2"))
    advices.import_file(deps, connection_id, ADVICE, by="tests")
    assert [row.state for row in kept(deps, connection_id)] == ["waiting"]


def test_tenants_do_not_see_each_others_advices(both: Deps) -> None:
    one, other = connect(both), connect(both, "Birch")
    arrive(both, other, line(text="EFT-5550123"))
    advices.import_file(both, one, ADVICE, by="tests")
    assert kept(both, other) == []
    assert pair_up(both, other) == 0
    assert kept(both, one)[0].state == "waiting"


def test_a_bad_file_leaves_nothing(deps: Deps) -> None:
    connection_id = connect(deps)
    cut = fixture("x12_5010.edi").replace(b"SE|9|0002", b"SE|8|0002")
    with pytest.raises(BadRemittance):
        advices.import_file(deps, connection_id, cut, by="tests")
    assert kept(deps, connection_id) == []


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def two_invoices(firm: Firm) -> tuple[str, str]:
    customer = firm.books.customer("Ash")
    found = firm.owe(customer, "INV-1", "60.00"), firm.owe(customer, "INV-2", "40.00")
    firm.settle()
    return found


@pytest.mark.either_ledger
@pytest.mark.parametrize("money_first", [True, False])
def test_money_without_a_word_is_applied_by_its_advice(firm: Firm, money_first: bool) -> None:
    one, two = two_invoices(firm)
    if money_first:
        firm.bank("L1", "100.00", "transfer", payer="Ash")
        firm.pass_time(minutes=2)
        assert len(firm.asked()) == 1
    advices.import_file(firm.deps, firm.connection_id, ADVICE, by="tests")
    if not money_first:
        firm.bank("L1", "100.00", "transfer", payer="Ash")
    firm.pass_time(minutes=2)
    assert (firm.books.balance(one), firm.books.balance(two)) == (0, 0)
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]
    assert firm.asked() == []
    (pairing,) = firm.log("remittance.paired")
    assert pairing.about == "bank:main:L1"


@pytest.mark.either_ledger
def test_an_advice_whose_figures_differ_is_shown_with_them_and_decides_nothing(
    firm: Firm,
) -> None:
    one, _ = two_invoices(firm)
    wrong = ADVICE.replace(b"INV-2,40.00", b"INV-2,39.00")
    firm.bank("L1", "100.00", "transfer", payer="Ash")
    advices.import_file(firm.deps, firm.connection_id, wrong, by="tests")
    firm.pass_time(minutes=2)
    assert firm.books.balance(one) == Decimal(60)
    assert [row.state for row in kept(firm.deps, firm.connection_id)] == ["review"]
    said = [asked.summary for asked in firm.asked() if asked.subject.startswith("remittance:")]
    assert len(said) == 1
    assert "the lines make USD 99.00, the total is USD 100.00" in said[0]


@pytest.mark.either_ledger
def test_an_advice_whose_total_has_another_name_finds_its_money(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    ash = firm.books.customer("Ash")
    owed = [firm.owe(ash, "INV-1", "60.00"), firm.owe(ash, "INV-2", "40.00")]
    firm.sweep()
    told = ADVICE.replace(b"Total,100.00", b"Check total,100.00")
    advices.import_file(firm.deps, firm.connection_id, told, by="tests")
    firm.bank("b1", "100.00", "EFT-5550123", payer="Ash")
    firm.sweep()
    assert [firm.books.balance(invoice) for invoice in owed] == [0, 0]
    assert firm.asked() == []


def test_an_advice_of_which_it_cannot_be_told_is_asked_about(both: Deps) -> None:
    connection_id = connect(both)
    told = b"Payer,Ash\nCurrency,USD\nInvoice,Amount paid\nINV-1,60.00\nHosting,60.00\n"
    advices.import_file(both, connection_id, told, by="tests")
    (row,) = kept(both, connection_id)
    assert row.state == "review"
    assert "may be another invoice" in row.remittance.doubts[0]
