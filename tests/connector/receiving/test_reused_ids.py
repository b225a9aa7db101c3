"""An id of a person's own that another line had: the file is refused, and no money is lost."""

from __future__ import annotations

import pytest

from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Standing
from connector.past import bank_files
from connector.receiving import receipts
from connector.taken_back import bank_returns
from providers.bank.refusal import BadStatement
from tests.connector.office import connect

HEAD = "account,bank_id,date,amount,currency,payer,reference\n"
KNOWN = "main,1,2026-03-02,100.00,USD,Ash Ltd,INV-1001"


def bring(deps: Deps, connection_id: int, *rows: str) -> receipts.Imported:
    raw = (HEAD + "".join(f"{row}\n" for row in rows)).encode()
    return receipts.import_statement(deps, connection_id, raw, by="tests", name="march.csv")


def known(deps: Deps, connection_id: int) -> list[tuple[str, str]]:
    with deps.reading() as tx:
        money = cash.listed(tx, connection_id, tuple(Standing))
        return [(item.id, str(item.total)) for item in money]


@pytest.mark.parametrize(
    "other",
    [
        "main,1,2026-04-01,100.00,USD,Ash Ltd,INV-1001",
        "main,1,2026-03-02,250.00,USD,Ash Ltd,INV-1001",
        "main,1,2026-03-02,100.00,EUR,Ash Ltd,INV-1001",
        "main,1,2026-04-01,250.00,USD,Birch,INV-1002",
    ],
)
def test_a_known_id_with_another_day_sum_or_currency_refuses_the_file(
    both: Deps, other: str
) -> None:
    connection_id = connect(both)
    bring(both, connection_id, KNOWN)

    with pytest.raises(BadStatement, match="bank_id '1' of account 'main'") as refused:
        bring(both, connection_id, other, "main,2,2026-04-01,7.00,USD,Cedar,INV-1003")

    day, amount, currency = other.split(",")[2:5]
    assert f"the line of {day} with {currency} {amount} is not the known" in str(refused.value)
    assert "of 2026-03-02 with USD 100.00. Give each line an id" in str(refused.value)
    assert known(both, connection_id) == [("main:1", "USD 100.00")]
    with both.reading() as tx:
        assert len(bank_files.arrived(tx, connection_id)) == 1


def test_all_of_them_are_counted(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(deps, connection_id, KNOWN, "main,2,2026-03-02,5.00,USD,Ash Ltd,INV-1")

    with pytest.raises(BadStatement, match="So it is with 1 more"):
        bring(
            deps, connection_id, "main,1,2026-03-09,8.00,USD,Ash Ltd,INV-2",
            "main,2,2026-03-09,9.00,USD,Ash Ltd,INV-3",
        )  # fmt: skip


def test_the_same_line_is_known_whatever_else_is_said_of_it(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(deps, connection_id, KNOWN)

    again = bring(
        deps, connection_id, "main,1,2026-03-02,100.00,USD,Ash Limited,INV-1001 thank you",
        "other,1,2026-03-09,250.00,USD,Birch,INV-1002",
    )  # fmt: skip

    assert (again.lines, again.new) == (2, 1)
    assert known(deps, connection_id) == [("main:1", "USD 100.00"), ("other:1", "USD 250.00")]


def test_so_it_is_with_what_the_bank_took_back(both: Deps) -> None:
    connection_id = connect(both)
    bring(
        both, connection_id, KNOWN, "main,2,2026-03-05,-100.00,USD,Ash Ltd,RETURNED PAYMENT",
        "main,3,2026-03-05,250.00,USD,Birch,INV-1002",
    )  # fmt: skip
    with both.reading() as tx:
        assert [one.id for one in bank_returns.open_ones(tx, connection_id)] == ["main:2"]

    with pytest.raises(BadStatement, match="bank_id '2' of account 'main'"):
        bring(both, connection_id, "main,2,2026-04-05,-250.00,USD,Birch,RETURNED PAYMENT")
