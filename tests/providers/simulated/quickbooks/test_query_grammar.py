from __future__ import annotations

import pytest

from providers.simulated.quickbooks.query_grammar import Condition, Order, Query, parse
from providers.simulated.quickbooks.refusals import Refusal

PLAIN = Query("Invoice", False, (), (), 1, 100)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("SELECT * FROM Invoice", PLAIN),
        ("select Id, Balance from Invoice", PLAIN),
        ("SELECT *, Sku FROM Item", Query("Item", False, (), (), 1, 100)),
        ("SELECT COUNT(*) FROM Invoice", Query("Invoice", True, (), (), 1, 100)),
        ("select count( * ) from Invoice", Query("Invoice", True, (), (), 1, 100)),
        (
            "SELECT * FROM Invoice MAXRESULTS 5 STARTPOSITION 6",
            Query("Invoice", False, (), (), 6, 5),
        ),
        (
            "SELECT * FROM Invoice STARTPOSITION 6 MAXRESULTS 1000",
            Query("Invoice", False, (), (), 6, 1000),
        ),
        (
            r"select * from Customer where DisplayName = 'Amy\'s \\ Co'",
            Query(
                "Customer", False, (Condition("DisplayName", "=", (r"Amy's \ Co",)),), (), 1, 100
            ),
        ),
        (
            "SELECT * FROM Invoice WHERE Id IN ('1', '2') AND Balance>'0' ORDERBY Id",
            Query(
                "Invoice",
                False,
                (Condition("Id", "IN", ("1", "2")), Condition("Balance", ">", ("0",))),
                (Order("Id", False),),
                1,
                100,
            ),
        ),
        (
            "SELECT * FROM Customer WHERE Active IN ( true, false ) Order By A DESC, B ASC",
            Query(
                "Customer",
                False,
                (Condition("Active", "IN", ("true", "false")),),
                (Order("A", True), Order("B", False)),
                1,
                100,
            ),
        ),
        (
            "SELECT * FROM Invoice WHERE TxnDate >= CURRENT_DATE AND DocNumber LIKE '%7'",
            Query(
                "Invoice",
                False,
                (
                    Condition("TxnDate", ">=", ("CURRENT_DATE",)),
                    Condition("DocNumber", "LIKE", ("%7",)),
                ),
                (),
                1,
                100,
            ),
        ),
    ],
)
def test_a_query_is_read(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("_case", "text", "code"),
    [
        ("nothing", "", "4000"),
        ("no selection", "FROM Invoice", "4000"),
        ("no entity", "SELECT * FROM", "4000"),
        ("unknown sign", "SELECT * FROM Invoice WHERE Id = #1", "4000"),
        ("open text", "SELECT * FROM Invoice WHERE Id = '1", "4000"),
        ("unequal", "SELECT * FROM Invoice WHERE Id != '1'", "4000"),
        ("either", "SELECT * FROM Invoice WHERE Id = '1' OR Id = '2'", "4000"),
        ("joined", "SELECT * FROM Invoice JOIN Customer", "4000"),
        ("grouped", "SELECT * FROM Invoice GROUP BY Id", "4000"),
        ("no value", "SELECT * FROM Invoice WHERE Id =", "4000"),
        ("no comparison", "SELECT * FROM Invoice WHERE Id", "4000"),
        ("a text as property", "SELECT * FROM Invoice WHERE 'Id' = '1'", "4000"),
        ("a mark as value", "SELECT * FROM Invoice WHERE Id = (", "4000"),
        ("open list", "SELECT * FROM Invoice WHERE Id IN ('1'", "4000"),
        ("no count", "SELECT * FROM Invoice MAXRESULTS many", "4000"),
        ("half an order", "SELECT * FROM Invoice ORDER Id", "4000"),
        ("position 0", "SELECT * FROM Invoice STARTPOSITION 0", "4001"),
        ("no rows", "SELECT * FROM Invoice MAXRESULTS 0", "4001"),
        ("negative", "SELECT * FROM Invoice STARTPOSITION -5", "4001"),
        ("too many rows", "SELECT * FROM Invoice MAXRESULTS 1001", "4001"),
    ],
)
def test_what_is_no_query_is_refused(_case: str, text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.code == code


def test_the_refusal_of_position_0_says_what_is_allowed() -> None:
    with pytest.raises(Refusal, match=r"value 0 is too small\. Min allowed value is 1"):
        parse("SELECT * FROM Invoice STARTPOSITION 0")
